"""The routing file's webhooks and its switch for feedback."""

import pytest

from chalicelib.domain.repository_rule import repository_rule
from chalicelib.domain.routing_table import Feedback, Hook
from chalicelib.routing_file.document import load
from chalicelib.routing_file.problem import RoutingFileError


def problem(text):
    with pytest.raises(RoutingFileError) as caught:
        load(text, name="routing.toml")
    (only,) = str(caught.value).splitlines()
    return only


def test_hooks_of_repositories_and_organisations_arrive():
    text = '[[hooks]]\nrepository = "acme/website"\n[[hooks]]\norganisation = "acme"\nid = 480000001\n'
    assert load(text, name="r").hooks == (Hook("acme/website"), Hook("acme", 480000001))
    assert load("", name="r").hooks == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[hooks]]\nid = 1", "routing.toml:1: this [[hooks]] names no place"),
        ('[[hooks]]\nrepository = "a/b"\norganisation = "a"', "routing.toml:1: this [[hooks]] names both"),
        ('[[hooks]]\nrepository = "acme/*"', 'routing.toml:2: repository in [[hooks]]: "acme/*" is a pattern'),
        ('[[hooks]]\nrepository = "https://github.com/acme/web"', 'write "acme/web"'),
        ('[[hooks]]\norganisation = "a/b"', "is no GitHub login"),
        ('[[hooks]]\norganisation = "a"\nid = 0', "routing.toml:3: id in [[hooks]]"),
        ('[[hooks]]\nrepository = "a/b"\n[[hooks]]\nrepository = "A/B"', "the other is in line 2"),
        ('[defaults]\nfeedback = "comments"', 'did you mean "comment"?'),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text, said):
    assert said in problem(text)


def test_two_hooks_of_one_place_are_told_apart_by_their_ids():
    text = '[[hooks]]\nrepository = "a/b"\nid = 1\n[[hooks]]\nrepository = "a/b"\nid = 2'
    assert len(load(text, name="r").hooks) == 2


def test_feedback_is_off_unless_switched_on_for_all_or_for_some():
    text = '[defaults]\nfeedback = "status"\n[[repositories]]\nmatch = "acme/web"\nfeedback = "off"\n'
    routing = load(text, name="r")
    assert repository_rule(routing, "acme/api").feedback is Feedback.STATUS
    assert repository_rule(routing, "acme/web").feedback is Feedback.OFF
    assert repository_rule(load("", name="r"), "acme/web").feedback is Feedback.OFF
