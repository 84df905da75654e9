"""The package in S3, under the hash of its bytes, and the template that names it there."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import yaml
from botocore.exceptions import ClientError

from infra.build.package import ZIP
from infra.deploy.stack import DeployError

if TYPE_CHECKING:
    from pathlib import Path

MAX_TEMPLATE_BYTES = 51_200
"""What CloudFormation takes by value (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html)."""


def upload(s3: Any, bucket: str, zipped: Path) -> str:
    """Put the zip into the bucket unless it is there; return its address."""
    content = zipped.read_bytes()
    key = f"{hashlib.sha256(content).hexdigest()}.zip"
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchKey", "403"}:  # 403: who may not list is told no more
            raise
        s3.put_object(Bucket=bucket, Key=key, Body=content, ChecksumAlgorithm="SHA256")
    return f"s3://{bucket}/{key}"


def located(template: str, address: str) -> str:
    """Return the template with its functions' code at `address`, as JSON without blanks, which is shorter.

    Raises DeployError if it is too long all the same.
    """
    named = template.replace(f"./{ZIP}", address)
    if named == template:
        raise DeployError("the template names no package: make it anew with `make package`")
    text = json.dumps(yaml.safe_load(named), separators=(",", ":"))
    if len(text.encode()) > MAX_TEMPLATE_BYTES:
        raise DeployError(f"the template has more than the {MAX_TEMPLATE_BYTES} bytes that CloudFormation takes")
    return text
