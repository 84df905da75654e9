"""What a function may do, read from the template: actions, and resources as short texts."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Statement:
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]


def statements(template, function):
    """Return the statements of the role that the template gives a function."""
    role = template["Resources"][function]["Properties"]["Role"]["Fn::GetAtt"][0]
    policies = template["Resources"][role]["Properties"]["Policies"]
    return [
        Statement(each["Effect"], tuple(several(each["Action"])), tuple(map(short, several(each["Resource"]))))
        for policy in policies
        for each in policy["PolicyDocument"]["Statement"]
    ]


def several(value):
    return value if isinstance(value, list) else [value]


def short(resource):
    """`Table`, `Table/index/due`, `OpenQueue`, `parameter/${AWS::StackName}/noko-token`; other texts as they are."""
    match resource:
        case {"Fn::GetAtt": [name, "Arn"]}:
            return name
        case {"Fn::Sub": text} if text.startswith("${Table.Arn}"):
            return text.replace("${Table.Arn}", "Table")
        case {"Fn::Sub": text} if ":parameter/" in text:
            return "parameter/" + text.partition(":parameter/")[2]
        case str(text):
            return text
    raise AssertionError(f"what is {resource}?")
