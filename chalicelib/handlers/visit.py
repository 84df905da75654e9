"""A visit to a form of our own: who may see it first, then what was answered, then the store, as for any other form.

Nothing is read from the store for whoever is not in.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from chalicelib.domain.entry import FORM
from chalicelib.domain.form_rule import form_rule
from chalicelib.domain.routing_table import PAGE, SUBMITTER
from chalicelib.errors import NotAuthentic, UnknownForm, UnsupportedContent
from chalicelib.handlers.page_reply import html_reply, see_other
from chalicelib.handlers.reply import body_of, headers_of, query_of
from chalicelib.page import answer, session
from chalicelib.page.form import entrance_page, form_page
from chalicelib.page.link import read_link
from chalicelib.page.password import fits
from chalicelib.page.question import admits, questions
from chalicelib.page.receipt import Receipt, receipt_page
from chalicelib.page.session import Lock
from chalicelib.services import intake
from chalicelib.settings import LOOPBACK
from chalicelib.sources.forms.content import URLENCODED, read_content
from chalicelib.sources.forms.day import day_of
from chalicelib.sources.forms.delivery import read as read_submission
from chalicelib.sources.header import header_values, media_type

if TYPE_CHECKING:
    from chalice import Response
    from chalice.app import Request

    from chalicelib.bootstrap import House
    from chalicelib.domain.entry import Draft
    from chalicelib.page.answer import Answers
    from chalicelib.page.question import Questions
    from chalicelib.page.session import Session
    from chalicelib.sources.forms.content import Content
    from chalicelib.sources.forms.delivery import Reading

MAX_BODY_BYTES = 64 * 1024
"""Many times what the page's fields can hold."""
SENT = "sent"
"""The parameter of a receipt that tells by its digest what was sent last."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Visit:
    """One request for a form's page. Making it raises UnknownForm, or SourceClosed for a form without a secret."""

    def __init__(self, request: Request, name: str, house: House) -> None:
        rule = form_rule(house.routing, name)
        if rule.form is None or rule.form.preset != PAGE:
            raise UnknownForm("there is no form at this address")
        self.request, self.name, self.house = request, name, house
        self.rule, self.form = rule, rule.form
        self.headers, self.now = headers_of(request), house.clock.now()
        password = house.secrets.form_password(name)
        self.lock = Lock.of(name, secrets=house.secrets.form(name), password=password)
        if password is not None and self.lock.password is None:
            house.telemetry.alarm("password_too_short", form=name)

    def answer(self, submission_id: str | None) -> Response:
        """Answer it; `submission_id` is that of the receipt that is asked for. Raises RequestError or Unavailable."""
        posted = self._posted() if self.request.method == "POST" else None
        query = query_of(self.request)
        if posted is None and str(self.request.to_original_event().get("path")).endswith("/"):
            return see_other(f"../{quote(submission_id or self.name)}?{urlencode(query, doseq=True)}")
        if posted is None and submission_id is None and "key" in query:
            return self._follow(query["key"][0])
        if posted is not None and "password" in dict(posted.pairs):
            return self._enter(dict(posted.pairs)["password"])
        here = session.find_session(self.lock, self.headers, now=self.now)
        if here is None or not admits(self.form, here):
            return self._entrance()
        if submission_id is not None:
            return self._receipt(submission_id, here)
        return self._show(here) if posted is None else self._take(posted, here)

    def _posted(self) -> Content:
        if header_values(self.headers, "Sec-Fetch-Site") not in {(), ("same-origin",), ("none",)}:
            raise NotAuthentic("this form was sent from another site; open the page itself, and fill it in there")
        if media_type(self.headers) != URLENCODED:
            raise UnsupportedContent(f"the page's form is sent as {URLENCODED}")
        raw = body_of(self.request, limit=MAX_BODY_BYTES)
        return read_content(self.headers, raw)

    def _follow(self, key: str) -> Response:
        """Exchange the key in the address for a cookie, so that it does not stay in sight."""
        link = read_link(key, form=self.name, secrets=self.lock.secrets, now=self.now)
        return self._let_in(session.by_link(self.lock, link, nonce=self.house.ports.tokens.fresh()))

    def _enter(self, password: str) -> Response:
        if not fits(password, self.lock.password):
            self.house.telemetry.event("request_refused", status=401, code=NotAuthentic.code)
            return self._entrance(wrong="This is not the password")
        return self._let_in(session.by_password(self.lock, nonce=self.house.ports.tokens.fresh(), now=self.now))

    def _let_in(self, new: Session) -> Response:
        parts = [f"{self.lock.cookie_name}={new.cookie}", f"Max-Age={(new.expires_at - self.now) // 1000}"]
        parts += ["HttpOnly", "SameSite=Lax", *(["Secure"] if self._is_secure() else [])]
        return see_other(self.name, cookie="; ".join(parts))

    def _is_secure(self) -> bool:
        """Tell whether the cookie must not travel unencrypted: everywhere but on this very machine."""
        public_url = self.house.settings.public_url or ""
        hosts = {host.partition(":")[0] for host in header_values(self.headers, "Host")}
        return public_url.startswith("https:") or not hosts or not hosts <= LOOPBACK

    def _entrance(self, wrong: str | None = None) -> Response:
        has_password = self.lock.password is not None
        return html_reply(HTTPStatus.UNAUTHORIZED, entrance_page(self.name, has_password=has_password, wrong=wrong))

    def _show(self, here: Session) -> Response:
        directory = self.house.ports.ledger.directory()
        asked = questions(self.form, self.house.routing, directory, here)
        today = day_of(self.now, self.house.routing.defaults.timezone).isoformat()
        return html_reply(HTTPStatus.OK, form_page(asked, {"date": today}, page_id=self._page_id(here), wrong={}))

    def _page_id(self, here: Session) -> str:
        return session.new_id(here, self.house.ports.tokens.fresh(), lock=self.lock)

    def _take(self, posted: Content, here: Session) -> Response:
        directory, routing = self.house.ports.ledger.directory(), self.house.routing
        asked = questions(self.form, routing, directory, here)
        answers = answer.read_answers(posted, asked)
        submission_id = session.read_id(here, answers.page_id, lock=self.lock)
        if submission_id is None:
            remark = "This page was opened by somebody else, or before you were let in last. Please send it again."
            again = form_page(asked, answers.values, page_id=self._page_id(here), wrong={}, remark=remark)
            return html_reply(HTTPStatus.FORBIDDEN, again)
        wrong = answer.mistakes(answers, asked, self.rule, routing, directory, now=self.now)
        if wrong:
            again = form_page(asked, answers.values, page_id=answers.page_id, wrong=wrong)
            return html_reply(HTTPStatus.UNPROCESSABLE_ENTITY, again)
        reading = self._reading(answers, asked, submission_id)
        intake.take_submission(reading, ports=self.house.ports)
        return see_other(f"{self.name}/{submission_id}?{urlencode({SENT: reading.identity.digest})}")

    def _reading(self, answers: Answers, asked: Questions, submission_id: str) -> Reading:
        base = self.house.settings.public_url
        receipt = None if base is None else f"{base}/forms/{self.name}/{submission_id}"
        sent = answer.submission(answers, asked, submission_id=submission_id, receipt=receipt)
        zone, rule = self.house.routing.defaults.timezone, answer.own_rule(self.rule)
        return read_submission(sent, {}, rule, timezone=zone, public_url=base, now=self.now)

    def _receipt(self, submission_id: str, here: Session) -> Response:
        """Show what became of a submission, or of one that was sent last under the same id."""
        digest = (query_of(self.request).get(SENT) or [""])[0]
        last = digest if _DIGEST.fullmatch(digest) else ""
        receipt = self._found(f"{FORM}{self.name}:{submission_id}", last) if session.is_id(submission_id) else None
        if receipt is None or not self._may_see(receipt.draft, here):
            raise UnknownForm("there is no such receipt")
        again = f"?{urlencode({SENT: last})}"
        return html_reply(HTTPStatus.OK, receipt_page(receipt, form=self.name, again=again))

    def _found(self, key: str, last: str) -> Receipt | None:
        ledger, name = self.house.ports.ledger, f"{key}:{last}"
        entry = ledger.entry(key)
        is_told = not last or (entry is not None and entry.delivery == name)
        stored = None if is_told else ledger.delivery(name)
        if entry is not None:
            return Receipt(entry.draft, entry, is_other=stored is not None)
        return Receipt(stored.delivery.drafts[0]) if stored is not None and stored.delivery.drafts else None

    def _may_see(self, draft: Draft, here: Session) -> bool:
        """Tell whether it is theirs; who came with the team's password, or to one person's form, sees all of them."""
        if self.form.person != SUBMITTER or not here.by_link:
            return True
        return (draft.author.email or "").casefold() == here.person.casefold()
