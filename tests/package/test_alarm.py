"""Alarms and dashboard: each points to a number that is really told, and to what is to be done about it."""

import dataclasses
import json
import re

import pytest
from fakes.entry import entry as made
from fakes.house import draft
from fakes.logged_house import STACK, LoggedHouse
from package.ringing import WAYS

from chalicelib.domain.lifecycle import Status
from chalicelib.domain.metric import DIMENSION, METRICS, NAMESPACE
from chalicelib.errors import ClockSkewed, ConfigurationError
from infra.build.template import ROOT, alarms

ALARMS = {
    "OpenDeadLettersHold": ("ApproximateNumberOfMessagesVisible", "Maximum", 1, 300),
    "PostDeadLettersHold": ("ApproximateNumberOfMessagesVisible", "Maximum", 1, 300),
    "TellDeadLettersHold": ("ApproximateNumberOfMessagesVisible", "Maximum", 1, 300),
    "WaitingForLong": ("OldestWaiting", "Maximum", 900, 300),
    "UncertainForLong": ("OldestUncertain", "Maximum", 1800, 300),
    "EntriesNeedAttention": ("NeedsAttention", "Maximum", 1, 3600),
    "DoorFails": ("5XXError", "Sum", 1, 300),
    "SignaturesAreRefused": ("SignaturesRefused", "Sum", 5, 900),
    "TokenIsRefused": ("TokenRefused", "Sum", 1, 300),
    "RateIsLimited": ("RateLimited", "Sum", 1, 300),
    "ApprovalsAreMissed": ("ApprovalsMissed", "Sum", 1, 300),
    "DifferencesAreFound": ("Differences", "Sum", 1, 3600),
    "TickStandsStill": ("Invocations", "Sum", 1, 300),
    "FunctionsFail": ("Errors", "Sum", 3, 300),
    "DoorIsThrottled": ("Throttles", "Sum", 1, 300),
}
"""Metric, statistic, threshold, and the seconds over which it is taken."""
OF_AWS = {
    ("AWS/SQS", ("QueueName",)): ("AWS::SQS::Queue", {"ApproximateNumberOfMessagesVisible"}),
    ("AWS/Lambda", ("FunctionName",)): (
        "AWS::Serverless::Function",
        {"Duration", "Errors", "Invocations", "Throttles"},
    ),
    ("AWS/DynamoDB", ("TableName",)): (
        "AWS::DynamoDB::Table",
        {"ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"},
    ),
    ("AWS/Logs", ("LogGroupName",)): ("AWS::Logs::LogGroup", {"IncomingBytes"}),
}
"""What AWS tells of itself, by namespace and dimensions, and what kind of resource the dimension names."""
OF_THE_DOOR = {"Count", "4XXError", "5XXError"}
HOW_TO = re.compile(r"\. \$\{DocsUrl\}(docs/how-to/[\w-]+\.md)#([\w-]+)$")


@pytest.fixture(params=["dev", "prod"])
def template(templates, request):
    return templates[request.param]


@pytest.fixture
def resources(template):
    return template["Resources"]


@pytest.fixture(scope="module")
def told():
    """What each metric's way to it made a house tell: values, each with where CloudWatch files it."""
    houses = {}
    return {name: houses.setdefault(way, way()).values(name) for name, way in WAYS.items()}


def alarms_of(resources):
    return {n: each["Properties"] for n, each in resources.items() if each["Type"] == "AWS::CloudWatch::Alarm"}


def named(properties):
    """Yield namespace, metric, dimensions, statistic and period of all that an alarm looks at."""
    if "Metrics" not in properties:
        yield tuple(properties[n] for n in ("Namespace", "MetricName", "Dimensions", "Statistic", "Period"))
    for each in properties.get("Metrics", ()):
        if "MetricStat" in each:
            stat = each["MetricStat"]
            metric = stat["Metric"]
            yield metric["Namespace"], metric["MetricName"], metric["Dimensions"], stat["Stat"], stat["Period"]


