"""One line for each sender: how it vouches for itself, how what it sends is read, and how it takes a no.

Where the senders document their signatures:
typeform https://www.typeform.com/developers/webhooks/secure-your-webhooks/ ·
tally https://tally.so/help/webhooks ·
formspree https://help.formspree.io/articles/advanced-features/verify-webhook-signatures ·
netlify https://docs.netlify.com/site-deploys/notifications/#payload-signature ·
jotform, which signs nothing and sets no headers https://www.jotform.com/help/245-how-to-setup-a-webhook-with-jotform/ ·
standard-webhooks https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chalicelib.sources.forms import flat, google, jotform, netlify, tally, typeform
from chalicelib.sources.forms.scheme import BASIC, SECRET, TOKEN, Scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.sources.forms.content import Content
    from chalicelib.sources.forms.submission import Submission


@dataclass(frozen=True, slots=True)
class Preset:
    """How one kind of sender behaves. `schemes` are the ways to vouch that it may use, the strongest first.

    `interactive` senders show a 422 to somebody who can mend what was wrong. The others would send again for a
    day, or switch the hook off: they get a 202, and the rejection is stored where it can be seen.
    """

    name: str
    schemes: tuple[Scheme, ...]
    read: Callable[[Content], Submission]
    interactive: bool = True

    @property
    def query_secret(self) -> bool:
        """Whether the secret may come in the address, which then must be kept out of every log."""
        return any(scheme.kind == "query" for scheme in self.schemes)


OURS = Scheme("stamped", "X-Tallyhook-Signature")
"""For what we give people to run themselves: `t=SECONDS,v1=HEX`, the HMAC-SHA256 of `SECONDS.BODY`."""
_BODY = Scheme("body", "X-Signature-256", prefix="sha256=")
_STATIC = (SECRET, BASIC)

_ALL = (
    Preset(
        "typeform",
        (Scheme("body", "Typeform-Signature", prefix="sha256=", encoding="base64"),),
        typeform.read,
        interactive=False,
    ),
    Preset("tally", (Scheme("body", "Tally-Signature", encoding="base64"),), tally.read, interactive=False),
    Preset("formspree", (Scheme("stamped", "Formspree-Signature"),), flat.read_formspree, interactive=False),
    Preset("netlify", (Scheme("jws", "X-Webhook-Signature", issuer="netlify"),), netlify.read, interactive=False),
    Preset("jotform", (SECRET, TOKEN), jotform.read, interactive=False),
    Preset("google-forms", (OURS,), google.read, interactive=False),
    *(Preset(name, _STATIC, flat.read) for name in ("static-header", "zapier", "make", "n8n", "power-automate")),
    Preset(
        "standard-webhooks",
        (Scheme("standard", "webhook-signature", encoding="base64"),),
        flat.read_standard_webhook,
    ),
    Preset("generic", (OURS, _BODY, *_STATIC), flat.read),
)

PRESETS: Mapping[str, Preset] = {preset.name: preset for preset in _ALL}
"""Every preset of a sender that the routing file may name; `page` is no sender, but a form of our own."""
