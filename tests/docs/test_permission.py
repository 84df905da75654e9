"""Every statement of every role has its reason on the page, and every `*` its argument."""

import json

import pytest

from docs.build import permissions
from infra.build.template import ROOT


def test_every_function_with_a_policy_is_on_the_page():
    configured = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))["lambda_functions"]
    files = {each["iam_policy_file"] for each in configured.values()}
    assert {f"policy-{name}.json" for name in permissions.POLICIES.values()} == files
    assert set(permissions.TASKS) == set(permissions.POLICIES)


@pytest.mark.parametrize("function", permissions.POLICIES)
def test_every_statement_allows_something_and_has_a_reason(function):
    statements = permissions.policy(function)
    assert {each["Effect"] for each in statements} == {"Allow"}
    assert all((function, each["Sid"]) in permissions.REASONS for each in statements)


def test_no_reason_is_left_over():
    written = {(name, each["Sid"]) for name in permissions.POLICIES for each in permissions.policy(name)}
    own = {(name, sid) for name in permissions.POLICIES for sid in ("Log", "Source", "Depth")}  # whoever has them
    assert set(permissions.REASONS) - own <= written


def test_every_star_is_argued_and_no_argument_is_left_over():
    assert {where for where, _ in permissions.stars()} == set(permissions.STARS)


def test_a_function_has_a_star_only_at_the_end_of_a_parameters_name():
    found = {text for where, text in permissions.stars() if where.partition(" ")[0] in permissions.POLICIES}
    assert found == {"parameter/<stack>/form-*", "parameter/<stack>/notify-*"}
