"""What of the template is otherwise on the emulator than on AWS: nothing is left out, and each change has a reason."""

import re
from dataclasses import dataclass

from package.policy import several


@dataclass(frozen=True)
class Change:
    """`apply` changes a template, which it is given with the emulator's address."""

    what: str
    why: str
    apply: object


def _sandbox(template, _url):
    template["Parameters"]["NokoBaseUrl"]["AllowedPattern"] = "http://127[.]0[.]0[.]1:.+"


def _door(template, url):
    value = template["Outputs"]["EndpointURL"]["Value"]
    (stage,) = re.findall(r"[.]execute-api[.].+/(\w+)/$", value["Fn::Sub"])
    value["Fn::Sub"] = f"{url}/_aws/execute-api/${{RestAPI}}/{stage}/"


def _batches(template, _url):
    for resource in template["Resources"].values():
        for policy in resource["Properties"].get("Policies", ()) if resource["Type"] == "AWS::IAM::Role" else ():
            for statement in policy["PolicyDocument"]["Statement"]:
                if "sqs:SendMessage" in several(statement["Action"]):
                    statement["Action"] = [*several(statement["Action"]), "sqs:SendMessageBatch"]


def _sums(template, _url):
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in properties:
            first = next(each["MetricStat"] for each in properties.pop("Metrics") if "MetricStat" in each)
            properties.update(first["Metric"], Statistic=first["Stat"], Period=first["Period"])


CHANGES = (
    Change("Noko may be at http://127.0.0.1", "the sandbox has no certificate; on AWS only https is taken", _sandbox),
    Change("the output EndpointURL is the emulator's", "the name that AWS would give the API leads to AWS", _door),
    Change(
        "who may sqs:SendMessage may sqs:SendMessageBatch",
        # https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
        "the emulator asks for it; AWS knows no such action and asks for sqs:SendMessage",
        _batches,
    ),
    Change(
        "an alarm on several metrics is on the first of them",
        "the emulator's alarms know one metric each",
        _sums,
    ),
)


def adapt(template, url):
    """Change a template as it has to be for an emulator at `url`."""
    for change in CHANGES:
        change.apply(template, url)
