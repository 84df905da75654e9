"""The secrets of a stage in SSM, for whoever may change them. Functions only read theirs, in `chalicelib.aws.secrets`.

SSM has no conditional overwrite, but counts versions: who overwrites a version that nobody has looked at is told so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import StoreUnavailable, UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mypy_boto3_ssm import SSMClient

KEY = "alias/aws/ssm"
"""The key that AWS keeps for SSM: whoever may read a parameter may use it, and functions may use no other
(https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html)."""
MAX_BYTES = 4096
"""What a standard parameter holds
(https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html)."""
_NOTHING_CHANGED = frozenset({"ThrottlingException", "TooManyUpdates"})


class Overtaken(UserError):
    """Somebody else wrote in between."""


@dataclass(frozen=True, slots=True)
class Held:
    """One version of a parameter. `changed_at` (ms) and `age_ms` are by AWS's clocks; `note` came with the version."""

    name: str
    value: str = field(repr=False)
    version: int
    changed_at: int
    age_ms: int
    note: str
    encrypted: bool


class Parameters:
    """SecureString parameters below one path. `client` must not retry: a second put would be a second version."""

    def __init__(self, client: SSMClient, *, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def all(self) -> list[Held]:
        """Read all there are, by name and without their notes."""
        pages = self._pages("get_parameters_by_path", Path=self._prefix, WithDecryption=True, MaxResults=10)
        found = (self._held(each, answer, value=each["Value"]) for answer in pages for each in answer["Parameters"])
        return sorted(found, key=lambda held: held.name)

    def read(self, name: str) -> Held | None:
        """Read the latest version; None without any."""
        path = f"{self._prefix}/{name}"
        pages = self._pages("get_parameter_history", Name=path, WithDecryption=False, MaxResults=50)
        versions = [(each, answer) for answer in pages for each in answer["Parameters"]]
        if not versions:
            return None
        latest, answer = max(versions, key=lambda pair: int(pair[0]["Version"]))
        value = self._exact(name, latest["Version"])
        return None if value is None else self._held(latest, answer, value=value)

    def _exact(self, name: str, version: int) -> str | None:
        answer = self._ask("get_parameter", Name=f"{self._prefix}/{name}:{version}", WithDecryption=True)
        return None if answer is None else str(answer["Parameter"]["Value"])

    def write(self, name: str, value: str, *, seen: int, note: Callable[[int], str]) -> None:
        """Write the version after `seen`, which is 0 where there is none yet, encrypted with AWS's own key.

        `note` is given the version's number. Raises Overtaken if another version came in between, unless it was the
        same: then a parameter that was to be new is left alone, and one that was there was overwritten by ours.
        Raises UserError or StoreUnavailable where nothing was changed; and StoreUnavailable, with other words, where
        nobody knows. What a message says never quotes the value.
        """
        try:
            answer = self._client.put_parameter(
                Name=f"{self._prefix}/{name}",
                Value=value,
                Type="SecureString",
                KeyId=KEY,
                Overwrite=seen > 0,
                Description=note(seen + 1),
            )
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] < 500:
                raise self._refused(name, error) from error
            self._look(name, value, seen=seen, note=note, error=error)
        except BotoCoreError as error:
            self._look(name, value, seen=seen, note=note, error=error)
        else:
            if answer["Version"] != seen + 1:
                self._between(name, value, range(seen + 1, answer["Version"]))
                self.write(name, value, seen=answer["Version"], note=note)  # the note names a version too early

    def _between(self, name: str, value: str, versions: range) -> None:
        """Return if all that others wrote before us is what we wrote, too."""
        if any(self._exact(name, version) != value for version in versions):
            raise Overtaken(
                f"somebody else changed {name} at the same moment: their version {versions[-1]} was overwritten by "
                f"ours, {versions[-1] + 1}, and lies in SSM's history; agree on who does it, and look at "
                "`secrets list`"
            )

    def _look(self, name: str, value: str, *, seen: int, note: Callable[[int], str], error: Exception) -> None:
        """Find out what became of a put whose answer was lost; return if it was done."""
        held = self.read(name)
        if held is None or (held.version, held.value, held.note) != (seen + 1, value, note(seen + 1)):
            raise StoreUnavailable(
                f"SSM did not answer ({type(error).__name__}), and nobody knows whether {name} was changed: run the "
                "command again, and it goes on from what it finds"
            ) from error

    def _refused(self, name: str, error: ClientError) -> StoreUnavailable | UserError:
        # AWS's own words are left out: they may quote the value.
        code = error.response["Error"]["Code"]
        if code == "ParameterAlreadyExists":
            return Overtaken(f"somebody else has set {name} in the meantime; nothing was changed")
        if code == "HierarchyTypeMismatchException":
            return UserError(f"{name} is there, but not encrypted, and SSM cannot change that: delete it, and set it")
        if code in _NOTHING_CHANGED:
            return StoreUnavailable(f"SSM has no time for {name} ({code}); nothing was changed, try again")
        return UserError(f"AWS does not let you put {self._prefix}/{name} ({code}); nothing was changed")

    def _held(self, entry: Mapping[str, Any], answer: Mapping[str, Any], *, value: str) -> Held:
        changed_at = int(entry["LastModifiedDate"].timestamp() * 1000)
        date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
        # Without the answer's date nothing is known to be old, so that whoever waits waits for all of it.
        now = changed_at if date is None else int(parsedate_to_datetime(date).timestamp() * 1000)
        return Held(
            name=entry["Name"].removeprefix(f"{self._prefix}/"),
            value=value,
            version=entry["Version"],
            changed_at=changed_at,
            age_ms=max(0, now - changed_at),
            note=entry.get("Description", ""),
            encrypted=entry["Type"] == "SecureString",
        )

    def _pages(self, operation: str, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        answer = self._ask(operation, **arguments)
        while answer is not None:
            yield answer
            token = answer.get("NextToken")
            answer = self._ask(operation, **arguments, NextToken=token) if token else None

    def _ask(self, operation: str, **arguments: Any) -> Mapping[str, Any] | None:
        """Ask SSM; None for a parameter that it does not have."""
        try:
            answer: Mapping[str, Any] = getattr(self._client, operation)(**arguments)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in {"ParameterNotFound", "ParameterVersionNotFound"}:
                return None
            if code.startswith("AccessDenied"):
                raise UserError(f"AWS does not let you {error.operation_name} below {self._prefix}") from error
            raise StoreUnavailable(f"the secrets could not be read: {code}") from error
        except BotoCoreError as error:
            raise StoreUnavailable(f"the secrets could not be read: {type(error).__name__}") from error
        return answer
