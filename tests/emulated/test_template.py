"""What is tried on the emulator is the template that goes to AWS, but for what is named."""

import copy

import pytest
from emulated.template import CHANGES, adapt

from infra.build.template import chalice_package

URL = "https://127.0.0.1:1"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return chalice_package("dev", "x86_64", tmp_path_factory.mktemp("dev"))[1]


def paths(before, after, path=()):
    """Yield where two templates differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() | after.keys():
            yield from paths(before.get(key), after.get(key), (*path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from paths(one, other, (*path, number))
    elif before != after:
        yield path


def test_every_change_is_still_needed_and_says_why(template):
    for change in CHANGES:
        changed = copy.deepcopy(template)
        change.apply(changed, URL)
        assert changed != template, change.what
        assert change.why


def test_no_resource_is_left_out_and_nothing_else_is_otherwise(template):
    changed = copy.deepcopy(template)
    adapt(changed, URL)
    changes = set(paths(template, changed))
    resources = {path for path in changes if path[0] == "Resources"}
    assert changes - resources == {
        ("Parameters", "NokoBaseUrl", "AllowedPattern"),
        ("Outputs", "EndpointURL", "Value", "Fn::Sub"),
    }
    kinds = {(template["Resources"][path[1]]["Type"], path[-1]) for path in resources}
    metric = {"Metrics", "Namespace", "MetricName", "Dimensions", "Statistic", "Period"}
    assert kinds == {("AWS::IAM::Role", "Action"), *(("AWS::CloudWatch::Alarm", name) for name in metric)}
