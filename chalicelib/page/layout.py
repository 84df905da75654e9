"""The frame of every page: one style, one heading, nothing from elsewhere, and headers that keep it so.

No script, no image, no font: what a browser may load is nothing but the style that is in the page, named by its hash
(https://www.w3.org/TR/CSP3/). Every text is escaped where it is put into markup.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

STYLE = """
:root{color-scheme:light dark;--page:#ffffff;--text:#1b1f24;--soft:#545c66;--line:#727b86;--field:#ffffff;
--act:#0b57a4;--on-act:#ffffff;--bad:#b3261e;--good:#166534;--panel:#f2f4f7}
@media (prefers-color-scheme:dark){:root{--page:#14181c;--text:#e9edf1;--soft:#aab3bd;--line:#85909c;--field:#1c2127;
--act:#82bbf6;--on-act:#0c1722;--bad:#ffa198;--good:#86d9a5;--panel:#1f252b}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{max-width:34rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1{font-size:1.6rem;line-height:1.25;margin:0 0 .25rem}
h2{font-size:1.1rem;margin:0 0 .5rem}
p{margin:0 0 1rem;overflow-wrap:anywhere}
a{color:var(--act);text-underline-offset:.15em}
.soft,.hint{color:var(--soft)}
.hint{margin:0 0 .25rem;font-size:.9rem}
.pair{display:grid;grid-template-columns:1fr 1fr;gap:0 1rem;align-items:end}
.field{margin:0 0 1.1rem;min-width:0}
label{display:block;font-weight:600}
.wrong{border-left:.25rem solid var(--bad);padding-left:.75rem}
.error{color:var(--bad);font-weight:600;margin:0 0 .25rem}
input,select,textarea,button{font:inherit;color:inherit;border-radius:.4rem}
input,select,textarea{width:100%;min-height:2.75rem;padding:.5rem .6rem;border:1px solid var(--line);
background:var(--field)}
[aria-invalid=true]{border:2px solid var(--bad)}
.tick{display:flex;align-items:center;gap:.6rem}
.tick input{width:1.4rem;min-height:1.4rem;height:1.4rem;margin:0;accent-color:var(--act)}
button{min-height:2.75rem;padding:.5rem 1.4rem;border:1px solid var(--act);background:var(--act);color:var(--on-act);
font-weight:600;cursor:pointer}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}
.summary,.panel{padding:1rem 1.1rem;margin:1rem 0 1.5rem;border-radius:.4rem;background:var(--panel)}
.summary{border:2px solid var(--bad)}
.summary ul{margin:0;padding-left:1.2rem}
.summary a{color:var(--bad);font-weight:600}
.good{color:var(--good);font-weight:600}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.35rem 1.2rem;margin:0}
dt{color:var(--soft)}
dd{margin:0;min-width:0;overflow-wrap:anywhere}
@media (max-width:26rem){.pair{grid-template-columns:1fr}button{width:100%}}
"""


@cache
def page_headers() -> Mapping[str, str]:
    """Return the headers of every page: nothing is loaded, framed, guessed, passed on or kept."""
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; frame-ancestors 'none'"
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": f"{policy}; base-uri 'none'",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


def document(title: str, body: str, *, heading: str | None = None) -> str:
    """Return a page; `body` is markup, `title` text, and the `heading` too, which is the title unless it is given."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title if heading is None else heading)}</h1>
{body}
</main>
</body>
</html>
"""


def message_page(title: str, message: str) -> str:
    """Return a page that says one thing."""
    return document(title, f"<p>{escape(message)}</p>")
