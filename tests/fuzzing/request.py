"""Requests for fuzzing: a body in an envelope, of which any part may be right, almost right, or hostile."""

import gzip
import json
from urllib.parse import quote_plus

from fuzzing.push import json_value, mutated_push, push
from fuzzing.sent import GITHUB, PREVIOUS, SIGNATURE, Sent, signature
from hypothesis import strategies as st

BODIES = (
    b"",
    b" ",
    b"7",
    b"[]",
    b"null",
    b'"x"',
    b"{}",
    b"{",
    b'{"a":}',
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b'{"a":1,"a":2}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b"[" * 900 + b"]" * 900,
    b'{"commits":' + b"[" * 500 + b"]" * 500 + b"}",
    b'{"a":NaN}',
    b'{"a":-Infinity}',
    b'{"a":1e999}',
    b'{"a":' + b"1" * 5_000 + b"}",
    b'{"a":-' + b"9" * 100 + b"}",
    b'{"a":0.' + b"1" * 50_000 + b"}",
    b'{"a":"\\ud800"}',
    b'{"a":"\\ud83d\\ude00"}',
    b'{"a":"\\u0000"}',
    b'{"a":"\x00"}',
    b'{"\\u0000":1}',
    '{"a":1}'.encode("utf-16"),
    '{"a":1}'.encode("utf-32"),
    b'{"a":"\xff"}',
    b"\x00" * 50,
    b"payload=",
    b"payload=%7B%7D",
    b"payload=%",
    b"payload=%zz",
    b"payload=1&payload=2",
    b"a=1&" * 200,
    b"&" * 99,
    b"%70ayload={}",
)
BYTES = (b"\x00", b"\xff", b'"', b"\\", b"\\u", b",", b"}", b"\xef\xbb\xbf")
DAMAGES = {
    "cut": lambda raw, at, _: raw[:at],
    "flip": lambda raw, at, _: raw[:at] + bytes(255 - byte for byte in raw[at : at + 1]) + raw[at + 1 :],
    "insert": lambda raw, at, byte: raw[:at] + byte + raw[at:],
    "double": lambda raw, *_: raw + raw,
    "line ends": lambda raw, *_: raw.replace(b"\n", b"\r\n") + b"\r\n",
    "gzip": lambda raw, *_: gzip.compress(raw, mtime=0),
    "utf-16": lambda raw, *_: raw.decode("utf-8", "replace").encode("utf-16"),
    "field": lambda raw, *_: b"x=1&payload=" + quote_plus(raw).encode(),
    "field twice": lambda raw, *_: b"payload=" + quote_plus(raw).encode() + b"&payload=1",
}
FORM = "application/x-www-form-urlencoded"
ASPECTS = {
    "Content-Type": (
        "Application/JSON; Charset=UTF-8",
        "application/json;",
        "application/json, text/plain",
        "*/*",
        "",
        None,
        FORM,
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/",
        "application/json; q=\xff",
        FORM + "; charset=x",
    ),
    "X-GitHub-Event": ("ping", "issues", "PUSH", "push ", "", "p\x1b[1m", "x" * 5_000, "é", None),
    "X-GitHub-Delivery": ("x" * 129, "ü", "a:b", "", " ", "a\tb", "\x7f", "the same", None),
    "Content-Encoding": ("gzip", "identity", "br, gzip", ""),
    "more": (
        ("X-GitHub-Event", "push"),
        ("X-GitHub-Delivery", "2"),
        ("Content-Type", "text/plain"),
        ("Accept", "image/*"),
    ),
    "method": ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "post", "PROPFIND", ""),
    "path": (
        "/healthz",
        "/healthz/",
        GITHUB + "/",
        "/",
        "",
        "//",
        "/webhooks/forms/x",
        "/webhooks",
        "//[",
        "/%00",
        "/é",
    ),
    "form": (True,),
    "previous": (True,),
    "fault": ("ledger", "queue"),
    "damage": tuple(DAMAGES),
    "signature": tuple(range(20)),
}
"""What of an envelope may be other than it should, and how; None leaves a header out."""
WEIGHTS = (*ASPECTS, *("signature",) * 6, *("damage", "fault", "form", "previous") * 2)


def _wrong_signatures(body):
    right = signature(body)
    return (
        (),
        ("",),
        ("sha256=",),
        (right[:-1],),
        (right + "0",),
        (right + "\n",),
        (" " + right,),
        (right[7:],),
        ("SHA256=" + right[7:],),
        ("sha1=" + right[7:47],),
        ("sha256=" + "é" * 64,),
        ("sha256=" + "٠" * 64,),
        (right, right),
        (right, "x"),
        (f"{right}, {right}",),
        (signature(body + b" "),),
        (signature(body, "other"),),
        (signature(body, ""),),
        ("sha256=" + "0" * 64,),
        ("sha256=" + "0" * 9_000,),
    )


aspect = st.sampled_from(WEIGHTS).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(ASPECTS[name])))
envelope = st.tuples(
    st.lists(aspect, max_size=3),
    st.integers(0, 2**32),
    st.integers(0, 99),
    st.sampled_from(BYTES),
    st.booleans(),
)
"""What is not as it should be; the delivery's number; where (in percent) and with what a body is damaged; and
whether it comes as an event."""

body = st.sampled_from(("push",) * 9 + ("mutated",) * 4 + ("hostile",) * 3 + ("json", "bytes")).flatmap(
    {
        "push": st.builds(lambda value, ascii_: json.dumps(value, ensure_ascii=ascii_).encode(), push(), st.booleans()),
        "mutated": mutated_push().map(lambda value: json.dumps(value).encode()),
        "hostile": st.sampled_from(BODIES),
        "json": json_value.map(lambda value: json.dumps(value, ensure_ascii=False).encode()),
        "bytes": st.binary(max_size=200),
    }.__getitem__
)


def seal(raw, sealed, copy=0):
    """Put a body into an envelope; `copy` keeps envelopes apart that are alike."""
    aspects, number, percent, byte, as_event = sealed
    odd = dict(aspects)
    headers = {"Content-Type": "application/json", "X-GitHub-Event": "push", "X-GitHub-Delivery": f"{number:x}-{copy}"}
    if "form" in odd or odd.get("Content-Type") == FORM:
        headers["Content-Type"] = FORM
        raw = b"payload=" + quote_plus(raw).encode()
    if "damage" in odd:
        raw = DAMAGES[odd["damage"]](raw, len(raw) * percent // 100, byte)
    headers |= {name: odd[name] for name in (*headers, "Content-Encoding") if name in odd}
    right = signature(raw, PREVIOUS) if "previous" in odd else signature(raw)
    signatures = _wrong_signatures(raw)[odd["signature"]] if "signature" in odd else (right,)
    elsewhere = odd.keys() & {"method", "path"}
    return Sent(
        method=odd.get("method", "POST"),
        path=odd.get("path", GITHUB),
        headers=(
            *((name, value) for name, value in headers.items() if value is not None),
            *((odd["more"],) if "more" in odd else ()),
            *((SIGNATURE, each) for each in signatures),
        ),
        body=raw,
        fault=odd.get("fault"),
        as_event=as_event and not elsewhere,
    )


sent = st.builds(seal, body, envelope)
"""One request."""
ENVELOPES = 8
batch = st.builds(
    lambda raw, envelopes: [seal(raw, each, copy) for copy, each in enumerate(envelopes)],
    body,
    st.lists(envelope, min_size=ENVELOPES, max_size=ENVELOPES),
)
"""One body in several envelopes: bodies are what takes long to make."""
