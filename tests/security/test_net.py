"""The net itself: what cannot catch anything proves nothing."""

import logging
import sys

import pytest


@pytest.mark.parametrize("how", ["printed", "on stderr", "logged", "in the exception of a log", "answered", "in bytes"])
def test_a_canary_is_caught_wherever_it_comes_out(net, canary, how):
    match how:
        case "printed":
            print(f"x{canary.personal}x")  # noqa: T201 - the very thing
        case "on stderr":
            sys.stderr.write(canary.personal)
        case "logged":
            logging.getLogger("anybody").debug("token %s", canary.personal)
        case "in the exception of a log":
            logging.getLogger("anybody").error("sorry", exc_info=ValueError(canary.personal))
        case "answered":
            net.catch({"body": canary.personal})
        case "in bytes":
            net.catch(canary.personal.encode())
    assert net.hits() == [canary.personal]


def test_a_canary_in_the_cause_of_an_exception_is_caught(net, canary):
    def fail():
        raise RuntimeError("no secret here") from ValueError(canary.bearer)

    net.crash(fail)
    assert net.hits() == [canary.bearer]


def test_silence_catches_nothing(net):
    assert net.hits() == []
