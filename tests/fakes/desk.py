"""A house with a form of every preset, and what is sent to its door."""

import json

from fakes.house import FakeHouse
from fakes.sender import SECRET, sent_by

from chalicelib.domain.routing_table import Defaults, Form, Person, Routing
from chalicelib.sources.forms.preset import PRESETS

OPTIONS = {
    "typeform": {"fields": (("project", "nowhere"),)},
    "tally": {"fields": (("project", "nowhere"), ("tags", "Kind of work"))},
}
"""What a form needs that a name, a secret and a preset do not say: projects that the sandbox does not have."""
ROUTING = Routing(
    defaults=Defaults(timezone="Europe/Berlin", project="Internal"),
    people=(Person(noko="jane@acme.example", emails=("ines@lantern.example",)),),
    forms=tuple(Form(name, preset=name, **OPTIONS.get(name, {})) for name in PRESETS),
)
NOW_S = 1_782_835_305  # 2026-06-30T16:01:45Z


def desk():
    """Return a house with all forms, at the time at which the payloads were recorded."""
    house = FakeHouse(routing=ROUTING)
    house.clock.advance(ms=NOW_S * 1000 - house.clock.now())
    house.secrets.forms = dict.fromkeys(PRESETS, ("whsec_bmV3", SECRET))
    return house


def sent(preset, door, **changes):
    return sent_by(preset, seconds=door.house.clock.now() // 1000, **changes)


def flat(door, answers, **headers):
    body = json.dumps({"email": "ines@lantern.example"} | answers).encode()
    request = sent("zapier", door, body=body)
    return door.submit("zapier", request.but(headers=request.headers | headers))


def worked_off(door):
    door.house.run(minutes=3)
    return door.house.sandbox.books.entries()
