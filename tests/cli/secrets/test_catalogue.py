"""Which secrets a routing file needs, by name."""

import click
import pytest

from chalicelib.domain.routing_table import (
    Approval,
    DateFrom,
    Defaults,
    Digest,
    Feedback,
    Form,
    Hook,
    Repository,
    Routing,
)
from cli.secrets.catalogue import catalogue, secret
from cli.secrets.value import Kind

SLACK, OTHER = "https://hooks.slack.com/services/x", "https://hooks.acme.example/x"


def needed(routing, **values):
    found = catalogue(routing, {name.replace("_", "-"): value for name, value in values.items()})
    return {each.name for each in found if each.needed}


def test_a_routing_file_that_says_nothing_needs_githubs_secret_and_a_token():
    assert needed(Routing()) == {"github-webhook-secrets", "noko-token"}


def test_either_token_will_do():
    assert "noko-access-token" not in needed(Routing(), noko_token="t")
    assert needed(Routing(), noko_access_token="t") == {"github-webhook-secrets", "noko-access-token"}
    assert "noko-access-token" not in needed(Routing(), noko_token="t", noko_access_token="t")


@pytest.mark.parametrize(
    "routing",
    [
        Routing(hooks=(Hook("acme/website"),)),
        Routing(defaults=Defaults(feedback=Feedback.STATUS)),
        Routing(defaults=Defaults(date_from=DateFrom.AUTHOR)),
        Routing(repositories=(Repository("acme/*"), Repository("acme/web", feedback=Feedback.COMMENT))),
        Routing(repositories=(Repository("acme/*", date_from=DateFrom.AUTHOR),)),
    ],
)
def test_who_wants_something_of_github_needs_a_token_for_it(routing):
    assert "github-token" in needed(routing)


def test_each_form_needs_a_secret_and_a_page_may_have_a_password():
    routing = Routing(forms=(Form("desk", preset="page"), Form("time-sheet")))
    assert needed(routing) >= {"form-desk-secrets", "form-time-sheet-secrets"}
    names = {each.name for each in catalogue(routing, {})}
    assert "form-desk-password" in names
    assert "form-time-sheet-password" not in names


@pytest.mark.parametrize(
    ("routing", "values", "wanted"),
    [
        (Routing(digest=Digest("08:00", ("slack",))), {}, {"notify-slack-url"}),
        (Routing(digest=Digest("08:00", ("slack",))), {"notify_slack_url": SLACK}, {"notify-slack-url"}),
        (Routing(digest=Digest("8:00", ("ops",))), {"notify_ops_url": OTHER}, {"notify-ops-url", "notify-secrets"}),
        (Routing(digest=Digest("08:00", (OTHER,))), {}, {"notify-secrets"}),
        (Routing(digest=Digest("08:00", (SLACK,))), {}, set()),
        (Routing(approvals=(Approval("weekly", "monday 06:00", notify=("ops",)),)), {}, {"notify-ops-url"}),
    ],
)
def test_who_is_told_needs_an_address_and_a_signature_unless_it_is_slack(routing, values, wanted):
    assert needed(routing, **values) - {"github-webhook-secrets", "noko-token"} == wanted


def test_what_is_there_and_no_longer_needed_is_listed_and_what_no_function_reads_is_not():
    found = {each.name: each for each in catalogue(Routing(), {"form-gone-secrets": "x", "something-else": "x"})}
    assert found["form-gone-secrets"].needed is False
    assert "something-else" not in found


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("github-webhook-secrets", Kind.PLAIN),
        ("notify-secrets", Kind.STANDARD),
        ("form-desk-secrets", Kind.PAGE),
        ("form-hours-secrets", Kind.STANDARD),
        ("form-any-secrets", Kind.PLAIN),
        ("form-x-secrets-password", Kind.PASSWORD),
        ("notify-secrets-url", Kind.URL),
        ("noko-token", Kind.TOKEN),
    ],
)
def test_a_name_says_what_it_holds(name, kind):
    routing = Routing(forms=(Form("desk", preset="page"), Form("hours", preset="standard-webhooks")))
    assert secret(name, routing).kind is kind


@pytest.mark.parametrize("name", ["", "github-secret", "form--secret", "form-Desk-secrets", "../x", "notify-a/b-url"])
def test_a_name_that_no_function_reads_is_no_secret(name):
    with pytest.raises(click.UsageError, match="github-webhook-secrets"):
        secret(name, Routing())
