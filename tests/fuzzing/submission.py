"""Requests at the form route for fuzzing: a preset's body, in a proof that holds or does not, in any envelope."""

import dataclasses
import gzip
import json
from urllib.parse import urlencode

from fakes.clock import START
from fakes.sender import PAYLOADS, SECRET, TYPES, proof
from fuzzing.message import message
from fuzzing.push import json_value
from fuzzing.request import BODIES, ENVELOPES
from fuzzing.sent import Sent
from hypothesis import strategies as st

from chalicelib.domain.routing_table import Defaults, Form, Person, Routing
from chalicelib.sources.forms.preset import PRESETS

FORMS = "/webhooks/forms/"
PREVIOUS_FORM_SECRET = "whsec_cHJldmlvdXM="
FORM_SECRETS = dict.fromkeys((*PRESETS, "dated", "fixed"), (SECRET, PREVIOUS_FORM_SECRET))
ROUTING = Routing(
    defaults=Defaults(timezone="Europe/Berlin", project="Internal", tags=("desk",)),
    people=(Person(noko="jane@acme.example", emails=("ines@lantern.example",)),),
    forms=(
        *(Form(name, preset=name) for name in PRESETS),
        Form("dated", date_format="DD/MM/YYYY", max_minutes=600, fields=(("minutes", "Effort"), ("id", "ticket"))),
        Form("fixed", person="sam@acme.example", project="Gear GmbH", unbillable_tag="x*"),
    ),
)
URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=b"
NAMES = (
    *("hours", "minutes", "time spent", "Date", "notes", "email", "project", "tags", "billable", "link", "id") * 4,
    *("Hours worked", "Effort", "ticket", "Client", "Task", "submission id", "time", "day", "E-Mail", "Minutes (mins)"),
    *("", " ", "data", "client.id", "\u202e", "x" * 201, "__proto__", "hours\n", "q3_hours", "é"),
)
ANSWERS = (
    *("1.5", "1,5", "90", "1h30m", "1:30", "0", "-1", "٣٠", "1e3", "99999", ".5", "1.000", "½", "9" * 300),
    *("2026-06-29", "03/04/2026", "29.06.2026", "2026-02-31", "2026-06-29T22:30:00Z", "9999-12-31", "0001-01-01"),
    *("2026-06-29T25:00:00Z", "2026-06-29T22:30:00+99:99", "ines@lantern.example", "a@b", "@", "jane@acme.example"),
    *(
        "yes",
        "No",
        "perhaps",
        "Internal",
        "Gear GmbH",
        "37398",
        "No Such Project",
        "Old Site",
        "a, b; c d",
        "#x*",
        "a#b",
    ),
    *("http://169.254.169.254/", "https://x/#y", "javascript:1", "HTTPS://X", "https://ü", "x" * 99_999, "é" * 50_001),
    *("", " ", "weak-0000", "a b", "\x1b[1m", "\u202egnp", "<script>", "=cmd()", "#" * 3_000, "🧵" * 400),
)
SIGNS = {"typeform", "tally", "formspree", "netlify", "google-forms", "standard-webhooks"}
"""Those whose proof covers the body."""
BROKEN = {"long": lambda carrier: {carrier: "x" * 9_000}, "empty": lambda carrier: {carrier: ""}}
WRONG = ("none", "other secret", "changed body", "twice", "long", "in the query", "empty")


@dataclasses.dataclass(frozen=True)
class Submitted(Sent):
    """A request to a form. `vouched` tells whether its proof must be believed."""

    vouched: bool = True


answer = st.sampled_from(ANSWERS) | message.map(lambda text: text.replace("\x00", "?")[:5_000]) | st.text(max_size=12)
pairs = st.lists(st.tuples(st.sampled_from(NAMES), answer), max_size=7)
tree = st.dictionaries(
    st.sampled_from(NAMES), answer | json_value | st.lists(answer, max_size=3) | st.floats(-5, 99, width=16), max_size=7
)


