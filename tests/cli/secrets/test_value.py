"""What can be set is what its reader will take, and what is refused is refused without a word of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.letter import Letter, sealed
from chalicelib.errors import UserError
from chalicelib.page.seal import signing_secrets
from cli.secrets.value import Kind, check, check_single, made_up

STANDARD = "whsec_" + "bGln" * 8
LONG = "lighthouse-lantern-keeper-of-the-coast"
LISTS = [kind for kind in Kind if kind.is_list]


@pytest.mark.parametrize(
    ("value", "kind", "secrets"),
    [
        ("old and tired", Kind.PLAIN, ("old and tired",)),
        ("new,öld", Kind.PLAIN, ("new", "öld")),
        (STANDARD, Kind.STANDARD, (STANDARD,)),
        (f"{LONG},{LONG}2", Kind.PAGE, (LONG, f"{LONG}2")),
        ("ghp_a1", Kind.TOKEN, ("ghp_a1",)),
        ("a,b", Kind.TOKEN, ("a,b",)),
        ("correct horse, battery", Kind.PASSWORD, ("correct horse, battery",)),
        ("https://hooks.slack.com/services/T/B/x,y", Kind.URL, ("https://hooks.slack.com/services/T/B/x,y",)),
        ("x" * 4096, Kind.PLAIN, ("x" * 4096,)),
    ],
)
def test_what_can_be_set(value, kind, secrets):
    assert check(value, kind) == secrets


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ("", Kind.TOKEN, "empty"),
        ("a,,b", Kind.PLAIN, "empty"),
        ("a,b,a", Kind.PLAIN, "twice"),
        ("a\nb", Kind.PLAIN, "printed"),
        ("a\x00", Kind.PASSWORD, "printed"),
        ("a\udcff", Kind.PLAIN, "printed"),
        ("\ufeffghp", Kind.TOKEN, "printed"),
        ("new, old", Kind.PLAIN, "blank"),
        ("a{{ssm:b}}", Kind.PLAIN, "SSM does not keep"),
        ("x" * 4097, Kind.PLAIN, "4096"),
        ("ö" * 2049, Kind.PLAIN, "4096"),
        ("gh p", Kind.TOKEN, "no token"),
        ("tökén", Kind.TOKEN, "no token"),
        ("elevenchars", Kind.PASSWORD, "12"),
        (f"{LONG},short", Kind.PAGE, "32"),
        ("whsec_c2hvcnQ=", Kind.STANDARD, "24"),
        (LONG, Kind.STANDARD, "base64"),
        ("http://hooks.slack.com/x", Kind.URL, "address of https"),
        ("https://", Kind.URL, "address of https"),
        ("https://[x", Kind.URL, "address of https"),
        ("https://a b", Kind.URL, "address of https"),
    ],
)
def test_what_cannot_be(value, kind, said):
    with pytest.raises(UserError, match=said) as raised:
        check(value, kind)
    assert len(value) < 4 or value not in str(raised.value)


def test_in_a_rotation_a_comma_is_no_part_of_a_secret():
    with pytest.raises(UserError, match="comma"):
        check_single("new,old", Kind.PLAIN)
    assert check_single("new", Kind.PLAIN) == "new"


@pytest.mark.parametrize("kind", LISTS)
def test_what_is_made_up_can_be_set_and_never_comes_twice(kind):
    several = [made_up(kind) for _ in range(20)]
    assert [check_single(each, kind) for each in several] == several
    assert len(set(several)) == 20
    assert min(map(len, several)) >= 44


def test_what_is_made_up_serves_those_who_sign_with_it():
    assert signing_secrets([made_up(Kind.PAGE)])
    letter = Letter("l", "k", "https://x.example", 0, "", {})
    assert sealed(letter, letter.address, secrets=[made_up(Kind.STANDARD)], now=0) is not None


@pytest.mark.parametrize("kind", [kind for kind in Kind if not kind.is_list])
def test_what_others_make_cannot_be_made_up(kind):
    with pytest.raises(UserError, match="cannot be made up"):
        made_up(kind)


@given(st.text(max_size=60), st.sampled_from(Kind))
def test_a_value_that_passes_is_read_back_as_it_was_meant(value, kind):
    try:
        secrets = check(value, kind)
    except UserError:
        return
    assert all(secret and secret == secret.strip() and secret.isprintable() for secret in secrets)
    if kind.is_list:  # as `SsmSecrets` reads them
        assert [each.strip() for each in value.split(",") if each.strip()] == list(secrets)
    else:
        assert secrets == (value.strip(),)
