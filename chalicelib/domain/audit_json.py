"""Audits as JSON text: what the ledger keeps of a night that is under way, and of one that is done."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from chalicelib.domain.audit import Booked, Finding, Kind, Report

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_FINDINGS = 1_000
"""How many findings of a day are kept: an item of the table holds 400 KB."""


def progress_to_text(asked: Mapping[int, Booked | None]) -> str:
    """Write down what Noko said of single entries, so that it need not be asked again."""
    said = {str(noko_id): _booked_to_json(booked) for noko_id, booked in asked.items()}
    return json.dumps({"asked": said}, ensure_ascii=False)


def progress_from_text(text: str) -> dict[int, Booked | None]:
    """Read what `progress_to_text` wrote; of anything else, nothing."""
    said: dict[str, Any] = json.loads(text).get("asked", {}) if text else {}
    return {int(noko_id): _booked_from_json(booked) for noko_id, booked in said.items()}


def report_to_text(report: Report) -> str:
    """Write a report down: at most 1,000 findings, the unexplained first, and how many were left out."""
    kept, left_out = report.findings[:MAX_FINDINGS], len(report.findings[MAX_FINDINGS:])
    record = {"day": report.day.isoformat(), "compared": report.compared, "left_out": left_out}
    return json.dumps({**record, "findings": [finding_to_json(each) for each in kept]}, ensure_ascii=False)


def report_from_text(text: str) -> Report | None:
    """Read what `report_to_text` wrote; None for a night that could not be audited."""
    record = json.loads(text)
    if "findings" not in record:
        return None
    findings = tuple(
        Finding(Kind(each["kind"]), each["says"], each["key"], each["noko_id"]) for each in record["findings"]
    )
    return Report(dt.date.fromisoformat(record["day"]), record["compared"], findings)


def failure_to_text(reason: str) -> str:
    """Write down why a night could not be audited."""
    return json.dumps({"failed": reason}, ensure_ascii=False)


def failure_from_text(text: str) -> str | None:
    """Read what `failure_to_text` wrote; None of anything else."""
    failed: str | None = json.loads(text).get("failed") if text else None
    return failed


def finding_to_json(finding: Finding) -> dict[str, Any]:
    """Return a finding as an object: `kind`, `explained`, `key`, `noko_id`, `says`."""
    return {
        "kind": finding.kind.value,
        "explained": finding.is_explained,
        "key": finding.key,
        "noko_id": finding.noko_id,
        "says": finding.says,
    }


def _booked_to_json(booked: Booked | None) -> dict[str, Any] | None:
    return None if booked is None else asdict(booked) | {"date": booked.date.isoformat()}


def _booked_from_json(record: dict[str, Any] | None) -> Booked | None:
    return None if record is None else Booked(**record | {"date": dt.date.fromisoformat(record["date"])})