def _json(value):
    return "application/json", json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _multipart(pairs):
    parts = (f'--b\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in pairs)
    return BOUNDARY, ("".join(parts) + "--b--\r\n").encode("utf-8", "replace")


def _recorded(preset):
    content = TYPES.get(preset, "application/json")
    return f"{content}; preset={preset}", (PAYLOADS / f"{preset}.{'txt' if preset in TYPES else 'json'}").read_bytes()


recorded = st.sampled_from(tuple(PRESETS)).map(_recorded)
replaced = st.sampled_from((b"1.5", b"90", b"ines", b"2026"))
mutated = st.builds(
    lambda sent, old, new: (sent[0], sent[1].replace(old, new.encode("utf-8", "replace"))),
    recorded,
    replaced,
    st.sampled_from(ANSWERS),
)
cut = st.builds(
    lambda sent, percent: (sent[0], sent[1][: len(sent[1]) * percent // 100]), recorded, st.integers(0, 100)
)
body = st.one_of(
    tree.map(_json),
    pairs.map(lambda pairs: _json(dict(pairs))),
    pairs.map(lambda pairs: (URLENCODED, urlencode(pairs, errors="replace").encode())),
    pairs.map(_multipart),
    recorded,
    mutated,
    cut,
    st.sampled_from(BODIES).map(lambda raw: ("application/json", raw)),
    json_value.map(_json),
)
CONTENTS = (
    *("text/plain", "", "application/json; charset=utf-16", URLENCODED + "; charset=x", "multipart/form-data", "*/*"),
    *("multipart/form-data; boundary=", BOUNDARY + "b" * 99, "application/json; charset=latin-1"),
)
envelope = st.tuples(
    st.sampled_from((None,) * 20 + WRONG),
    st.sampled_from((None,) * 40 + CONTENTS),
    st.sampled_from((None,) * 6 + ("7", "x" * 200, "é", "a\tb", '"quoted"')),
    st.sampled_from((None,) * 30 + ("ledger", "queue", "gzip", "GET", "slash", "nobody", "previous")),
    st.booleans(),
)
"""How it is vouched for, its content type, its Idempotency-Key, what else is odd, and whether it comes as an event."""


def seal(form, drawn, sealed):
    """Put a body into an envelope and address it to a form."""
    (content, raw), (wrong, other, key, odd, as_event) = drawn, sealed
    content, _, at_home = content.partition("; preset=")
    form = form or at_home or "zapier"
    preset = form if form in PRESETS else "generic"
    secret = {"other secret": "whsec_b3RoZXI="}.get(wrong, PREVIOUS_FORM_SECRET if odd == "previous" else SECRET)
    signed = raw + b" " if wrong == "changed body" else raw
    proofs, query = proof(preset, signed, secret, START // 1000)
    holds = wrong is None or (wrong == "changed body" and preset not in SIGNS) or (wrong == "twice" and not proofs)
    carrier = list(proofs or {"X-Webhook-Secret": ""})[-1]
    if wrong in BROKEN:
        proofs, query = proofs | BROKEN[wrong](carrier), {}
    if wrong == "none":
        proofs, query = {}, {}
    if wrong == "in the query":
        proofs, query, holds = {}, {"token": secret}, preset == "jotform"
    headers = {"Content-Type": content if other is None else other} | ({"Idempotency-Key": key} if key else {})
    sent = [*headers.items(), *proofs.items(), *([(carrier, proofs[carrier])] if wrong == "twice" and proofs else [])]
    if odd == "gzip":
        raw, sent = gzip.compress(raw, mtime=0), [*sent, ("Content-Encoding", "gzip")]
        holds = holds and preset not in SIGNS
    return Submitted(
        method="GET" if odd == "GET" else "POST",
        path=FORMS + {"nobody": "nobody", "slash": f"{form}/"}.get(odd, form),
        query=urlencode(query),
        headers=tuple(sent),
        body=raw,
        fault=odd if odd in {"ledger", "queue"} else None,
        as_event=as_event and odd not in {"GET", "slash"},
        vouched=holds and odd != "nobody",
    )


form = st.sampled_from((None,) * 20 + tuple(form.name for form in ROUTING.forms))
"""To whom it is sent; None is whoever such a body comes from."""
submitted = st.builds(seal, form, body, envelope)
"""One request."""
submissions = st.builds(
    lambda drawn, addressed: [seal(form, drawn, sealed) for form, sealed in addressed],
    body,
    st.lists(st.tuples(form, envelope), min_size=ENVELOPES, max_size=ENVELOPES),
)
"""One body to several forms, in several envelopes."""
