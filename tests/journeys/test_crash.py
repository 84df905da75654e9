"""The worker is killed at the worst moments; the store and Noko live on; a restart makes it right."""

import io

import pytest

from chalicelib.settings import AWS
from standalone.wsgi import WsgiServer

pytestmark = pytest.mark.journey


class KillingAws:
    """Stands in front of AWS, and kills the instance around the first write that holds a word."""

    def __init__(self, aws, word, *, before):
        self._aws = aws
        self._word = word
        self._before = before
        self.victim = None
        self.server = WsgiServer(self, threads=32)

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        write = environ.get("HTTP_X_AMZ_TARGET", "").endswith("PutItem") and self._word in body
        if not write or self.victim is None:
            return self._aws(environ, start_response)
        victim, self.victim = self.victim, None
        if self._before:
            victim.kill()
        answer = list(self._aws(environ, start_response)) if not self._before else [b""]
        victim.kill()
        if self._before:
            start_response("500 Killed", [("Content-Length", "0")])
        return answer


@pytest.mark.parametrize("world", [AWS], indirect=True)  # into a file, nobody can look from outside
@pytest.mark.parametrize(
    ("moment", "word", "before"),
    [("after the claim", b'"posting"', False), ("before the settle", b'"logged"', True)],
)
def test_killed_at_a_write(world, patience, moment, word, before):
    front = KillingAws(world.aws, word, before=before)
    try:
        instance = world.start(AWS_ENDPOINT_URL=front.server.url)
        front.victim = instance.process
        instance.push(3, seed=moment)
        patience(lambda: instance.process.poll() is not None)
        world.start(AWS_ENDPOINT_URL=front.server.url)
        patience(lambda: len(world.sandbox.books.entries()) >= 3, seconds=90)
        patience(world.settled, seconds=90)
    finally:
        front.server.close()
    urls = world.source_urls()
    assert len(urls) == len(set(urls)) == 3


@pytest.mark.parametrize("moment", ["before the work", "after the work"])
def test_killed_during_the_post(world, patience, moment):
    handle = world.sandbox.handle
    instance = world.start()

    def killing(request):
        if request.method != "POST":
            return handle(request)
        world.sandbox.handle = handle
        if moment == "after the work":
            handle(request)
        instance.kill()
        return handle(request.__class__.from_http("GET", "/v2/nowhere", (), b""))

    world.sandbox.handle = killing
    instance.push(3, seed=moment)
    patience(lambda: instance.process.poll() is not None)
    world.start()
    patience(lambda: len(world.sandbox.books.entries()) >= 3, seconds=90)
    patience(world.settled, seconds=90)
    urls = world.source_urls()
    assert len(urls) == len(set(urls)) == 3
