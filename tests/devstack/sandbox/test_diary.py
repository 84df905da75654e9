import stat

import pytest

from devstack.sandbox import Sandbox, serve
from devstack.sandbox.diary import Diary


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sandbox.jsonl"


@pytest.fixture
def restarted(path, clock, client_of):
    """Starts a sandbox on the diary, as often as it is asked to; all is on the disk before a file is closed."""
    diaries = []

    def start():
        written = path.read_bytes() if path.exists() else b""
        for diary in diaries:
            diary.close()
        assert (path.read_bytes() if path.exists() else b"") == written
        diaries.append(Diary(path))
        sandbox = Sandbox(clock=clock, diary=diaries[-1])
        sandbox.limiter = None
        sandbox.resume(31_999)
        return client_of(sandbox)

    yield start
    for diary in diaries:
        diary.close()


def test_after_a_restart_everything_is_as_it_was(restarted, clock):
    client = restarted()
    first = client.log(description="#plan it", source_url="https://e.example/1").json()["id"]
    clock.pass_ms(5_000)
    second = client.log(project_name="New one").json()["id"]
    client.put(f"/entries/{second}", {"minutes": 99, "date": "2026-01-01"})
    client.put(f"/entries/{first}/approved", {})
    client.delete(f"/entries/{client.log().json()['id']}")
    before = client.get("/_sandbox/books").body
    clock.pass_ms(60_000)
    again = restarted()
    assert again.get("/_sandbox/books").body == before
    assert again.log().json()["id"] > second + 1


def test_what_was_refused_and_what_was_only_read_is_not_written_down(restarted, path):
    client = restarted()
    size = path.stat().st_size
    client.get("/entries")
    assert client.post("/entries", {"minutes": 5}).status == 400
    client.send("POST", "/_sandbox/faults", b'{"kind": "drop_before"}')
    assert path.stat().st_size == size


def test_work_whose_answer_was_dropped_is_there_after_a_restart(restarted):
    client = restarted()
    client.sandbox.faults.add("drop_after", times=1)
    client.log()
    assert len(restarted().sandbox.books.entries()) == 1


@pytest.mark.parametrize("lost", [1, 20])
def test_a_line_that_was_cut_off_was_never_answered(restarted, path, lost):
    client = restarted()
    client.log(description="whole")
    client.log(description="cut")
    path.write_bytes(path.read_bytes()[:-lost])
    again = restarted()
    assert [entry.description for entry in again.sandbox.books.entries()] == ["whole"]
    again.log(description="after")
    assert [entry.description for entry in restarted().sandbox.books.entries()] == ["whole", "after"]


def test_bytes_that_are_no_text_come_back_as_they_were(restarted, path):
    client = restarted()
    body = '{"date": "2026-01-01", "minutes": 5, "description": "ü\\ud800"}'.encode()
    client.send("POST", "/entries", body)
    assert len(restarted().sandbox.books.entries()) == len(client.sandbox.books.entries())
    assert path.read_bytes().isascii()


def test_it_serves_where_it_served_before_and_only_its_owner_reads_the_file(path):
    diary = Diary(path)
    server = serve(Sandbox(diary=diary), port=0)
    port = server.port
    server.close()
    diary.close()
    assert Diary(path).port == port
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
