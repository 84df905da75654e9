"""The parts of a multipart body: honest ones as browsers and others write them, and hostile ones of every kind."""

import contextlib
import time

import pytest

from chalicelib.errors import RequestError
from chalicelib.sources.forms.multipart import Part, parse
from chalicelib.sources.forms.submission import MAX_FIELDS


def part(*headers, content=b"1"):
    return b"\r\n".join([*(header.encode() for header in headers), b"", content])


def named(name, content=b"1"):
    return part(f'Content-Disposition: form-data; name="{name}"', content=content)


def body(*parts, boundary=b"x", end=b"--\r\n"):
    return b"".join(b"--%s\r\n%s\r\n" % (boundary, each) for each in parts) + b"--" + boundary + end


def refusal(raw, *, boundary="x", codec="utf-8"):
    with pytest.raises(RequestError) as caught:
        parse(raw, boundary=boundary, codec=codec)
    return caught.value.status, caught.value.code


def parsed(raw, *, boundary="x", codec="utf-8"):
    return parse(raw, boundary=boundary, codec=codec)


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        (body(named("a"), named("b", b"2\r\n3")), [Part("a", "1"), Part("b", "2\r\n3")]),
        (body(), []),
        (b"preamble\r\n" + body(named("a"), end=b"-- \r\nepilogue --x"), [Part("a", "1")]),
        (b"\r\n" + body(named("a", b""), end=b"--"), [Part("a", "")]),
        (body(named("a", b"--y--x")), [Part("a", "--y--x")]),
        (body(named("a", b"\r\n-x\r\n")), [Part("a", "\r\n-x\r\n")]),
        (body(part("CONTENT-DISPOSITION:Form-Data;NAME=a")), [Part("a", "1")]),
        (body(part('Content-Type: text/plain; charset="ISO-8859-1"', 'Content-Disposition: form-data; name="a"',
                   content=b"\xfc")), [Part("a", "ü")]),
        (body(part('Content-Disposition: form-data; name="a \\"b\\" %22c%22; d"', "Content-Transfer-Encoding: 8bit")),
         [Part('a "b" "c"; d', "1")]),
        (body(named("Stunden für")), [Part("Stunden für", "1")]),
        (body(part('Content-Disposition: form-data; name="f"; filename="a.png"', "Content-Type: image/png",
                   content=b"\xff\xd8\x00")), [Part("f", filename="a.png")]),
        (body(part('Content-Disposition: form-data; name="f"; filename=""', content=b"")), []),
        (body(part("Content-Disposition: form-data; name=\"f\"; filename*=UTF-8''a.png")),
         [Part("f", filename="UTF-8''a.png")]),
    ],
    ids=lambda value: str(value)[:60],
)  # fmt: skip
def test_the_parts_are_read(raw, parts):
    assert parsed(raw) == parts


def test_a_boundary_may_hold_what_the_standard_lets_it_hold():
    boundary = "0aZ'()+_,-./:=? b"
    assert parsed(body(named("a"), boundary=boundary.encode()), boundary=boundary) == [Part("a", "1")]


def test_parts_without_a_charset_are_in_that_of_the_request():
    assert parsed(body(named("a", b"\xfc")), codec="latin-1") == [Part("a", "ü")]


@pytest.mark.parametrize("boundary", ["b" * 71, "b" * 1_000, "a\r\nb", "ü", "a ", "a\x00", "a;b", " "])
def test_a_boundary_that_is_none_is_refused(boundary):
    assert refusal(body(named("a")), boundary=boundary) == (400, "bad_boundary")


@pytest.mark.parametrize("boundary", [None, ""])
def test_without_a_boundary_nothing_is_read(boundary):
    assert refusal(body(named("a")), boundary=boundary) == (400, "no_boundary")


@pytest.mark.parametrize(
    ("raw", "refused"),
    [
        (b"x", (400, "no_parts")),
        (b"--y\r\n\r\n1\r\n--y--", (400, "no_parts")),
        (body(named("a"), end=b""), (400, "malformed_part")),
        (b"--x\r\n" + named("a"), (400, "cut_off")),
        (b"--x\r\n" + named("a") + b"\r\n--", (400, "cut_off")),
        (body(named("a")).replace(b"\r\n", b"\n"), (400, "malformed_part")),
        (body(named("a", b"--x")), (400, "malformed_part")),
        (b"--xy\r\n" + named("a") + b"\r\n--x--", (400, "malformed_part")),
        (body(b"\r\n1"), (400, "malformed_part")),
        (body(b"1"), (400, "malformed_part")),
        (body(part("nonsense")), (400, "malformed_part")),
        (body(part("Content-Disposition: attachment; name=a")), (400, "malformed_part")),
        (body(part("Content-Disposition: form-data")), (400, "malformed_part")),
        (body(part('Content-Disposition: form-data; name=""')), (400, "malformed_part")),
        (body(part("Content-Disposition: form-data; name=a; name=b")), (400, "malformed_header")),
        (body(part('Content-Disposition: form-data; name="a')), (400, "malformed_header")),
        (body(part(*["Content-Disposition: form-data; name=a"] * 2)), (400, "malformed_part")),
        (body(part("Content-Disposition: form-data; name=a", "X: " + "y" * 10_000)), (400, "malformed_part")),
        (body(part(*[f"X{n}: y" for n in range(10_000)])), (400, "malformed_part")),
        (body(part("Content-Disposition: form-data; name=a" + "; b=c" * 300)), (400, "malformed_header")),
        (body(part("Content-Disposition: form-data; name=a", "Content-Transfer-Encoding: base64")),
         (415, "transfer_encoding")),
        (body(part("Content-Disposition: form-data; name=a", "Content-Type: text/plain; charset=utf-7")),
         (415, "unknown_charset")),
        (body(named("a", b"\xff")), (400, "not_utf8")),
        (body(part(b"Content-Disposition: form-data; name=\xff".decode("latin-1")), boundary=b"x").replace(
            "ÿ".encode(), b"\xff"), (400, "not_utf8")),
        (body(named("a", b"\x00")), (400, "nul")),
    ],
    ids=lambda value: str(value)[:70],
)  # fmt: skip
def test_what_is_no_multipart_body_is_refused_with_a_code(raw, refused):
    assert refusal(raw) == refused


def test_as_many_parts_as_a_form_may_have_fields_are_read():
    assert len(parsed(body(*[named("a")] * MAX_FIELDS))) == MAX_FIELDS
    assert refusal(body(*[named("a")] * (MAX_FIELDS + 1))) == (400, "too_many_fields")
    assert refusal(body(*[named("a")] * 10_000)) == (400, "too_many_fields")
    assert refusal(b"--x\r\n" * 10_000) == (400, "malformed_part")


@pytest.mark.parametrize(
    "unit",
    [b"a", b"\r\n", b"\r\n--", b"\r\n--" + b"x" * 69, b"\r\n--x\r\n", b'; a="\\', b": \r\n\r\n"],
    ids=repr,
)
@pytest.mark.parametrize("boundary", ["x", "x" * 70])
def test_parsing_takes_time_in_proportion_to_the_body(unit, boundary):
    def seconds(times):
        raw = body(named("a", unit * (times // len(unit))), boundary=boundary.encode())
        started = time.process_time()
        with contextlib.suppress(RequestError):
            parsed(raw, boundary=boundary)
        return time.process_time() - started

    short = min(seconds(750_000) for _ in range(3))
    assert min(seconds(6_000_000) for _ in range(3)) < 8 * short * 3 + 0.05
