"""Write the routing file's JSON Schema and reference page from its models: `python -m docs.build.routing_file`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic.json_schema import GenerateJsonSchema

from chalicelib.domain.entry import MAX_NOKO_ID
from chalicelib.routing_file.model import RoutingTables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.json_schema import JsonSchemaValue
    from pydantic_core import core_schema

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "chalicelib" / "routing.toml"
SCHEMA = ROOT / "chalicelib" / "routing.schema.json"
PAGE = ROOT / "docs" / "reference" / "routing-file.md"

SECTIONS = (
    ("[defaults]", "DefaultsTable"),
    ("[[repositories]]", "RepositoryTable"),
    ("[[people]]", "PersonTable"),
    ("[[forms]]", "FormTable"),
    ("[forms.fields]", "FieldsTable"),
    ("[[approvals]]", "ApprovalTable"),
    ("[[hooks]]", "HookTable"),
    ("[digest]", "DigestTable"),
)

INTRODUCTION = """\
<!-- Written by `python -m docs.build.routing_file` from the models that check the file. Change those. -->

# The routing file

The routing file says which work goes to which Noko project and person. It is [TOML](https://toml.io/en/v1.0.0);
`chalicelib/routing.toml` is used unless `ROUTING_FILE` names another one. Nothing in it is secret.

`tallyhook check` reports everything that is wrong with it at once, each with its line and what would be right:

```text
routing.toml:12: unknown key 'porject' in [[repositories]]; did you mean 'project'?
```

Editors that know the [JSON Schema](../../chalicelib/routing.schema.json) (by the `#:schema` line at the top) complete
keys and point at mistakes while you type.

## How work finds its place

**Person.** The commit's author is looked up, in this order: the e-mail in `[[people]]`; the GitHub login in
`[[people]]`; the login inside a GitHub noreply address, in `[[people]]`; the e-mail among the active users of
Noko. A bot is logged for only if `[[people]]` names it.

**Project.** The first of these that is set decides: `Noko-Project` in the commit message; `project` of the last
`[[repositories]]` that matches; `project` of `[defaults]`; the Noko project named like the repository, without
its owner. Names are compared without regard to case, and an active project goes before an archived one.

**A form's submission** goes to the form's `person`; where that is `submitter`, its e-mail is looked up as a commit's.
The project is the one that the submission names; else the form's; else that of `[defaults]`. See
[Connect a form](../how-to/forms/README.md).

**Tags.** The entry gets the hashtags of its text and the fixed `tags` of its rule. Noko makes a tag of each that is
new to it, unless `new_tags` says otherwise: see [Use tags](../how-to/tags.md).

Where no person or project is found, where Noko has disabled or archived it, or where a name fits several, the
entry is held and says what would mend it. Held entries are judged anew when this file or Noko's users and
projects change. An entry that has found its route keeps it.
"""


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the routing file."""
    made = RoutingTables.model_json_schema(schema_generator=_Schema)
    return {"$schema": GenerateJsonSchema.schema_dialect, **made, "title": "Tallyhook's routing file"}


class _Schema(GenerateJsonSchema):
    """The schema without what TOML has no use for: null, and titles that only repeat the key."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002  # pydantic calls it so
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        if schema.get("default") is None:
            return self.generate_inner(schema["schema"])
        return super().default_schema(schema)


def schema_text() -> str:
    """Return what `routing.schema.json` holds."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def page_text() -> str:
    """Return what `docs/reference/routing-file.md` holds."""
    tables = schema()["$defs"]
    parts = [INTRODUCTION]
    parts += ["\n".join(_section(header, tables[table])) for header, table in SECTIONS]
    parts += [f"## The file that ships\n\n```toml\n{SAMPLE.read_text(encoding='utf-8')}```\n"]
    return "\n".join(parts)


def _section(header: str, table: dict[str, Any]) -> Iterator[str]:
    yield f"## `{header}`\n\n{table['description']}\n"
    yield "| key | type | default | meaning |"
    yield "|---|---|---|---|"
    required = table.get("required", [])
    for key, schema in table["properties"].items():
        default = "required" if key in required else _default(schema)
        yield f"| `{key}` | {_type(schema)} | {default} | {schema['description']} |"
    yield ""


def _default(schema: dict[str, Any]) -> str:
    value = schema.get("default")
    return "" if value is None else f"`{json.dumps(value, ensure_ascii=False)}`"


def _type(schema: dict[str, Any]) -> str:
    """Say in words what a key takes."""
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "$ref" in schema:
        return "table"
    match schema["type"]:
        case "string" if "enum" in schema:
            *others, last = (f"`{value}`" for value in schema["enum"])
            return f"{', '.join(others)} or {last}"
        case "array":
            return f"list: {_type(schema['items'])}"
        case "integer":
            return _range(schema)
        case simple:
            return str(simple)


def _range(schema: dict[str, Any]) -> str:
    low, high = schema["minimum"], schema.get("maximum")
    if high == MAX_NOKO_ID:
        return "id"
    return f"integer from {low}" if high is None else f"integer from {low} to {high}"


def main() -> None:
    """Write both files."""
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    PAGE.write_text(page_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
