"""All settings, read in one place: `Settings.from_env` is the only reader of the environment."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.domain.interval import MIN_LEASE_MS, Intervals
from chalicelib.domain.retention import MAX_DAYS, MIN_DAYS, MIN_ENTRIES_DAYS, Retention
from chalicelib.domain.throttle import HORIZON_MS
from chalicelib.errors import ConfigurationError
from chalicelib.github.protocol import DEFAULT_BASE_URL as GITHUB_BASE_URL
from chalicelib.noko.protocol import DEFAULT_BASE_URL, Token
from chalicelib.page.password import MIN_PASSWORD

if TYPE_CHECKING:
    from collections.abc import Mapping

ACCOUNT = "default"
"""The one Noko account of a deployment; the table is laid out for more."""
DEFAULT_TABLE = "tallyhook"
AWS = "aws"
SQLITE = "sqlite"
STORES = (AWS, SQLITE)
"""Where ledger, queue and throttle lie: on AWS (or an emulator of it), or in one file of this machine."""
PACKAGED_ROUTING_FILE = Path(__file__).with_name("routing.toml")
_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_DAYS = re.compile(r"[0-9]{1,6}")
_PUBLIC = re.compile(
    r"(?:https://[A-Za-z0-9.-]+|http://(?:127\.0\.0\.1|localhost))(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]*)?"
)
_NOTIFY = re.compile(r"NOTIFY_([A-Z0-9_]+)_URL")
_FORM = re.compile(r"FORM_([A-Z0-9_]+)_SECRETS")
_PASSWORD = re.compile(r"FORM_([A-Z0-9_]+)_PASSWORD")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says. Secrets are not printed.

    `public_url` is where others reach the door: links are made of it, never of a `Host` header. `secrets_prefix`
    is the SSM path under which secrets lie on AWS; without it they come from the environment. `stack` names the
    stack on AWS whose metrics the logs carry; without it they carry none.
    """

    store: str = AWS
    table: str = DEFAULT_TABLE
    open_queue_url: str = ""
    post_queue_url: str = ""
    tell_queue_url: str = ""
    noko_base_url: str = DEFAULT_BASE_URL
    noko_redirect_hosts: frozenset[str] = frozenset()
    routing_file: Path = PACKAGED_ROUTING_FILE
    secrets_prefix: str | None = None
    stack: str | None = None
    github_secrets: tuple[str, ...] = field(default=(), repr=False)
    noko_token: Token | None = field(default=None, repr=False)
    github_base_url: str = GITHUB_BASE_URL
    github_token: str | None = field(default=None, repr=False)
    form_secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    form_passwords: Mapping[str, str] = field(default_factory=dict, repr=False)
    notify_secrets: tuple[str, ...] = field(default=(), repr=False)
    notify_urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    public_url: str | None = None
    intervals: Intervals = field(default_factory=Intervals)
    retention: Retention = field(default_factory=Retention)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the environment; raises ConfigurationError that names every unusable setting at once."""
        values = os.environ if env is None else env
        problems: list[str] = []
        settings = cls(
            store=values.get("STORE") or AWS,
            table=values.get("TALLYHOOK_TABLE") or DEFAULT_TABLE,
            open_queue_url=values.get("TALLYHOOK_OPEN_QUEUE_URL", ""),
            post_queue_url=values.get("TALLYHOOK_POST_QUEUE_URL", ""),
            tell_queue_url=values.get("TALLYHOOK_TELL_QUEUE_URL", ""),
            noko_base_url=_base_url(values, "NOKO_BASE_URL", DEFAULT_BASE_URL, problems),
            noko_redirect_hosts=frozenset(_words(values.get("NOKO_REDIRECT_HOSTS", "").lower())),
            routing_file=_routing_file(values.get("ROUTING_FILE"), problems),
            secrets_prefix=values.get("TALLYHOOK_SECRETS_PREFIX") or None,
            stack=values.get("TALLYHOOK_STACK") or None,
            github_secrets=_words(values.get("GITHUB_WEBHOOK_SECRETS", "")),
            noko_token=token_from_env(values),
            github_base_url=_base_url(values, "GITHUB_API_URL", GITHUB_BASE_URL, problems),
            github_token=values.get("GITHUB_TOKEN", "").strip() or None,
            form_secrets=_form_secrets(values),
            form_passwords=_form_passwords(values, problems),
            notify_secrets=_words(values.get("NOTIFY_SECRETS", "")),
            notify_urls=_notify_urls(values),
            public_url=_public_url(values.get("PUBLIC_URL", "").strip().rstrip("/"), problems),
            intervals=_intervals(values, problems),
            retention=_retention(values, problems),
        )
        if settings.store not in STORES:
            problems.append(f"STORE is {settings.store!r}: it must be {' or '.join(STORES)}")
        if problems:
            raise ConfigurationError("\n".join(problems))
        return settings


def token_from_env(values: Mapping[str, str]) -> Token | None:
    """Return the personal token of `NOKO_TOKEN`, else the OAuth2 token of `NOKO_ACCESS_TOKEN`, else None."""
    personal, access = values.get("NOKO_TOKEN", "").strip(), values.get("NOKO_ACCESS_TOKEN", "").strip()
    if personal:
        return Token(personal)
    return Token(access, bearer=True) if access else None


def form_setting(name: str) -> str:
    """Return the name of the setting that holds the secrets of a form."""
    return f"FORM_{name.upper().replace('-', '_')}_SECRETS"


def _form_secrets(values: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return the secrets by the names of their forms, in which no `_` can be."""
    found = ((match, _words(values[match[0]])) for match in filter(None, map(_FORM.fullmatch, values)))
    return {match[1].lower().replace("_", "-"): secrets for match, secrets in found}