def meant(value):
    """Name the resource that a dimension's value is of, or the text that it is."""
    match value:
        case {"Ref": name} | {"Fn::GetAtt": [name, "QueueName"]}:
            return name
        case str(text):
            return re.sub(r"\$\{([\w:]+)(?:\.QueueName)?\}", r"\1", text)
    raise AssertionError(f"what is {value}?")


def check(namespace, metric, dimensions, resources):
    """Hold one metric that is named somewhere against what there is."""
    match namespace:
        case "Tallyhook":
            assert metric in {each.name for each in METRICS}
            assert dimensions == {DIMENSION: "AWS::StackName"}
        case "AWS/ApiGateway":
            api = resources["RestAPI"]["Properties"]
            assert metric in OF_THE_DOOR
            assert dimensions == {"ApiName": "AWS::StackName", "Stage": api["StageName"]}
            assert api["DefinitionBody"]["info"]["title"] == {"Ref": "AWS::StackName"}
        case _:
            kind, metrics = OF_AWS[namespace, tuple(dimensions)]
            assert metric in metrics
            assert {resources[name]["Type"] for name in dimensions.values()} == {kind}


def test_the_table_of_alarms_is_that_of_the_template(resources):
    found = {}
    for name, properties in alarms_of(resources).items():
        (shape,) = {(metric, stat, period) for _, metric, _, stat, period in named(properties)}
        found[name] = (shape[0], shape[1], properties["Threshold"], shape[2])
    assert found == ALARMS


def test_a_tick_that_is_turned_away_rings_nothing(resources):
    """Only one may run, and EventBridge may send one twice, or while the last is at work; one a minute is enough."""
    throttled = [d for p in alarms_of(resources).values() for _, metric, d, *_ in named(p) if metric == "Throttles"]
    assert throttled == [[{"Name": "FunctionName", "Value": {"Ref": "APIHandler"}}]]


@pytest.mark.parametrize("alarm", ALARMS)
def test_each_alarm_looks_at_what_there_is(resources, alarm):
    for namespace, metric, dimensions, _, _ in named(alarms_of(resources)[alarm]):
        check(namespace, metric, {each["Name"]: meant(each["Value"]) for each in dimensions}, resources)


@pytest.mark.parametrize("metric", [metric.name for metric in METRICS])
def test_every_metric_is_told_by_a_house_to_which_that_happens(told, metric):
    assert told[metric], "no way leads to it"
    assert {place for place, _ in told[metric]} == {(NAMESPACE, ((DIMENSION, STACK),))}


