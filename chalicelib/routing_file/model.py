"""The routing file's shape: every section and key, with its type, default, meaning and an example.

The published JSON Schema, the reference page and the wording of problems are all drawn from these models.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from chalicelib.domain.entry import MAX_NOKO_ID
from chalicelib.domain.routing_table import UNBILLABLE_TAG
from chalicelib.domain.tag import MAX_TAGS
from chalicelib.routing_file import check

ModeName = Literal["live", "observe"]
LogOnName = Literal["every-branch", "default-branch"]
DateFromName = Literal["committer", "author"]
ScopeName = Literal["ours", "all"]
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
When = Annotated[str, AfterValidator(check.when), _pattern(check.WHEN)]
Label = Annotated[str, Field(min_length=1), AfterValidator(check.label)]
ProjectReference = Annotated[str | int, PlainValidator(check.project), _or_id({"type": "string", "pattern": r"\S"})]
UserReference = Annotated[str | int, PlainValidator(check.user), _or_id(_EMAIL)]
Submitter = Annotated[str | int, PlainValidator(check.submitter), _or_id({"const": check.SUBMITTER}, _EMAIL)]


class Table(BaseModel):
    """A table of the file: nothing unknown in it, nothing converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


class DefaultsTable(Table):
    """What holds wherever a repository says nothing else."""

    mode: Mode = Field(
        "live",
        description="`live` posts to Noko. `observe` routes and lists everything and posts nothing; "
        "`tallyhook replay --observed` posts it afterwards.",
        examples=["live"],
    )
    timezone: TimeZone = Field(
        "UTC",
        description="IANA name of the time zone in which schedules are meant. The date of a commit is the one "
        "in the commit's own offset.",
        examples=["Europe/Berlin"],
    )
    project: ProjectReference | None = Field(
        None,
        description="Name or id of the Noko project for repositories that name none. Without it, such a "
        "repository falls to the Noko project of its own name, or else its entries are held.",
        examples=["Internal"],
    )
    branches: list[BranchGlob] = Field(
        ["*"],
        description="Which branches are logged. `*` is any run of characters, `/` included, `?` any one. "
        "Case counts. An empty list logs none.",
        examples=[["main", "release/*"]],
    )
    log_on: LogOn = Field(
        "every-branch",
        description="`every-branch` logs work as soon as it is pushed, and recognises its copies when it is "
        "rebased, squashed or picked. `default-branch` logs each commit once it lands on the default branch.",
        examples=["default-branch"],
    )
    date_from: DateFrom = Field(
        "committer",
        description="Whose date work gets where its message names none: `committer`, in the commit's own offset, "
        "or `author`, which needs a GitHub token and counts in `timezone`.",
        examples=["author"],
    )
    tags: Tags = Field(
        [],
        description="Tags that every entry gets, without `#`; at most 10, of at most 30 characters. A `*` at "
        "the end makes a tag unbillable.",
        examples=[["dev"]],
    )
    require_brackets: bool = Field(
        False,
        description="Whether only `[f:90]` counts in a commit message, and a bare `f:90` does not.",
        examples=[True],
    )
    max_minutes: Minutes = Field(
        1440, description="What is longer than this is reported and not logged.", examples=[480]
    )
    minutes_per_day: Minutes = Field(480, description="How long the `1d` of a message is.", examples=[480])
    max_age_days: int = Field(
        31,
        ge=1,
        description="Work older than this when it arrives is held: a mirror or an import brings years of it. "
        "`tallyhook replay` posts it after all.",
        examples=[31],
    )
    feedback: Feedback = Field(
        "off",
        description="How the author of a commit hears that its time was not logged, because it is malformed or nobody "
        "knows whose it is: by a commit `status`, by a `comment` on the commit, or not at all. Needs `GITHUB_TOKEN`.",
        examples=["status"],
    )
    new_tags: NewTags = Field(
        "create",
        description="What becomes of a hashtag that Noko has no tag for yet. `create`: Noko makes a tag of it. "
        "`text`: it loses its `#`. `hold`: the entry is held until the tag exists.",
        examples=["text"],
    )


class RepositoryTable(Table):
    """A rule for repositories. The last table that matches wins; what it leaves out comes from `[defaults]`."""

    match: RepositoryGlob = Field(
        description="Pattern for `owner/name`. `*` is any run of characters, `?` any one. Case does not count.",
        examples=["acme/web*"],
    )
    project: ProjectReference | None = Field(
        None,
        description="Name or id of the Noko project. It has to exist; Tallyhook never creates one.",
        examples=["Gear GmbH"],
    )
    mode: Mode | None = Field(None, description="As in `[defaults]`.", examples=["observe"])
    branches: list[BranchGlob] | None = Field(None, description="As in `[defaults]`.", examples=[["main", "release/*"]])
    log_on: LogOn | None = Field(None, description="As in `[defaults]`.", examples=["default-branch"])
    date_from: DateFrom | None = Field(None, description="As in `[defaults]`.", examples=["author"])
    tags: Tags | None = Field(None, description="As in `[defaults]`, and instead of those there.", examples=[["dev"]])
    require_brackets: bool | None = Field(None, description="As in `[defaults]`.", examples=[True])
    max_minutes: Minutes | None = Field(None, description="As in `[defaults]`.", examples=[480])
    new_tags: NewTags | None = Field(None, description="As in `[defaults]`.", examples=["hold"])
    feedback: Feedback | None = Field(None, description="As in `[defaults]`.", examples=["comment"])


