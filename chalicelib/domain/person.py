"""Whose work it is: from what a commit says of its author to a Noko user.

Nothing of it is proven: whoever can push can claim any address (see SECURITY.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.entry import Author, Draft, Held
from chalicelib.domain.form_rule import form_rule
from chalicelib.domain.routing_table import SUBMITTER, Person
from chalicelib.domain.wording import closest, quoted

if TYPE_CHECKING:
    from chalicelib.domain.directory import Directory, User
    from chalicelib.domain.routing_table import Routing

NOREPLY = "users.noreply.github.com"
"""The domain of the addresses with which GitHub hides people's own
(https://docs.github.com/account-and-profile/reference/email-addresses-reference)."""
BOT = "[bot]"
"""How the login of a GitHub App ends."""

UNMAPPED_PERSON = "unmapped_person"
UNKNOWN_PERSON = "unknown_person"
INACTIVE_PERSON = "inactive_person"


def noreply_login(email: str | None) -> str | None:
    """Return the GitHub login in `ID+login@users.noreply.github.com` or `login@…`, in lower case, or None."""
    local, _, domain = (email or "").strip().lower().rpartition("@")
    if domain != NOREPLY:
        return None
    number, plus, rest = local.partition("+")
    login = rest if plus and number.isascii() and number.isdecimal() else local
    return None if "+" in login or "@" in login else login or None


def find_person(draft: Draft, routing: Routing, directory: Directory) -> User | Held:
    """Return the active Noko user whose work this is, or why there is none.

    A form that names a person decides alone. Otherwise the routing file's e-mails decide first, then its GitHub
    logins, then the login in a noreply address; last comes an active Noko user with exactly this e-mail. A bot
    counts only if the routing file names it.
    """
    email, logins = _names(draft.author)
    person = _named_by_form(draft, routing)
    mend = f"`person` of the form {quoted(draft.form or '')}"
    if person is None:
        person = _mapped(email, logins, routing)
        mend = f"`noko = {_written(person)}` in its [[people]]" if person else ""
    if person is not None:
        user = directory.user(person.noko)
        return _unknown(person, directory, mend) if user is None else _active(user, draft)
    is_bot = any(login.endswith(BOT) for login in logins)
    user = directory.user(email) if email and not is_bot else None
    return _unmapped(draft, email, logins, is_bot=is_bot) if user is None else _active(user, draft)


def mapped_person(author: Author, routing: Routing) -> Person | None:
    """Return whom the routing file maps an author to, whether or not Noko has them."""
    return _mapped(*_names(author), routing)


def _named_by_form(draft: Draft, routing: Routing) -> Person | None:
    """Return whom the draft's form is filled in for; None for whoever filled it in, and for a commit."""
    form = form_rule(routing, draft.form).form if draft.form is not None else None
    if form is None or form.person == SUBMITTER:
        return None
    mapped = _mapped(form.person.lower(), [], routing) if isinstance(form.person, str) else None
    return mapped or Person(noko=form.person)


def _names(author: Author) -> tuple[str, list[str]]:
    """Return the author's e-mail, which may be empty, and logins, GitHub's word first; all in lower case."""
    email = (author.email or "").strip().lower()
    logins = ((author.login or "").strip().lower(), noreply_login(email))
    return email, [login for login in logins if login]


def _mapped(email: str, logins: list[str], routing: Routing) -> Person | None:
    for person in routing.people:
        if email and email in {known.lower() for known in _addresses(person)}:
            return person
    for login in logins:
        for person in routing.people:
            if login in {known.lower() for known in person.github}:
                return person
    return None


def _addresses(person: Person) -> tuple[str, ...]:
    return (person.noko, *person.emails) if isinstance(person.noko, str) else person.emails


def _active(user: User, draft: Draft) -> User | Held:
    if user.active:
        return user
    return Held(
        INACTIVE_PERSON,
        f"{quoted(user.email)} is {quoted(user.state)} in Noko, not active; activate the user there, or "
        f"`tallyhook route {draft.key} --project PROJECT --person PERSON`",
    )


def _unknown(person: Person, directory: Directory, mend: str) -> Held:
    if isinstance(person.noko, int):
        return Held(
            UNKNOWN_PERSON,
            f"the routing file names user {person.noko}, whom Noko does not have; correct {mend}",
        )
    guess = closest(person.noko, (user.email for user in directory.users if user.active))
    meant = f" (did you mean {quoted(guess)}?)" if guess else ""
    return Held(
        UNKNOWN_PERSON,
        f"the routing file names {quoted(person.noko)}, whom Noko does not have{meant}; invite them there, or "
        f"correct {mend}",
    )


def _written(person: Person) -> str:
    return quoted(person.noko) if isinstance(person.noko, str) else str(person.noko)


def _unmapped(draft: Draft, email: str, logins: list[str], *, is_bot: bool) -> Held:
    by_hand = f"`tallyhook route {draft.key} --project PROJECT --person PERSON`"
    if not logins and not email:
        without = (
            "the submission names no e-mail" if draft.form else "its author has neither an e-mail nor a GitHub login"
        )
        return Held(UNMAPPED_PERSON, f"{without}; {by_hand}")
    who = quoted(logins[0] if logins else email)
    line = f"`github = [{who}]`" if logins else f"`emails = [{who}]`"
    rule = "a bot is logged for only if it is mapped" if is_bot else f"nobody is mapped to {who}"
    return Held(UNMAPPED_PERSON, f"{rule}; add {line} to a person's [[people]] in the routing file, or {by_hand}")
