"""What single values of the routing file can be: a type for each kind, with the check that says what would be right."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from chalicelib.domain.entry import MAX_NOKO_ID
from chalicelib.domain.tag import MAX_TAGS
from chalicelib.routing_file import check

ModeName = Literal["live", "observe"]
LogOnName = Literal["every-branch", "default-branch"]
DateFromName = Literal["committer", "author"]
ScopeName = Literal["ours", "all"]
ApprovedAtName = Literal["now", "due"]
FeedbackName = Literal["off", "status", "comment"]
NewTagsName = Literal["create", "text", "hold"]
PresetName = Literal[
    "typeform",
    "tally",
    "formspree",
    "netlify",
    "jotform",
    "google-forms",
    "static-header",
    "zapier",
    "make",
    "n8n",
    "power-automate",
    "standard-webhooks",
    "page",
    "generic",
]


def _pattern(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern})


def _or_id(*others: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"anyOf": [*others, {"type": "integer", "minimum": 1, "maximum": MAX_NOKO_ID}]})


_EMAIL = {"type": "string", "pattern": check.EMAIL}

Mode = Annotated[ModeName, BeforeValidator(check.one_of(*get_args(ModeName)))]
LogOn = Annotated[LogOnName, BeforeValidator(check.one_of(*get_args(LogOnName)))]
DateFrom = Annotated[DateFromName, BeforeValidator(check.one_of(*get_args(DateFromName)))]
Scope = Annotated[ScopeName, BeforeValidator(check.one_of(*get_args(ScopeName)))]
ApprovedAt = Annotated[ApprovedAtName, BeforeValidator(check.one_of(*get_args(ApprovedAtName)))]
Feedback = Annotated[FeedbackName, BeforeValidator(check.one_of(*get_args(FeedbackName)))]
Preset = Annotated[PresetName, BeforeValidator(check.one_of(*get_args(PresetName)))]
NewTags = Annotated[NewTagsName, BeforeValidator(check.one_of(*get_args(NewTagsName)))]
Minutes = Annotated[int, Field(ge=1, le=1440)]
TimeZone = Annotated[str, AfterValidator(check.timezone)]
RepositoryGlob = Annotated[str, AfterValidator(check.repository_glob), _pattern(check.REPOSITORY)]
RepositoryName = Annotated[str, AfterValidator(check.repository_name), _pattern(check.REPOSITORY_NAME)]
HookId = Annotated[int, Field(ge=1)]
BranchGlob = Annotated[str, AfterValidator(check.branch_glob), _pattern(check.BRANCH)]
Tag = Annotated[str, AfterValidator(check.tag), _pattern(check.TAG)]
UnbillableTag = Annotated[str, AfterValidator(check.unbillable_tag), _pattern(check.UNBILLABLE)]
DateFormat = Annotated[str, AfterValidator(check.date_format), _pattern(check.DATE_FORMAT)]
Tags = Annotated[list[Tag], Field(max_length=MAX_TAGS)]
Email = Annotated[str, AfterValidator(check.email), _pattern(check.EMAIL)]
Login = Annotated[str, AfterValidator(check.login), _pattern(check.LOGIN)]
Name = Annotated[str, AfterValidator(check.name), _pattern(check.NAME)]
NotifyUrl = Annotated[str, AfterValidator(check.notify_url), _pattern(check.NOTIFY_URL)]
TimeOfDay = Annotated[str, AfterValidator(check.time_of_day), _pattern(check.TIME_OF_DAY)]
When = Annotated[str, AfterValidator(check.when), _pattern(check.WHEN)]
Label = Annotated[str, Field(min_length=1), AfterValidator(check.label)]
ProjectReference = Annotated[str | int, PlainValidator(check.project), _or_id({"type": "string", "pattern": r"\S"})]
UserReference = Annotated[str | int, PlainValidator(check.user), _or_id(_EMAIL)]
Submitter = Annotated[str | int, PlainValidator(check.submitter), _or_id({"const": check.SUBMITTER}, _EMAIL)]


class Table(BaseModel):
    """A table of the file: nothing unknown in it, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)
