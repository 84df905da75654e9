"""What every queue promises: little. Messages are hints."""


def test_a_delivery_is_asked_to_be_opened(queue, messages):
    queue.send_delivery("github:d1:ü")
    assert messages.open() == ["github:d1:ü"]
    assert messages.post() == []


def test_more_than_a_batch_of_entries_is_sent_once_each(queue, messages):
    keys = [f"github:{number}" for number in range(23)]
    queue.send_entries(keys)
    assert sorted(messages.post()) == sorted(keys)
    assert messages.open() == []


def test_no_entries_are_no_messages(queue, messages):
    queue.send_entries([])
    assert queue.depth() == 0
    assert messages.post() == []


def test_a_delayed_message_is_not_seen_before_its_time(queue, messages):
    queue.send_entries(["github:late"], delay_s=1)
    assert messages.post() == []
    assert messages.post(after_s=2) == ["github:late"]


def test_a_letter_is_asked_to_be_delivered_at_its_time(queue, messages):
    queue.send_letter("digest-2026-09-21-0")
    queue.send_letter("late", delay_s=1)
    assert messages.tell() == ["digest-2026-09-21-0"]
    assert messages.tell(after_s=2) == ["late"]
    assert messages.post() == []


def test_the_depth_counts_what_is_visible_and_what_is_delayed(queue):
    queue.send_entries(["a", "b"])
    queue.send_entries(["c"], delay_s=900)
    queue.send_delivery("not a posting")
    assert queue.depth() == 3
