"""The form as markup: each question with its label, its answer as it was typed, and what is wrong beside it.

An address is relative, so that the page works below a stage's prefix as well as without. With mistakes the summary
takes the focus without any script, and each of its links leads into the field.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from chalicelib.page.layout import document
from chalicelib.page.question import EXAMPLES
from chalicelib.sources.forms.mapping import MAX_ADDRESS, MAX_PROJECT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.page.question import Questions

MAX_TYPED = 1000
"""Characters of an answer: Noko takes no more of a description."""


def form_page(
    questions: Questions, values: Mapping[str, str], *, page_id: str, wrong: Mapping[str, str], remark: str = ""
) -> str:
    """Return the page. `values` are answers by our words, `wrong` says what is wrong with some of them.

    `remark` is said above everything, when something else than an answer is wrong.
    """
    name = questions.form.name
    title = f"Log time: {name}"
    fields = {word: _field(word, questions, values.get(word, ""), wrong.get(word)) for word in questions.words}
    pair = f'<div class="pair">\n{fields.pop(questions.time)}\n{fields.pop("date")}\n</div>'
    email = fields.pop("email", "")
    parts = [
        _summary(wrong, questions) if wrong else "",
        f'<p class="error" role="alert">{escape(remark)}</p>' if remark else "",
        f'<p class="soft">For {escape(questions.person)}</p>' if questions.person is not None else "",
        f'<form method="post" action="{escape(name)}" novalidate>',
        f'<input type="hidden" name="id" value="{escape(page_id)}" autocomplete="off">',
        *(part for part in (email, pair, *fields.values()) if part),
        '<button type="submit">Log this time</button>',
        "</form>",
    ]
    body = "\n".join(part for part in parts if part)
    return document(f"Error: {title}" if wrong or remark else title, body, heading=title)


def entrance_page(name: str, *, has_password: bool, wrong: str | None) -> str:
    """Return the page for whoever is not in: a field for the password if there is one, else what is needed."""
    title = f"Log time: {name}"
    if not has_password:
        said = "This page opens with a link that is yours alone. Open it again from where you were sent it."
        return document(title, f"<p>{said}</p>")
    control = (
        '<input id="password" name="password" type="password" required autocomplete="current-password"'
        f"{_described('password', '', wrong)}{' autofocus' if wrong else ''}>"
    )
    body = (
        f'<form method="post" action="{escape(name)}" novalidate>\n'
        f"{_framed('password', 'Password of your team', '', control, wrong)}\n"
        '<button type="submit">Go on</button>\n</form>'
    )
    return document(f"Error: {title}" if wrong else title, body, heading=title)


def _summary(wrong: Mapping[str, str], questions: Questions) -> str:
    items = "\n".join(
        f'<li><a href="#{word}">{escape(questions.label(word))}: {escape(what)}</a></li>'
        for word, what in wrong.items()
    )
    count = "There is a mistake" if len(wrong) == 1 else f"There are {len(wrong)} mistakes"
    return (
        '<div class="summary" role="group" aria-labelledby="summary" tabindex="-1" autofocus>\n'
        f'<h2 id="summary">{count}; nothing was logged</h2>\n<ul>\n{items}\n</ul>\n</div>'
    )


def _field(word: str, questions: Questions, value: str, wrong: str | None) -> str:
    label, hint = questions.label(word), _hint(word, questions)
    more = _described(word, hint, wrong)
    given = f'id="{word}" name="{word}"'
    text = f'{given} value="{escape(value)}"{more}'
    match word:
        case "billable":
            ticked = " checked" if value != "no" else ""
            control = f'<input {given} type="checkbox" value="yes"{ticked}{more}>'
            return f'<div class="field"><label class="tick" for="{word}">{control} {escape(label)}</label></div>'
        case "project" if questions.projects is not None:
            control = f"<select {given}{more}>\n{_options(questions, value)}\n</select>"
        case "project":
            control = f'<input {text} maxlength="{MAX_PROJECT}" autocomplete="on">'
        case "description":
            control = f'<textarea {given} rows="3" maxlength="{MAX_TYPED}"{more}>\n{escape(value)}</textarea>'
        case "email":
            control = f'<input {text} type="email" required maxlength="{MAX_ADDRESS}" autocomplete="email">'
        case "date":
            control = f'<input {text} type="date">'
        case "tags":
            control = f'<input {text} maxlength="{MAX_TYPED}" autocomplete="off">'
        case _:
            control = f'<input {text} required maxlength="100" autocomplete="off">'
    return _framed(word, label, hint, control, wrong)


def _hint(word: str, questions: Questions) -> str:
    if word == questions.time:
        return f"Such as {EXAMPLES[word]}"
    if word == "project" and questions.projects is None:
        return "As it is called in Noko" + (f"; {questions.usual} if left empty" if questions.usual else "")
    return {"date": "Left empty, it is today", "tags": "Optional; commas between them"}.get(word, "")


def _options(questions: Questions, value: str) -> str:
    """Return the options; the usual project comes first and needs no choosing."""
    usual = questions.usual
    first = "Choose a project" if usual is None else usual
    rest = [name for name in questions.projects or () if name != usual]
    return "\n".join([f'<option value="">{escape(first)}</option>', *(_option(name, value) for name in rest)])


def _option(name: str, value: str) -> str:
    chosen = " selected" if name == value else ""
    return f'<option value="{escape(name)}"{chosen}>{escape(name)}</option>'


def _framed(word: str, label: str, hint: str, control: str, wrong: str | None) -> str:
    parts = [
        f'<div class="field{" wrong" if wrong else ""}">',
        f'<label for="{word}">{escape(label)}</label>',
        f'<p class="hint" id="{word}-hint">{escape(hint)}</p>' if hint else "",
        f'<p class="error" id="{word}-error">{escape(wrong)}</p>' if wrong else "",
        control,
        "</div>",
    ]
    return "\n".join(part for part in parts if part)


def _described(word: str, hint: str, wrong: str | None) -> str:
    """Return the attributes that tie a field to its hint and its mistake."""
    ids = [f"{word}-hint"] if hint else []
    ids += [f"{word}-error"] if wrong else []
    tied = f' aria-describedby="{" ".join(ids)}"' if ids else ""
    return tied + (' aria-invalid="true"' if wrong else "")
