"""What a page must have so that everybody can use it: names, ties, an order, and enough contrast."""

import base64
import dataclasses
import hashlib
import re
from itertools import pairwise

import pytest
from fakes.browser import Element, Shown, parsed
from fakes.house import draft
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.entry import Author
from chalicelib.domain.lifecycle import ENDS, SWEPT, Status
from chalicelib.domain.routing_table import Form
from chalicelib.page.form import entrance_page, form_page
from chalicelib.page.layout import STYLE, message_page, page_headers
from chalicelib.page.question import Questions
from chalicelib.page.receipt import Receipt, receipt_page

ASKED = Questions(Form("timesheet"), "hours", ("Gear GmbH", "Website"), None, None)
TYPED = Questions(Form("timesheet"), "hours", None, "Internal", "jane@acme.example")
WRONG = {"email": "Nobody", "hours": "Not a time", "date": "No day", "project": "Choose", "tags": "No tag"}
TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


def pages():
    yield "form", form_page(ASKED, {"date": "2026-06-30"}, page_id="x", wrong={})
    yield "typed", form_page(TYPED, {}, page_id="x", wrong={}, remark="Again")
    yield "mistakes", form_page(ASKED, {"hours": "soon"}, page_id="x", wrong=WRONG)
    yield "closed", entrance_page("timesheet", has_password=False, wrong=None)
    yield "password", entrance_page("timesheet", has_password=True, wrong=None)
    yield "wrong password", entrance_page("timesheet", has_password=True, wrong="No")
    yield "message", message_page("Nothing is here", "There is no form at this address.")
    yield "receipt", receipt_page(Receipt(draft(), is_other=True), form="timesheet", again="?")


ALL = pytest.mark.parametrize("markup", [pytest.param(markup, id=name) for name, markup in pages()])


def elements(element):
    for child in element.children:
        if isinstance(child, Element):
            yield child
            yield from elements(child)


@ALL
def test_a_page_has_a_language_a_title_one_heading_and_one_main_part(markup):
    document = parsed(markup)
    assert document.all("html")[0]["lang"] == "en"
    assert document.all("title")[0].text
    assert len(document.all("h1")) == len(document.all("main")) == 1
    assert document.all("meta")[1]["content"] == "width=device-width, initial-scale=1"
    levels = [int(heading.tag[1]) for heading in document.all("h1", "h2", "h3")]
    assert all(after - before <= 1 for before, after in pairwise(levels))


@ALL
def test_every_id_is_there_once_and_whatever_is_referred_to_exists(markup):
    found = list(elements(parsed(markup)))
    ids = [each["id"] for each in found if "id" in each.attributes]
    assert len(ids) == len(set(ids))
    referred = [each["href"][1:] for each in found if each.get("href", "").startswith("#")]
    for name in ("for", "aria-describedby", "aria-labelledby"):
        referred += [part for each in found if name in each.attributes for part in each[name].split()]
    assert set(referred) <= set(ids)


@ALL
def test_every_field_has_one_label_with_words_and_no_order_of_its_own(markup):
    document = parsed(markup)
    labels = [label["for"] for label in document.all("label")]
    for field in document.all("input", "select", "textarea"):
        if field.get("type") != "hidden":
            assert labels.count(field["id"]) == 1
    assert all(label.text.strip() for label in document.all("label"))
    assert all(each.text.strip() for each in document.all("a", "button"))
    assert {each.get("tabindex") for each in elements(document)} <= {None, "-1"}


def test_what_is_wrong_takes_the_focus_and_nothing_else_does():
    focused = {
        name: [(each.tag, each.get("id")) for each in elements(parsed(markup)) if "autofocus" in each.attributes]
        for name, markup in pages()
    }
    wrong = {"mistakes": [("div", None)], "wrong password": [("input", "password")]}
    assert focused == {name: wrong.get(name, []) for name in focused}


