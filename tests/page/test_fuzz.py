"""Whatever is sent to the page, it answers with a page and no crash, and nobody gets in by chance."""

from urllib.parse import quote, urlencode

from fakes.browser import parsed
from fuzzing.contract import contract
from fuzzing.door import Answer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.page.seal import seal, unseal

ANY = st.text(max_size=30)
WORD = st.sampled_from(
    ["hours", "date", "project", "description", "tags", "billable", "id", "email", "password", "key", "sent", "x"]
)
VALUE = st.one_of(
    ANY,
    st.sampled_from(
        ["", "1.5", "1h", "2026-06-29", "9999-12-31", "Website", "soon", "a,b", "#", "\x00", "\ud7ff", "é"]
    ),
)
WORK = st.fixed_dictionaries(
    {"hours": st.sampled_from(["1.5", "1h", "0:45"]), "project": st.sampled_from(["Website", "Gear GmbH"])},
    optional={"date": VALUE, "description": VALUE, "tags": VALUE, "billable": VALUE, "password": VALUE},
)
BODY = st.one_of(
    WORK.map(lambda answers: urlencode(answers).encode()),
    st.lists(st.tuples(WORD, VALUE), max_size=12).map(lambda pairs: urlencode(pairs).encode()),
    st.binary(max_size=60),
    st.sampled_from([b"", b"&" * 600, b"hours=%ff", b"=" * 100, b"id=" + b"A" * 70_000, b"%", b"hours=1&" * 501]),
)
TYPE = st.sampled_from(
    [
        *["application/x-www-form-urlencoded"] * 6,
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=x",
        'application/x-www-form-urlencoded; a="',
        "application/x-www-form-urlencoded, text/plain",
        "application/json",
        "multipart/form-data; boundary=b",
        "",
    ]
)
PATH = st.one_of(
    st.just("timesheet"),
    st.sampled_from(["timesheet", "timesheet", "timesheet/t00000001", "timesheet/", "sam", "few", "nobody"]),
    st.sampled_from(["timesheet", "timesheet/t00000001", "timesheet/%0d%0ax", "zapier"]),
    ANY.map(lambda text: "timesheet/" + quote(text.replace("/", "") or "x", safe="")),
    ANY.map(lambda text: quote(text.replace("/", "") or "x", safe="")),
)
QUERY = st.lists(st.tuples(WORD, VALUE), max_size=3).map(urlencode)
COOKIE = st.one_of(
    st.sampled_from(["good", "good", "good", None]),
    st.just("good"),
    ANY.map(lambda text: text.encode("ascii", "ignore").decode()),
)
HEADERS = {"Content-Type", "Content-Security-Policy", "Cache-Control"}
ANSWERS = {200, 303, 400, 401, 403, 404, 413, 415, 422}
FEW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(
    method=st.sampled_from(["GET", "POST", "POST", "POST", "POST", "PUT"]),
    path=PATH,
    query=QUERY,
    body=BODY,
    kind=TYPE,
    cookie=COOKIE,
    is_down=st.sampled_from([False, False, False, True]),
)
@FEW
def test_every_request_gets_an_answer_that_is_documented_and_none_is_a_crash(
    entrance, method, path, query, body, kind, cookie, is_down
):
    browser = entrance.at() if cookie == "good" else entrance.browser()
    headers = {"Content-Type": kind} | ({"Cookie": cookie.replace("\n", "")} if cookie not in {None, "good"} else {})
    if method == "POST" and cookie == "good":
        body += b"&id=" + browser.page.values()["id"].encode()
    entrance.ledger.called.clear()
    entrance.house.telemetry.alarms.clear()
    entrance.ledger.is_down = is_down
    address = f"/forms/{quote(path, safe='/%')}"
    try:
        status, sent, markup = browser.request(method, f"{address}?{query}", body, headers)
    finally:
        entrance.ledger.is_down = False
    assert list(contract().complaints(method, address, Answer(status, sent, markup.encode()))) == []
    alarms = [name for name, _ in entrance.house.telemetry.alarms]
    if status == 503 and is_down and cookie == "good":
        assert alarms == ["door_closed"]
        return
    assert alarms == []
    if sent["Content-Type"] == "application/json":  # what never reaches the page: Chalice's and the gateway's own
        assert status in {403, 405, 415}
    else:
        assert status in ANSWERS
        assert sent.keys() >= HEADERS
        if status != 303:
            assert parsed(markup).all("h1")
    if cookie != "good":
        assert entrance.ledger.called == []


@given(
    fields=st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=4),
    purpose=st.text("abc "),
    at=st.integers(0, 200),
)
@settings(max_examples=100)
def test_what_was_sealed_can_be_read_and_what_was_changed_cannot(fields, purpose, at):
    sealed = seal(fields, purpose=purpose, secret="s" * 32)
    assert unseal(sealed, purpose=purpose, secrets=["t" * 32, "s" * 32]) == tuple(fields)
    at %= len(sealed)
    changed = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
    assert unseal(changed, purpose=purpose, secrets=["s" * 32]) is None
    assert unseal(sealed, purpose=purpose + "x", secrets=["s" * 32]) is None
    assert unseal(sealed, purpose=purpose, secrets=["t" * 32]) is None


@given(text=ANY)
@settings(max_examples=100)
def test_no_text_unseals_by_chance(text):
    assert unseal(text, purpose="p", secrets=["s" * 32]) is None
