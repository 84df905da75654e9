"""The merged template: what every stage must have, whatever the merge does in silence."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from package.policy import several, statements

from chalicelib.domain.interval import (
    CONNECT_TIMEOUT_MS,
    LEASE_MARGIN_MS,
    MIN_REMAINING_MS,
    REQUEST_TIMEOUT_MS,
    Intervals,
)
from chalicelib.domain.letter import _DELAYS_S, GIVE_UP_AFTER_MS
from chalicelib.domain.retention import MAX_DAYS, MIN_DAYS, MIN_ENTRIES_DAYS, Retention
from chalicelib.domain.throttle import HORIZON_MS
from chalicelib.messenger import TIMEOUT_MS as LETTER_MS
from chalicelib.services import telling
from chalicelib.settings import Settings
from cli.stack import SETTINGS
from infra.build.template import ROOT, merged, to_text

FUNCTIONS = ("APIHandler", "Open", "Post", "Tell", "Tick")
WORKERS = ("Open", "Post", "Tell")
QUEUES = [f"{name}{kind}" for name in WORKERS for kind in ("Queue", "DeadLetters")]
MAX_SQS_DELAY_S = 900
API_GATEWAY_S = 29


@pytest.fixture(params=["dev", "prod"])
def template(templates, request):
    return templates[request.param]


@pytest.fixture
def properties(template):
    return lambda name: template["Resources"][name]["Properties"]


def test_the_template_and_that_of_the_account_have_no_flaw_that_cfn_lint_knows(templates, tmp_path):
    (tmp_path / "deployment.zip").touch()
    files = [tmp_path / f"{stage}.yaml" for stage in templates]
    for file in files:
        file.write_text(to_text(templates[file.stem]), encoding="utf-8")
    cfn_lint = Path(sys.executable).parent / "cfn-lint"
    command = [cfn_lint, *files, ROOT / "infra" / "account.yaml"]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_no_name_of_ours_is_misspelt(template):
    """A resource that Chalice does not know and we give no type was meant to be one of its own."""
    assert [name for name, resource in template["Resources"].items() if "Type" not in resource] == []


def test_what_is_written_holds_no_anchors_and_reads_as_it_was(template):
    text = to_text(template)
    assert "&id" not in text
    assert "*id" not in text
    assert yaml.safe_load(text) == json.loads(json.dumps(template))


def test_merging_keeps_what_the_change_does_not_name():
    assert merged({"a": {"b": 1, "c": [1]}, "d": 2}, {"a": {"c": [2]}}) == {"a": {"b": 1, "c": [2]}, "d": 2}


def test_the_ledger_is_kept_encrypted_and_can_be_restored(template, properties):
    table = properties("Table")
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert template["Resources"]["Table"]["UpdateReplacePolicy"] == "Retain"


def test_only_in_production_the_ledger_outlives_the_stack(templates):
    tables = {stage: template["Resources"]["Table"] for stage, template in templates.items()}
    assert tables["prod"]["DeletionPolicy"] == "Retain"
    assert tables["prod"]["Properties"]["DeletionProtectionEnabled"] is True
    assert tables["dev"]["DeletionPolicy"] == "Delete"
    assert "DeletionProtectionEnabled" not in tables["dev"]["Properties"]


@pytest.mark.parametrize("queue", QUEUES)
def test_every_queue_is_encrypted_and_refuses_what_is_not_tls(properties, queue):
    assert properties(queue)["SqsManagedSseEnabled"] is True
    policy = properties("TlsOnly")
    assert {"Ref": queue} in policy["Queues"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "sqs:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(("worker", "concurrency"), [("Open", 2), ("Post", 4), ("Tell", 2)])
def test_each_worker_takes_one_message_at_a_time_from_its_own_queue(properties, worker, concurrency):
    (event,) = properties(worker)["Events"].values()
    assert event["Properties"]["Queue"] == {"Fn::GetAtt": [f"{worker}Queue", "Arn"]}
    assert event["Properties"]["BatchSize"] == 1
    assert event["Properties"]["ScalingConfig"] == {"MaximumConcurrency": concurrency}
    assert event["Properties"]["Enabled"] == {"Fn::If": ["IsStopped", False, True]}
    redrive = properties(f"{worker}Queue")["RedrivePolicy"]
    assert redrive == {"deadLetterTargetArn": {"Fn::GetAtt": [f"{worker}DeadLetters", "Arn"]}, "maxReceiveCount": 5}


def test_the_tick_comes_every_minute_and_is_not_repeated(properties):
    (event,) = properties("Tick")["Events"].values()
    assert event["Properties"]["Schedule"] == "rate(1 minute)"
    assert properties("Tick")["EventInvokeConfig"]["MaximumRetryAttempts"] == 0
    assert properties("Tick")["MemorySize"] == 512


@pytest.mark.parametrize("worker", WORKERS)
def test_a_message_stays_hidden_for_six_times_as_long_as_its_function_may_take(properties, worker):
    # https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    queue, dead = properties(f"{worker}Queue"), properties(f"{worker}DeadLetters")
    assert queue["VisibilityTimeout"] >= 6 * properties(worker)["Timeout"]
    tried_out_s = queue["VisibilityTimeout"] * queue["RedrivePolicy"]["maxReceiveCount"]
    assert tried_out_s < queue["MessageRetentionPeriod"] < dead["MessageRetentionPeriod"]


@pytest.mark.parametrize("worker", WORKERS)
def test_lambda_does_not_stop_a_function_that_sends_itself_what_is_to_be_tried_again(template, properties, worker):
    # https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html: the 17th try would be a dead letter
    sends = {r for each in statements(template, worker) if "sqs:SendMessage" in each.actions for r in each.resources}
    assert properties(worker).get("RecursiveLoop") == ("Allow" if f"{worker}Queue" in sends else None)


def test_timeouts_leases_and_intervals_fit_together(properties):
    intervals = Intervals()
    post_ms = properties("Post")["Timeout"] * 1000
    one_request = CONNECT_TIMEOUT_MS + REQUEST_TIMEOUT_MS
    assert post_ms >= HORIZON_MS + MIN_REMAINING_MS + one_request  # a slot, a claim, and the answer
    assert intervals.lease_ms + LEASE_MARGIN_MS < properties("PostQueue")["VisibilityTimeout"] * 1000
    assert properties("Open")["Timeout"] * 1000 > 4 * MIN_REMAINING_MS  # it stops with so much left
    assert LETTER_MS < telling.LEASE_MS < properties("Tell")["Timeout"] * 1000
    assert max(_DELAYS_S) <= MAX_SQS_DELAY_S
    assert properties("Tick")["Timeout"] * 1000 < intervals.sweep_ms  # a minute, as its schedule says
    assert properties("APIHandler")["Timeout"] < API_GATEWAY_S
    assert properties("TellQueue")["MessageRetentionPeriod"] * 1000 > GIVE_UP_AFTER_MS


def test_the_api_hands_on_bytes_as_they_came(properties):
    assert properties("RestAPI")["DefinitionBody"]["x-amazon-apigateway-binary-media-types"] == ["*/*"]


def test_the_api_is_regional_throttled_and_has_one_stage(properties):
    api = properties("RestAPI")
    assert api["EndpointConfiguration"] == "REGIONAL"
    assert api["OpenApiVersion"] == "2.0"
    (settings,) = api["MethodSettings"]
    assert (settings["ResourcePath"], settings["HttpMethod"]) == ("/*", "*")
    assert 0 < settings["ThrottlingRateLimit"] <= 100
    assert settings["ThrottlingBurstLimit"] > 0


def test_no_log_of_the_api_holds_a_query_string(properties):
    api = properties("RestAPI")
    (settings,) = api["MethodSettings"]
    assert (settings["LoggingLevel"], settings["DataTraceEnabled"]) == ("OFF", False)
    line = json.loads(api["AccessLogSetting"]["Format"])
    allowed = {"requestTime", "requestId", "httpMethod", "resourcePath", "status", "responseLatency", "responseLength"}
    assert set(line.values()) == {f"$context.{name}" for name in allowed}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_logs_into_a_group_that_forgets(properties, function):
    group = properties(function)["LoggingConfig"]["LogGroup"]["Ref"]
    assert properties(group)["RetentionInDays"] == {"Ref": "LogDays"}


def test_what_a_flood_may_cost_is_capped(properties):
    for function, most in (("APIHandler", 20), ("Tick", 1)):
        cap = properties(function)["ReservedConcurrentExecutions"]
        assert cap == {"Fn::If": ["IsStopped", 0, {"Fn::If": ["Reserves", most, {"Ref": "AWS::NoValue"}]}]}
    kinds = {each["Notification"]["NotificationType"] for each in properties("Budget")["NotificationsWithSubscribers"]}
    assert kinds == {"ACTUAL", "FORECASTED"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_role_may_do_more_than_is_named(template, function):
    for statement in statements(template, function):
        assert statement.effect == "Allow"
        assert not any("*" in action for action in statement.actions)
        starred = [resource for resource in statement.resources if "*" in resource]
        # forms and receivers have names of the routing file's: only the end of a parameter's name may be any
        assert all(resource.startswith("parameter/${AWS::StackName}/") for resource in starred)
        assert all(resource.endswith(("/form-*", "/notify-*")) for resource in starred)


def test_each_function_has_a_role_of_its_own(properties):
    assert len({json.dumps(properties(function)["Role"]) for function in FUNCTIONS}) == len(FUNCTIONS)


def test_only_those_who_speak_to_noko_may_read_its_token(template):
    def reads(function, name):
        resources = [r for each in statements(template, function) for r in each.resources]
        return f"parameter/${{AWS::StackName}}/{name}" in resources

    assert [function for function in FUNCTIONS if reads(function, "noko-token")] == ["Open", "Post", "Tick"]
    assert [function for function in FUNCTIONS if reads(function, "github-webhook-secrets")] == ["APIHandler"]


def test_each_worker_may_receive_from_its_own_queue_alone(template):
    for worker in WORKERS:
        received = [e for e in statements(template, worker) if "sqs:ReceiveMessage" in e.actions]
        assert [each.resources for each in received] == [(f"{worker}Queue",)]
        assert {"sqs:DeleteMessage", "sqs:GetQueueAttributes"} <= set(received[0].actions)


def test_the_environment_is_one_that_the_settings_take(template):
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    parameters = template["Parameters"]
    values = {
        name: str(parameters[value["Ref"]]["Default"])
        if isinstance(value, dict) and value.get("Ref") in parameters
        else f"https://{name.lower().replace('_', '-')}.example/"
        for name, value in variables.items()
    }
    settings, plain = Settings.from_env(values), Settings()
    changed = {name for name in Settings.__slots__ if getattr(settings, name) != getattr(plain, name)}
    assert changed == {"table", "open_queue_url", "post_queue_url", "tell_queue_url", "secrets_prefix", "stack"}
    assert {"NOKO_BASE_URL", "GITHUB_API_URL", "PUBLIC_URL", "KEEP_ENTRIES_DAYS"} <= set(variables)


def test_what_is_kept_has_the_bounds_and_defaults_of_the_settings(template):
    told = {
        name: tuple(template["Parameters"][name][each] for each in ("MinValue", "Default", "MaxValue"))
        for name in ("KeepContentsDays", "KeepEntriesDays", "KeepNotesDays")
    }
    plain = Retention()
    assert told == {
        "KeepContentsDays": (MIN_DAYS, plain.contents_days, MAX_DAYS),
        "KeepEntriesDays": (MIN_ENTRIES_DAYS, plain.entries_days, MAX_DAYS),
        "KeepNotesDays": (MIN_DAYS, plain.notes_days, MAX_DAYS),
    }


def test_the_outputs_are_those_that_the_command_line_reads(template):
    assert set(SETTINGS) <= set(template["Outputs"])
    for name, output in SETTINGS.items():
        variables = template["Globals"]["Function"]["Environment"]["Variables"]
        assert template["Outputs"][name]["Value"] == variables[output]


def test_nothing_in_a_policy_file_names_an_account():
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / ".chalice").glob("policy-*.json")]
    assert len(texts) == len(FUNCTIONS)
    assert not any(char * 12 in text for text in texts for char in "0123456789")
    assert all(several(json.loads(text)["Statement"]) for text in texts)


def test_the_deployers_policy_speaks_of_every_service_in_the_templates(templates):
    policy = json.loads((ROOT / "docs" / "how-to" / "deployer-policy.json").read_text(encoding="utf-8"))
    actions = [action for statement in policy["Statement"] for action in several(statement["Action"])]
    account = yaml.safe_load((ROOT / "infra" / "account.yaml").read_text(encoding="utf-8"))
    kinds = {each["Type"] for one in (*templates.values(), account) for each in one["Resources"].values()}
    # what SAM makes of a function, its events and an API
    services = {kind.split("::")[1].lower() for kind in kinds} - {"serverless"} | {"events"}
    assert services <= {action.partition(":")[0] for action in actions}
    assert not any("*" in action.removeprefix("s3:GetBucket*") for action in actions)
    assert len(json.dumps(policy, separators=(",", ":"))) <= 6144  # what a managed policy may hold
