"""Whose work it is: from what a commit says of its author to a Noko user.

Nothing of it is proven: whoever can push can claim any address (see SECURITY.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.entry import Author, Draft, Held
from chalicelib.domain.wording import closest, quoted

if TYPE_CHECKING:
    from chalicelib.domain.directory import Directory, User
    from chalicelib.domain.routing_table import Person, Routing

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

    The routing file's e-mails decide first, then its GitHub logins, then the login in a noreply address; last
    comes an active Noko user with exactly this e-mail. A bot counts only if the routing file names it.
    """
    email, logins = _names(draft.author)
    person = _mapped(email, logins, routing)
    if person is not None:
        user = directory.user(person.noko)
        return _unknown(person, directory) if user is None else _active(user, draft)
    is_bot = any(login.endswith(BOT) for login in logins)
    user = directory.user(email) if email and not is_bot else None
    return _unmapped(draft.key, email, logins, is_bot=is_bot) if user is None else _active(user, draft)


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


def _unknown(person: Person, directory: Directory) -> Held:
    if isinstance(person.noko, int):
        return Held(
            UNKNOWN_PERSON,
            f"the routing file names user {person.noko}, whom Noko does not have; correct `noko = {person.noko}` "
            "in its [[people]]",
        )
    guess = closest(person.noko, (user.email for user in directory.users if user.active))
    meant = f" (did you mean {quoted(guess)}?)" if guess else ""
    return Held(
        UNKNOWN_PERSON,
        f"the routing file names {quoted(person.noko)}, whom Noko does not have{meant}; invite them there, or "
        f"correct `noko = {quoted(person.noko)}` in its [[people]]",
    )


def _unmapped(key: str, email: str, logins: list[str], *, is_bot: bool) -> Held:
    by_hand = f"`tallyhook route {key} --project PROJECT --person PERSON`"
    if not logins and not email:
        return Held(UNMAPPED_PERSON, f"its author has neither an e-mail nor a GitHub login; {by_hand}")
    who = quoted(logins[0] if logins else email)
    line = f"`github = [{who}]`" if logins else f"`emails = [{who}]`"
    rule = "a bot is logged for only if it is mapped" if is_bot else f"nobody is mapped to {who}"
    return Held(UNMAPPED_PERSON, f"{rule}; add {line} to a person's [[people]] in the routing file, or {by_hand}")
