"""The routing file's shape: every section and key, with its type, default, meaning and an example.

The published JSON Schema, the reference page and the wording of problems are all drawn from these models.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chalicelib.domain.routing_table import SUBMITTER, UNBILLABLE_TAG
from chalicelib.routing_file.approval import ApprovalTable  # noqa: TC001 - pydantic resolves annotations when it builds the model
from chalicelib.routing_file.digest import DigestTable  # noqa: TC001 - likewise
from chalicelib.routing_file.kind import (
    BranchGlob,
    DateFormat,
    DateFrom,
    Email,
    Feedback,
    HookId,
    Label,
    Login,
    LogOn,
    Minutes,
    Mode,
    Name,
    NewTags,
    Preset,
    ProjectReference,
    RepositoryGlob,
    RepositoryName,
    Submitter,
    Table,
    Tags,
    TimeZone,
    UnbillableTag,
    UserReference,
)


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
    """A form or automation that sends work to `/webhooks/forms/NAME`, or our own page at `/forms/NAME`."""

    name: Name = Field(
        description="The last part of its address, and of the setting `FORM_<NAME>_SECRETS`; unique.",
        examples=["timesheet"],
    )
    preset: Preset = Field(
        "generic",
        description="What sends it, and so how it is signed and shaped; `page` for a form of our own.",
        examples=["typeform"],
    )
    person: Submitter = Field(
        SUBMITTER,
        description="Whose work it is: `submitter` for whoever's e-mail the form holds, or the e-mail or id "
        "of a Noko user.",
        examples=["submitter"],
    )
    project: ProjectReference | None = Field(
        None,
        description="Name or id of the Noko project for submissions that name none; without it, that of `[defaults]`.",
        examples=["Internal"],
    )
    projects: Annotated[list[ProjectReference], Field(min_length=1)] | None = Field(
        None,
        description="Names or ids of the projects that our own page offers; without it, all active ones.",
        examples=[["Gear GmbH", "Website"]],
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


class RoutingTables(Table):
    """Which work goes to which Noko project and person. The order of sections does not matter."""

    defaults: DefaultsTable = Field(default_factory=DefaultsTable)
    repositories: list[RepositoryTable] = Field([])
    people: list[PersonTable] = Field([])
    forms: list[FormTable] = Field([])
    approvals: list[ApprovalTable] = Field([])
    hooks: list[HookTable] = Field([])
    digest: DigestTable | None = Field(None)
