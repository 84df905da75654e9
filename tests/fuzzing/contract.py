"""The OpenAPI document as a judge: is this answer one of those that it promises?"""

import json
import re
from functools import cache
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.yaml"
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


class Contract:
    """The document, read once."""

    def __init__(self, document):
        self.document = document

    @property
    def operations(self):
        """Each route and method, with its operation."""
        return {
            (path, method.upper()): operation
            for path, item in self.document["paths"].items()
            for method, operation in item.items()
            if method in METHODS
        }

    def response(self, method, path, status):
        """Return what is said of this status on this route; None if nothing is."""
        path = self._template(path.removesuffix("/") or "/")  # as API Gateway does
        around = self.document["components"]["responses"]
        if path not in self.document["paths"]:
            return around["UnknownPath"] if status == 403 else None
        operation = self.operations.get((path, method))
        if operation is None:
            return around["OtherMethod"] if status == 405 else None
        return self._resolved(operation["responses"].get(str(status)))

    def _resolved(self, response):
        """Return what a reference to one of the components' responses leads to."""
        name = (response or {}).get("$ref", "").rpartition("/")[2]
        return self.document["components"]["responses"][name] if name else response

    def _template(self, path):
        """Return the path as the document writes it."""
        patterns = ((each, re.sub(r"\\{\w+\\}", "[^/]+", re.escape(each))) for each in self.document["paths"])
        return next((each for each, pattern in patterns if re.fullmatch(pattern, path)), path)

    def complaints(self, method, path, answer):
        """Yield whatever about an answer is not as the document says."""
        response = self.response(method, path, answer.status)
        if response is None:
            yield f"{answer.status} is not an answer of {method} {path}"
            return
        headers = {name.lower(): value for name, value in answer.headers.items()}
        for name, header in response.get("headers", {}).items():
            if header.get("required") and name.lower() not in headers:
                yield f"{answer.status} comes without {name}"
        kind = headers.get("content-type", "").partition(";")[0]
        media = response["content"].get(kind)
        if media is None:
            yield f"{answer.status} comes as {kind!r}"
        elif kind == "application/json":
            yield from self._unfit(media["schema"], answer.body)

    def _unfit(self, schema, body):
        try:
            value = json.loads(body)
        except ValueError:
            yield "the answer is no JSON"
            return
        for error in self._validator(json.dumps(schema)).iter_errors(value):
            yield f"{error.json_path}: {error.message[:200]}"

    @cache  # noqa: B019 - there is one contract
    def _validator(self, schema):
        whole = {**json.loads(schema), "components": self.document["components"]}
        return Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)


@cache
def contract():
    """Return the contract that the repository holds."""
    return Contract(yaml.safe_load(DOCUMENT.read_text(encoding="utf-8")))
