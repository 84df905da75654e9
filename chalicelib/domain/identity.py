"""The names by which an author is known, so that one person is recognised under another address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.domain.person import mapped_person, noreply_login

if TYPE_CHECKING:
    from chalicelib.domain.entry import Author
    from chalicelib.domain.routing_table import Routing


def names_of(author: Author, routing: Routing) -> tuple[str, ...]:
    """Return an author's e-mail, logins and Noko user by the routing file, each with its kind before a colon.

    Two authors are one person if they share a name. GitHub puts the noreply address of whoever opened a pull
    request on its squash, so that the e-mail alone would not do. Who has neither e-mail nor login goes by the name.
    """
    email = (author.email or "").strip().lower()
    logins = dict.fromkeys(((author.login or "").strip().lower(), noreply_login(email)))
    person = mapped_person(author, routing)
    names = [f"e:{email}" if email else None, *(f"l:{login}" for login in logins if login)]
    known = tuple(name for name in [*names, person and f"n:{str(person.noko).lower()}"] if name)
    return known or (f"a:{(author.name or '').strip().lower()}",)
