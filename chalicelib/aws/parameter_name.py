"""What each secret is called in SSM, below the path of its deployment: for those who read it and those who set it."""

from __future__ import annotations

WEBHOOKS = "github-webhook-secrets"
LETTERS = "notify-secrets"
GITHUB = "github-token"
PERSONAL = "noko-token"
ACCESS = "noko-access-token"


def form_secrets(form: str) -> str:
    """Return the name of a form's secrets."""
    return f"form-{form}-secrets"


def form_password(form: str) -> str:
    """Return the name of the team's password for a form of our own."""
    return f"form-{form}-password"


def receiver_url(receiver: str) -> str:
    """Return the name of an address that the routing file only names."""
    return f"notify-{receiver}-url"
