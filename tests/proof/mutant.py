"""Deliberate weakenings of the product. Each must be caught, or the proof proves nothing.

A mutant is a name, what it takes away, and how: it replaces one function of the product for as long as it lives.
"""

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from types import SimpleNamespace
from unittest.mock import patch

from fakes.transport import SandboxTransport

from chalicelib.domain import copy_rule, shelf, transition
from chalicelib.domain.finding import own
from chalicelib.domain.lifecycle import Status
from chalicelib.domain.outcome import Created, Refused, Unavailable
from chalicelib.domain.shelf import Shelf
from chalicelib.errors import StoreUnavailable
from chalicelib.exchange.message import Failure
from chalicelib.handlers import webhooks
from chalicelib.noko import protocol
from chalicelib.noko.client import NokoClient
from chalicelib.services import intake, opening, posting, sending, sweep
from chalicelib.services.copies import Copies
from chalicelib.table.copies import TableCopies
from chalicelib.table.entries import TableEntries
from chalicelib.table.entry_item import to_item
from chalicelib.table.throttle import TableThrottle


@dataclass(frozen=True, slots=True)
class Mutant:
    """`weaken` is a context manager under which the product lacks what `name` says."""

    name: str
    weaken: object


MUTANTS = []


def mutant(name):
    def register(patches):
        @contextmanager
        def weaken():
            with ExitStack() as stack:
                for target, attribute, substitute in patches():
                    stack.enter_context(patch.object(target, attribute, substitute))
                yield

        MUTANTS.append(Mutant(name, weaken))
        return patches

    return register


@mutant("no fence: a write does not ask what it replaces")
def _no_fence():
    def swap(self, _before, after):
        self._table.put(to_item(after, self._layout))
        return after

    return [(TableEntries, "swap", swap)]


@mutant("no guard: bytes go out however late it is")
def _no_guard():
    return [(NokoClient, "_guard", lambda *_: lambda: None)]


@mutant("no quiet period: an uncertain attempt is looked up at once")
def _no_quiet_period():
    doubt = transition.doubt

    def hasty(entry, *, now, stamp, reason, settle_ms):
        return replace(doubt(entry, now=now, stamp=stamp, reason=reason, settle_ms=settle_ms), due_at=now)

    return [(transition, "doubt", hasty)]


@mutant("one look instead of two")
def _one_look():
    def miss(entry, *, now, stamp, **_):
        return transition.clear(entry, now=now, stamp=stamp)

    return [(transition, "miss", miss)]


@mutant("a 5xx is taken for 'not created'")
def _server_error_is_no():
    classify = protocol.classify

    def trusting(result):
        outcome = classify(result)
        server = not isinstance(result, Failure) and result.status >= 500
        return Unavailable("server error") if server else outcome

    return [(protocol, "classify", trusting)]


@mutant("a timeout is taken for 'not created'")
def _timeout_is_no():
    classify = protocol.classify

    def trusting(result):
        outcome = classify(result)
        return Unavailable("timed out") if isinstance(result, Failure) and result.sent else outcome

    return [(protocol, "classify", trusting)]


@mutant("a 201 that cannot be read is taken for a refusal")
def _unreadable_is_no():
    classify = protocol.classify

    def strict(result):
        outcome = classify(result)
        return Refused(201, "unreadable") if outcome == Created(None) else outcome

    return [(protocol, "classify", strict)]


@mutant("the record is deleted when the attempt raised: a lost worker's entry is queued again")
def _record_deleted():
    def mark_lost(entry, *, ports):
        now, stamp = ports.clock.now(), ports.tokens.fresh()
        after = replace(entry, status=Status.QUEUED, stamp=stamp, due_at=now, sent_at=None, token=None)
        return ports.ledger.swap(entry, after)

    return [(sweep, "mark_lost", mark_lost)]


@mutant("answered before stored: the door says 202 whatever the ledger said")
def _answered_before_stored():
    take = intake.take

    def hopeful(delivery, *, ports):
        try:
            return take(delivery, ports=ports)
        except StoreUnavailable:
            return True

    return [(webhooks.intake, "take", hopeful)]


