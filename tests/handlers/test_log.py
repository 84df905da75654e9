"""What the log holds of a day on which much goes wrong: what each line is about, and nothing that is personal."""

import dataclasses
import json
import traceback

import pytest
from fakes.house import ROUTING
from fakes.logged_house import SECRET, LoggedHouse
from fakes.sender import SECRET as FORM_SECRET
from fakes.sender import sent_by

from chalicelib.domain.routing_table import Defaults, Form, Person
from chalicelib.errors import GitHubError, StoreUnavailable
from chalicelib.handlers.invocation import Withheld
from chalicelib.routing_file.problem import Problem, RoutingFileError
from devstack.push import push
from devstack.sandbox.account import TOKEN

POST, LIST = ("POST", "/entries"), ("GET", "/entries")
WHEN = "2026-06-30T11:00:00+00:00"
PERSONAL = (
    "Jane",
    "jane-dev",
    "jane@acme.example",
    "nobody@else.example",
    "Nobody Knows",
    "Work on part",
    "why it was done",
    "Petted the cat",
    "half a day or so",
    "said by Noko",
    "said by GitHub",
    "written in the file",
    TOKEN,
    SECRET,
    FORM_SECRET,
)
"""What is fed in below: names, addresses, texts, secrets, and the words of others."""
ERROR = json.dumps({"message": "said by Noko: Petted the cat, jane@acme.example"})


def commits(house, seed, *, name, **changes):
    raw = push(2, seed=seed, when=WHEN)
    for old, new in changes.items():
        raw = raw.replace(old.replace("_", " ").encode(), new.encode())
    return house.knock(raw, name=name)