class HookTable(Table):
    """A webhook of GitHub's whose failed deliveries are asked for again. Needs `GITHUB_TOKEN`."""

    repository: RepositoryName | None = Field(
        None, description="Whose webhook it is: a repository's, `owner/name`.", examples=["acme/website"]
    )
    organisation: Login | None = Field(
        None, description="Instead of `repository`: the organisation whose webhook it is.", examples=["acme"]
    )
    id: HookId | None = Field(
        None,
        description="The webhook's id, the number at the end of its page's address. Without it, the one webhook there "
        "that sends to an address ending with `/webhooks/github`.",
        examples=[480000001],
    )


class PersonTable(Table):
    """A person: a Noko user, and the addresses and logins under which their commits come."""

    noko: UserReference = Field(
        description="E-mail or id of the Noko user. The e-mail counts as mapped too.",
        examples=["jane@acme.example"],
    )
    emails: list[Email] = Field(
        [],
        description="Further e-mails of this person, as commits carry them. Case does not count.",
        examples=[["jane@home.example"]],
    )
    github: list[Login] = Field(
        [],
        description="GitHub logins of this person. The noreply addresses of a login count as mapped too.",
        examples=[["jane-dev"]],
    )


class FieldsTable(Table):
    """Which question of the form holds what, where the form's labels are not understood by themselves.

    A label is the question as people see it, or the sender's own name for it. Case, punctuation and blanks do not
    count.
    """

    minutes: Label | None = Field(
        None,
        description="Whole minutes, or a duration such as `1h30m`. Where the label itself says hours, they are hours.",
        examples=["minutes"],
    )
    hours: Label | None = Field(
        None, description="Hours, as a decimal number, or a duration such as `1h30m`.", examples=["hours worked"]
    )
    duration: Label | None = Field(
        None,
        description="A duration such as `1h30m`. A mere number counts only if the label says minutes or hours.",
        examples=["how long"],
    )
    date: Label | None = Field(
        None, description="The day of the work; without it, that of the submission.", examples=["worked on"]
    )
    description: Label | None = Field(None, description="What was done.", examples=["what did you do"])
    email: Label | None = Field(None, description="Who did it.", examples=["your email"])
    project: Label | None = Field(None, description="Name or id of the project.", examples=["client"])
    tags: Label | None = Field(None, description="Tags, separated by commas.", examples=["labels"])
    billable: Label | None = Field(None, description="Whether it is billable: yes or no.", examples=["billable"])
    url: Label | None = Field(None, description="A link to the work. It is kept, and never opened.", examples=["link"])
    id: Label | None = Field(
        None,
        description="The submission's own id.",
        examples=["submission id"],
    )


class FormTable(Table):
    """A form or automation that sends work to `/webhooks/forms/NAME`."""

    name: Name = Field(
        description="The last part of its address, and of the setting `FORM_<NAME>_SECRETS`; unique.",
        examples=["timesheet"],
    )
    preset: Preset = Field(
        "generic", description="What sends it, and so how it is signed and shaped.", examples=["typeform"]
    )
    person: Submitter = Field(
        check.SUBMITTER,
        description="Whose work it is: `submitter` for whoever's e-mail the form holds, or the e-mail or id "
        "of a Noko user.",
        examples=["submitter"],
    )
    project: ProjectReference | None = Field(
        None,
        description="Name or id of the Noko project for submissions that name none; without it, that of `[defaults]`.",
        examples=["Internal"],
    )
    mode: Mode | None = Field(None, description="As in `[defaults]`.", examples=["observe"])
    tags: Tags | None = Field(None, description="As in `[defaults]`, and instead of those there.", examples=[["desk"]])
    max_minutes: Minutes | None = Field(None, description="As in `[defaults]`.", examples=[480])
    date_format: DateFormat | None = Field(
        None,
        description="In what order the form writes dates, such as `DD/MM/YYYY`. `YYYY-MM-DD` is always understood; "
        "without this key, nothing else is.",
        examples=["DD/MM/YYYY"],
    )
    unbillable_tag: UnbillableTag = Field(
        UNBILLABLE_TAG,
        description="The tag of submissions whose answer for `billable` is no. Its `*` makes the entry unbillable.",
        examples=["unbillable*"],
    )
    fields: FieldsTable = Field(
        default_factory=FieldsTable, description="Which label of the form holds what.", examples=[]
    )


class ApprovalTable(Table):
    """A policy by which entries are approved in bulk, on a schedule."""

    name: Name = Field(description="The policy's name; unique.", examples=["weekly"])
    when: When = Field(
        description="When it runs, in the time zone of `[defaults]`: a weekday, `day N` of the month or "
        "`last working day`, and a time of day.",
        examples=["monday 06:00", "day 1 09:00", "last working day 18:00"],
    )
    older_than_days: int = Field(
        3, ge=0, description="Entries younger than this are left for their authors to mend.", examples=[3]
    )
    lookback_days: int = Field(92, ge=1, description="Entries older than this are left alone.", examples=[92])
    projects: list[ProjectReference] | None = Field(
        None, description="Names or ids of the projects; without it, all of them.", examples=[["Gear GmbH"]]
    )
    scope: Scope = Field(
        "ours",
        description="`ours` for entries that Tallyhook logged, `all` for everybody's.",
        examples=["ours"],
    )


class RoutingTables(Table):
    """Which work goes to which Noko project and person. The order of sections does not matter."""

    defaults: DefaultsTable = Field(default_factory=DefaultsTable)
    repositories: list[RepositoryTable] = []
    people: list[PersonTable] = []
    forms: list[FormTable] = []
    approvals: list[ApprovalTable] = []
    hooks: list[HookTable] = []