def notify_setting(name: str) -> str:
    """Return the name of the setting that holds an address that the routing file only names."""
    return f"NOTIFY_{name.upper().replace('-', '_')}_URL"


def _notify_urls(values: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses that the routing file only names, because whoever knows them can write to them."""
    found = ((match, values[match[0]].strip()) for match in filter(None, map(_NOTIFY.fullmatch, values)))
    return {match[1].lower().replace("_", "-"): url for match, url in found if url}


def _form_passwords(values: Mapping[str, str], problems: list[str]) -> dict[str, str]:
    """Return the teams' passwords by the names of their forms."""
    found: dict[str, str] = {}
    for match in filter(None, map(_PASSWORD.fullmatch, values)):
        password = values[match[0]].strip()
        if password and len(password) < MIN_PASSWORD:
            problems.append(f"{match[0]} is too short: it must have at least {MIN_PASSWORD} characters")
        elif password:
            found[match[1].lower().replace("_", "-")] = password
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _base_url(values: Mapping[str, str], name: str, default: str, problems: list[str]) -> str:
    url = values.get(name, "").strip() or default
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        parts, host = urlsplit(""), None
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or "@" in parts.netloc:
        problems.append(f"{name} is not a base URL: write it like {default}")
    elif parts.scheme == "http" and host not in LOOPBACK:
        problems.append(f"{name} would send the token unencrypted: use https, or http on this machine only")
    return url.rstrip("/")


def _public_url(url: str, problems: list[str]) -> str | None:
    if url and not _PUBLIC.fullmatch(url):
        problems.append("PUBLIC_URL is not where a door can be reached: write it like https://time.acme.example")
    return url or None


def _routing_file(path: str | None, problems: list[str]) -> Path:
    if not path:
        return PACKAGED_ROUTING_FILE
    if not Path(path).is_file():
        problems.append(f"ROUTING_FILE names {path}, which is no file")
    return Path(path)


def _intervals(values: Mapping[str, str], problems: list[str]) -> Intervals:
    plain = Intervals()
    lease = _duration(values, "LEASE_SECONDS", 1000, plain.lease_ms, problems)
    if lease < MIN_LEASE_MS:
        problems.append(f"LEASE_SECONDS must be at least {MIN_LEASE_MS // 1000}: one request may take 12 seconds")
    interval = _duration(values, "THROTTLE_INTERVAL_MS", 1, plain.throttle_ms, problems)
    if interval > HORIZON_MS:
        problems.append(f"THROTTLE_INTERVAL_MS must be at most {HORIZON_MS}: no slot is given further ahead than that")
    return Intervals(
        lease_ms=lease,
        settle_ms=_duration(values, "SETTLE_SECONDS", 1000, plain.settle_ms, problems),
        second_look_ms=_duration(values, "SECOND_LOOK_SECONDS", 1000, plain.second_look_ms, problems),
        sweep_ms=_duration(values, "SWEEP_SECONDS", 1000, plain.sweep_ms, problems),
        throttle_ms=interval,
    )


def _retention(values: Mapping[str, str], problems: list[str]) -> Retention:
    plain = Retention()
    contents = _days(values, "KEEP_CONTENTS_DAYS", MIN_DAYS, plain.contents_days, problems)
    entries = _days(values, "KEEP_ENTRIES_DAYS", MIN_ENTRIES_DAYS, plain.entries_days, problems)
    if contents > entries:
        problems.append("KEEP_CONTENTS_DAYS is more than KEEP_ENTRIES_DAYS: a delivery's key outlives its contents")
    return Retention(contents, entries, _days(values, "KEEP_NOTES_DAYS", MIN_DAYS, plain.notes_days, problems))


def _days(values: Mapping[str, str], name: str, least: int, default: int, problems: list[str]) -> int:
    text = values.get(name, "").strip()
    if not text:
        return default
    if not _DAYS.fullmatch(text) or not least <= int(text) <= MAX_DAYS:
        problems.append(f"{name} is {text!r}: it must be a whole number of days from {least} to {MAX_DAYS}")
        return default
    return int(text)


def _duration(values: Mapping[str, str], name: str, unit_ms: int, default: int, problems: list[str]) -> int:
    text = values.get(name, "").strip()
    if not text:
        return default
    number = float(text) * unit_ms if _NUMBER.fullmatch(text) else -1
    if not 1 <= number <= 86_400_000:
        problems.append(f"{name} is {text!r}: it must be a positive number, of a day at most")
        return default
    return round(number)