def submit(house, **answers):
    sent = sent_by("zapier", seconds=house.clock.now() // 1000, body=json.dumps(answers).encode())
    headers = {name.upper().replace("-", "_"): value for name, value in sent.headers.items() if name != "Content-Type"}
    return house.knock(sent.body, path="/webhooks/forms/zapier", **headers)


@pytest.fixture(scope="module")
def day():
    """A house on such a day: refused, lost, doubtful, unmapped, forged, broken, and some of it logged."""
    people = (*ROUTING.people, Person(noko="sam@acme.example", emails=("ines@lantern.example",)))
    house = LoggedHouse(
        routing=dataclasses.replace(
            ROUTING,
            defaults=Defaults(timezone="Europe/Berlin", project="Internal"),
            people=people,
            forms=(Form("zapier", preset="zapier"),),
        )
    )
    house.secrets.forms = {"zapier": (FORM_SECRET,)}
    house.stamp()
    assert commits(house, "fine", name="d1") == 202
    assert commits(house, "fine", name="d1") == 200
    house.sandbox.faults.add("drop_after", match=POST)
    house.run(minutes=8)
    house.sandbox.faults.add("status_before", match=POST, status=422, text=ERROR)
    house.sandbox.faults.add("throttled", match=POST)
    assert commits(house, "refused", name="d2") == 202
    house.run(minutes=4)
    assert (
        commits(house, "unmapped", name="d3", **{"jane@acme.example": "nobody@else.example", "jane-dev": "who"}) == 202
    )
    assert commits(house, "malformed", name="d4", **{"[f:45m]": "[f:half a day or so]"}) == 202
    assert house.knock(push(1, seed="x", when=WHEN), secret="a guess", name="d5") == 401
    assert house.knock(b"Nobody Knows {", name="d6") == 400
    assert submit(house, email="jane@acme.example", minutes=30, description="Petted the cat", id="s1") == 202
    assert submit(house, email="jane@acme.example", minutes="half a day or so", description="Jane", id="s2") == 422
    house.run(minutes=3)
    house.sandbox.faults.add("drop_before", match=POST)
    assert commits(house, "doubtful", name="d7") == 202
    assert house.open_next()
    house.run(minutes=1)
    house.sandbox.faults.add("status_before", match=LIST, status=400, text=ERROR, times=2)
    house.sandbox.faults.add("status_before", match=LIST, status=503, text=ERROR, times=2)
    house.run(minutes=8)
    house.sandbox.credentials.revoke()
    assert commits(house, "waiting", name="d8") == 202
    house.run(minutes=8)
    house.sandbox.credentials.restore()
    house.run(minutes=8)
    broken = dataclasses.replace(house.ports, ledger=Broken())
    whole, house.ports = house.ports, broken
    assert commits(house, "lost", name="d9") == 503
    house.ports = whole
    return house


class Broken:
    """A ledger that fails with foreign words in the cause."""

    def __getattr__(self, name):
        def fail(*_, **__):
            raise StoreUnavailable("the table did not answer") from OSError("Petted the cat")

        return fail


def test_much_of_it_happened(day):
    outcomes = {line["outcome"] for line in day.told("attempt")}
    assert {"created", "unknown", "refused", "throttled"} <= outcomes
    events = {line["event"] for line in day.lines}
    assert {"reconciled", "paused", "resumed", "door_closed", "delivery_duplicate", "tick_step_failed"} <= events
    assert {line["status"] for line in day.told("request_refused")} == {400, 401, 422}
    assert set(day.statuses().values()) >= {"logged", "refused", "held"}
    assert any(isinstance(failure, Withheld) for failure in day.failures)


def test_nothing_personal_is_in_it(day):
    left = "".join("".join(traceback.format_exception(failure)) for failure in day.failures)
    for planted in PERSONAL:
        assert planted not in day.said.getvalue(), planted
        assert planted not in left, planted


def test_every_line_names_its_function_and_its_request(day):
    for line in day.lines:
        assert set(line) >= {"at", "level", "event", "function", "request_id"}, line
        assert line["function"] in {"door", "open", "post", "tell", "tick"}
    by_request = {}
    for line in day.lines:
        by_request.setdefault(line["request_id"], set()).add(line["function"])
    assert all(len(functions) == 1 for functions in by_request.values())


def test_the_door_names_its_route_and_the_request_by_the_gateways_id(day):
    door = [line for line in day.lines if line["function"] == "door"]
    assert {line["route"] for line in door} == {"/webhooks/github", "/webhooks/forms/{form}"}
    assert all(line["api_request_id"] for line in door)
    assert all("delivery" in line for line in day.told("delivery_accepted") + day.told("delivery_duplicate"))


def test_each_line_of_an_opening_names_its_delivery_and_each_of_a_posting_its_entry(day):
    for line in day.lines:
        if line["function"] == "open":
            assert line["delivery"].startswith(("github:", "form:")), line
        if line["function"] == "post":
            assert line["entry"].startswith(("github:", "form:")), line


def test_each_line_about_an_attempt_tells_entry_delivery_number_and_status(day):
    for event in ("attempt", "reconciled"):
        lines = day.told(event)
        assert lines
        assert all({"entry", "delivery", "attempt", "status"} <= set(line) for line in lines)
    assert all("status" in line for line in day.told("entry_opened"))


def test_one_entry_can_be_followed_from_the_door_to_noko(day):
    (entry,) = {line["entry"] for line in day.told("attempt") if line["outcome"] == "unknown"} & {
        line["entry"] for line in day.told("reconciled") if line["status"] == "logged"
    }
    (delivery,) = {line["delivery"] for line in day.lines if line.get("entry") == entry and "delivery" in line}
    story = [line["event"] for line in day.lines if line.get("delivery") == delivery or line.get("entry") == entry]
    wanted = ["delivery_accepted", "entry_opened", "attempt", "reconciled"]
    assert [event for event in dict.fromkeys(story) if event in wanted] == wanted


def test_an_error_that_may_quote_others_leaves_its_words_behind(house_of_errors):
    house, error = house_of_errors
    house.tick()
    (failed,) = house.failures
    assert isinstance(failed, Withheld)
    assert type(error).__name__ in str(failed)
    assert "written in the file" not in house.said.getvalue() + str(failed)
    assert house.told("failed")[0]["error"] == type(error).__name__


@pytest.fixture(params=["file", "github"])
def house_of_errors(request):
    problem = Problem(3, None, "written in the file: jane@acme.example", "nothing")
    file, github = RoutingFileError("routing.toml", (problem,)), GitHubError(404, "said by GitHub: written in the file")
    error = file if request.param == "file" else github

    house = LoggedHouse()
    house.routing = Raising(error)
    return house, error


class Raising:
    """A routing file that cannot be read by whoever asks for anything in it."""

    def __init__(self, error):
        self._error = error

    def __getattr__(self, name):
        raise self._error
