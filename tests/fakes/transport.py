"""Carries requests to a sandbox in this process, in virtual time, with the real transport's promises."""

from chalicelib.domain.interval import REQUEST_TIMEOUT_MS
from chalicelib.exchange.message import Answer, Failure
from devstack.sandbox import Dropped, Request


class SandboxTransport:
    def __init__(self, sandbox, clock):
        self._sandbox = sandbox
        self._clock = clock
        self.unreachable = False
        self.requests = []

    def send(self, request, guard):
        self.requests.append(request)
        if self.unreachable:
            return Failure(sent=False, reason="connection refused")
        refusal = guard()
        if refusal is not None:
            return Failure(sent=False, reason=refusal, stopped=True)
        answer = self._sandbox.handle(
            Request.from_http(request.method, request.url, request.headers.items(), request.body or b"")
        )
        if answer.delay_ms >= REQUEST_TIMEOUT_MS:
            self._clock.advance(ms=REQUEST_TIMEOUT_MS)
            return Failure(sent=True, reason="timed out")
        self._clock.advance(ms=answer.delay_ms)
        if isinstance(answer, Dropped):
            return Failure(sent=True, reason="connection reset")
        complete = answer.cut_at is None or answer.cut_at >= len(answer.body)
        body = answer.body if complete else answer.body[: answer.cut_at]
        headers = {name.lower(): value for name, value in dict(answer.headers).items()}
        return Answer(answer.status, headers, body, complete=complete)
