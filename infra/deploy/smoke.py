"""Ask the deployed door whether it is alive, and send it what GitHub sends first."""

from __future__ import annotations

import time
from typing import Any

import requests
from botocore.exceptions import ClientError

from chalicelib.sources.verify import sign

PING = b'{"zen": "Is anybody there?", "hook_id": 0}'
TIMEOUT_S = 15
TRIES = 6
PAUSE_S = 5.0
"""A new stage of API Gateway answers 403 for some seconds."""
WEBHOOK = "webhooks/github"


def problems(base: str, ssm: Any, prefix: str, *, pause_s: float = PAUSE_S) -> list[str]:
    """Return what is wrong with the door at `base`, which ends in `/`; nothing if all is well."""
    alive = _status(lambda: requests.get(f"{base}healthz", timeout=TIMEOUT_S, allow_redirects=False), pause_s)
    if alive != "200":
        return [f"{base}healthz answers {alive}"]
    name = f"{prefix}/github-webhook-secrets"
    try:
        secrets = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
    except ClientError as error:
        return [f"{name} cannot be read ({error.response['Error']['Code']}): without it the door is closed"]
    pinged = _status(lambda: _ping(f"{base}{WEBHOOK}", secrets.split(",")[0].strip()), pause_s)
    return [] if pinged == "200" else [f"a signed ping is answered {pinged}; a new secret is seen within five minutes"]


def _ping(url: str, secret: str) -> requests.Response:
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "ping",
        "X-GitHub-Delivery": "smoke-test",
        "X-Hub-Signature-256": sign(PING, secret),
    }
    return requests.post(url, data=PING, headers=headers, timeout=TIMEOUT_S, allow_redirects=False)


def _status(ask: Any, pause_s: float) -> str:
    """Return the status of the first good answer, else how the last try ended."""
    told = ""
    for number in range(TRIES):
        if number:
            time.sleep(pause_s)
        try:
            told = str(ask().status_code)
        except requests.RequestException as error:
            told = type(error).__name__
        if told == "200":
            break
    return told