def test_each_mistake_is_tied_to_its_field_and_the_others_are_not_called_wrong():
    document = parsed(form_page(ASKED, {}, page_id="x", wrong=WRONG))
    for field in document.all("input", "select", "textarea"):
        word = field["name"]
        assert (field.get("aria-invalid") == "true") is (word in WRONG)
        assert (f"{word}-error" in field.get("aria-describedby", "").split()) is (word in WRONG)
    order = [link["href"][1:] for link in document.all("a")]
    assert order == [field["name"] for field in document.all("input", "select", "textarea") if field["name"] in WRONG]


@given(text=TEXT)
def test_whatever_is_typed_comes_back_as_text_and_never_as_markup(text):
    asked = Questions(Form("timesheet"), "hours", (text or "x",), text or None, text)
    values = dict.fromkeys(asked.words, text)
    markup = form_page(asked, values, page_id=text, wrong=dict.fromkeys(asked.words, text or "x"), remark=text)
    document = parsed(markup)
    assert {each.tag for each in elements(document)} <= {
        *("html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "div", "p", "ul", "li", "a"),
        *("form", "input", "label", "select", "option", "textarea", "button"),
    }
    shown = Shown(200, {}, markup, "")
    as_read = text.replace("\r\n", "\n").replace("\r", "\n")
    assert shown.values()["hours"].replace("\r\n", "\n").replace("\r", "\n") == as_read
    assert len(document.all("form")) == 1


@given(text=TEXT)
def test_a_receipt_shows_any_text_as_text(text):
    changed = draft(description=text, project=text, author=Author(email=text))
    document = parsed(receipt_page(Receipt(changed), form="timesheet", again="?sent="))
    assert len(document.all("dd")) == 6


def test_every_status_has_words_of_its_own_and_what_moves_by_itself_can_be_looked_at_again(entrance):
    entrance.at().submit({"hours": "1", "project": "Website"})
    entrance.worked_off()
    (entry,) = entrance.house.ledger.entries(since=0, until=2**60)
    said = {}
    for status in Status:
        receipt = Receipt(entry.draft, dataclasses.replace(entry, status=status, reason="because"))
        said[status] = parsed(receipt_page(receipt, form="timesheet", again="?")).all("main")[0].text
    assert len(set(said.values())) == len(Status)
    assert {status for status, text in said.items() if "Look again" in text} == SWEPT
    explained = {status for status, text in said.items() if "The reason: because." in text}
    assert explained == set(Status) - SWEPT - ENDS


def test_the_style_is_the_one_that_the_policy_names():
    digest = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page_headers()["Content-Security-Policy"]
    (style,) = parsed(message_page("x", "y")).all("style")
    assert style.text == STYLE
    assert "style=" not in form_page(ASKED, {}, page_id="x", wrong=WRONG)


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """The ratio of https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


SCHEMES = [dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", block)) for block in re.findall(r":root\{([^}]+)\}", STYLE)]


@pytest.mark.parametrize("colours", SCHEMES, ids=["light", "dark"])
def test_texts_and_the_borders_of_fields_stand_out_enough_in_both_colour_schemes(colours):
    texts = [("text", "page"), ("text", "panel"), ("text", "field"), ("soft", "page"), ("soft", "panel")]
    texts += [("act", "page"), ("bad", "page"), ("bad", "panel"), ("good", "page"), ("on-act", "act")]
    borders = [("line", "page"), ("line", "field"), ("bad", "field"), ("act", "page"), ("act", "field")]
    least = dict.fromkeys(borders, 3) | dict.fromkeys(texts, 4.5)
    measured = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in least}
    assert {pair: ratio for pair, ratio in measured.items() if ratio < least[pair]} == {}


def test_there_are_two_schemes_with_the_same_colours_and_each_is_used():
    light, dark = SCHEMES
    assert light.keys() == dark.keys() == set(re.findall(r"var\(--([a-z-]+)\)", STYLE))
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