@pytest.mark.parametrize("alarm", [name for name, (metric, *_) in ALARMS.items() if metric in WAYS])
def test_what_happens_to_that_house_rings_the_alarm(resources, told, alarm):
    properties = alarms_of(resources)[alarm]
    values = [value for _, value in told[properties["MetricName"]]]
    reached = sum(values) if properties["Statistic"] == "Sum" else max(values)
    assert properties["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert reached >= properties["Threshold"]


@pytest.mark.parametrize("alarm", ALARMS)
def test_each_alarm_says_what_it_means_and_where_it_stands_what_to_do(resources, alarm):
    file, anchor = HOW_TO.search(alarms_of(resources)[alarm]["AlarmDescription"]["Fn::Sub"]).groups()
    headings = re.findall(r"^## (\w+)$", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    assert anchor == alarm.lower()
    assert alarm in headings


def test_the_page_has_nothing_on_alarms_that_there_are_not(resources):
    text = (ROOT / "docs" / "how-to" / "when-an-alarm-rings.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^## ([A-Z]\w+)$", text, re.MULTILINE)) == sorted(alarms_of(resources))


@pytest.mark.parametrize("alarm", ALARMS)
def test_each_alarm_has_chosen_what_no_data_means_and_argues_for_it(resources, alarm):
    expected = "breaching" if alarm == "TickStandsStill" else "notBreaching"
    assert alarms_of(resources)[alarm]["TreatMissingData"] == expected
    metadata = alarms()["Resources"][alarm]["Metadata"]
    assert set(metadata) == {"Why", "Missing"}
    assert all(argument.endswith(".") for argument in metadata.values())


def test_whoever_is_named_hears_of_each_alarm_and_of_its_end(template, resources):
    ring = {"Fn::If": ["HasAlarmEmail", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]}
    assert all(p["AlarmActions"] == p["OKActions"] == ring for p in alarms_of(resources).values())
    assert template["Parameters"]["AlarmEmail"]["Default"] == ""
    topic = resources["AlarmTopic"]
    assert topic["Properties"]["Subscription"] == [{"Protocol": "email", "Endpoint": {"Ref": "AlarmEmail"}}]
    assert {resources[n]["Condition"] for n in ("AlarmTopic", "AlarmKey", "AlarmTopicPolicy")} == {"HasAlarmEmail"}


def test_the_topic_is_encrypted_with_a_key_that_cloudwatch_may_use(resources):
    """With the key that AWS manages for SNS an alarm would ring, and nobody would hear it."""
    assert resources["AlarmTopic"]["Properties"]["KmsMasterKeyId"] == {"Ref": "AlarmKey"}
    _, may_use = resources["AlarmKey"]["Properties"]["KeyPolicy"]["Statement"]
    assert may_use["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert set(may_use["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey*"}
    own = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    may_publish, never = resources["AlarmTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert may_use["Condition"] == may_publish["Condition"] == own
    assert (never["Effect"], never["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def graphs(resources):
    body = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    return {each["properties"]["title"]: each["properties"] for each in body["widgets"] if each["type"] == "metric"}


def test_the_dashboard_shows_every_metric_and_nothing_that_there_is_not(resources):
    rows = [row for each in graphs(resources).values() for row in each["metrics"]]
    for namespace, metric, *rest in rows:
        pairs = [each for each in rest if isinstance(each, str)]
        check(namespace, metric, dict(zip(pairs[::2], map(meant, pairs[1::2]), strict=True)), resources)
    assert {metric for namespace, metric, *_ in rows if namespace == NAMESPACE} == set(WAYS)


def test_stacks_of_the_same_name_in_two_regions_have_a_dashboard_each(resources):
    assert resources["Dashboard"]["Properties"]["DashboardName"] == {"Fn::Sub": "${AWS::StackName}-${AWS::Region}"}


def test_the_dashboard_shows_every_alarm_and_the_one_command(resources):
    body = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    text, listed, *_ = json.loads(body)["widgets"]
    assert listed["properties"]["alarms"] == [f"${{{name}.Arn}}" for name in alarms_of(resources)]
    assert "tallyhook --stage STAGE entry SHA" in text["properties"]["markdown"]


def test_nothing_of_the_dashboard_is_substituted_but_what_there_is(resources, template):
    body = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    names = {name.partition(".")[0] for name in re.findall(r"\$\{([^}]+)\}", body)}
    assert names <= {*resources, *template["Parameters"], "AWS::StackName", "AWS::Region"}


def test_what_readers_need_is_not_sent_to_cloudformation(resources):
    assert not any("Metadata" in resource for name, resource in resources.items() if name in alarms_of(resources))


def test_a_wrong_clock_and_a_broken_setting_are_errors_of_the_function(house_with_a_message):
    for error in (ClockSkewed("six seconds off"), ConfigurationError("no token")):
        house = house_with_a_message(error)
        assert [type(failure) for failure in house.failures] == [type(error)]
        assert house.ledger.entry(draft(1).key).status is Status.QUEUED


@pytest.fixture
def house_with_a_message():
    def make(error):
        house = LoggedHouse()
        entry = made(1, status=Status.QUEUED)
        house.ledger.put_entry(entry)
        house.queue.send_entries([entry.key])
        house.ports = dataclasses.replace(house.ports, throttle=Failing(error))
        assert house.post_next()
        return house

    return make


class Failing:
    """A throttle that always raises."""

    def __init__(self, error):
        self._error = error

    def reserve(self, *_, **__):
        raise self._error