@mutant("redirects are followed by the library: a POST becomes a GET")
def _redirects_by_library():
    redirected = protocol.redirected

    def rewriting(request, result, *, allowed_hosts):
        following = redirected(request, result, allowed_hosts=allowed_hosts)
        return replace(following, method="GET", body=None) if following else None

    return [(protocol, "redirected", rewriting)]


@mutant("the library retries what got no answer")
def _library_retries():
    send = SandboxTransport.send

    def retrying(self, request, guard):
        result = send(self, request, guard)
        return send(self, request, guard) if isinstance(result, Failure) and result.sent else result

    return [(SandboxTransport, "send", retrying)]


@mutant("the stamp is not compared: our own write, reported as failed, is taken for somebody else's")
def _stamp_not_compared():
    swap = TableEntries.swap

    def doubting(self, before, after):
        holds = swap(self, before, after)
        return replace(holds, stamp="somebody else's") if holds == after and holds is not after else holds

    return [(TableEntries, "swap", doubting)]


@mutant("an entry is put over the one that is there")
def _put_over():
    def put_entry(self, entry):
        self._table.put(to_item(entry, self._layout))
        return entry

    return [(TableEntries, "put_entry", put_entry)]


@mutant("the tick does not reopen deliveries")
def _no_reopening():
    return [(sweep, "_reopen", lambda **_: None)]


@mutant("the tick does not top the queue up")
def _no_top_up():
    return [(sending, "top_up", lambda **_: 0)]


@mutant("the tick does not look after doubts")
def _no_doubts():
    return [(sweep, "_resolve_doubts", lambda **_: None)]


@mutant("a delivery is marked opened before its drafts are put")
def _opened_too_early():
    open_drafts = opening._open_drafts

    def early(stored, new, *, ports, **rest):
        ports.ledger.mark_opened(stored.delivery.key, now=ports.clock.now())
        return open_drafts(stored, new, ports=ports, **rest)

    return [(opening, "_open_drafts", early)]


@mutant("the throttle gives slots at twice the pace")
def _too_fast():
    reserve = TableThrottle.reserve

    def hurried(self, kind, *, now):
        self._interval_ms = 250
        return reserve(self, kind, now=now)

    return [(TableThrottle, "reserve", hurried)]


@mutant("any signature is believed")
def _any_signature():
    return [(webhooks.source, "verify", lambda *_, **__: None)]


@mutant("an unknown outcome is settled as queued")
def _unknown_is_queued():
    def again(entry, reason, *, ports):
        return posting._again(entry, reason, ports=ports)

    return [(posting, "_doubt", again)]


@mutant("works are not written down before their entries are put")
def _judged_in_memory():
    def keeps(self, before, works):
        self._works[before.title] = replace(before, works=works)
        return True

    return [(Copies, "_keeps", keeps)]


@mutant("works are written over those that somebody else wrote meanwhile")
def _works_put_over():
    swap = TableCopies.swap_works

    def swap_works(self, before, after, *, now):
        table = self._table
        self._table = SimpleNamespace(put=lambda item, *_: table.put(item))
        try:
            return swap(self, before, after, now=now)
        finally:
            self._table = table

    return [(TableCopies, "swap_works", swap_works)]


@mutant("a commit that was judged is judged again")
def _judged_again():
    return [(Shelf, "recognises", lambda *_: False)]


@mutant("one known work makes copies of all that are like it")
def _any_number():
    def take(self, suits, *lanes):
        return next((index for lane in lanes for index in lane if suits(self.works[index])), None)

    return [(Shelf, "_take", take)]


@mutant("what is opened first counts as pushed first")
def _opening_order():
    def may_be_moved(work, arrival, _at):
        return arrival.forced or not work.is_on(arrival.branch)

    return [(shelf, "may_be_moved", may_be_moved), (copy_rule, "may_be_moved", may_be_moved)]


@mutant("the messages that a squash lists are not compared")
def _squash_as_a_whole():
    return [(Copies, "_without_pieces", lambda _self, draft, _content: own(draft))]
