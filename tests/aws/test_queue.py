"""The two queues on SQS: what their answers and errors become."""

import pytest
from botocore.stub import ANY, Stubber

from chalicelib.aws.queue import AwsQueue, key_of
from chalicelib.errors import StoreUnavailable

CALLS = {
    "send_message": lambda queue: queue.send_delivery("k"),
    "send_message_batch": lambda queue: queue.send_entries(["k"]),
    "get_queue_attributes": lambda queue: queue.depth(),
}


@pytest.fixture
def stubbed(emulator):
    client = emulator.client("sqs")
    with Stubber(client) as stubber:
        yield AwsQueue(client, open_url="http://open", post_url="http://post", tell_url="http://tell"), stubber


@pytest.mark.parametrize("operation", CALLS)
def test_what_the_queue_refuses_is_the_store_being_unavailable(stubbed, operation):
    queue, stubber = stubbed
    stubber.add_client_error(operation, "OverLimit")
    with pytest.raises(StoreUnavailable, match="the queue answered OverLimit"):
        CALLS[operation](queue)


@pytest.mark.parametrize("operation", CALLS)
def test_a_queue_that_does_not_answer_is_unavailable(emulator, operation):
    nobody = emulator.client("sqs", url="http://127.0.0.1:9", attempts=1)
    with pytest.raises(StoreUnavailable, match="did not answer"):
        CALLS[operation](
            AwsQueue(
                nobody,
                open_url="http://127.0.0.1:9/o",
                post_url="http://127.0.0.1:9/p",
                tell_url="http://127.0.0.1:9/t",
            )
        )


def test_messages_that_a_batch_did_not_take_are_an_error(stubbed):
    queue, stubber = stubbed
    failed = {"Id": "1", "SenderFault": False, "Code": "InternalError"}
    stubber.add_response("send_message_batch", {"Successful": [], "Failed": [failed]})
    with pytest.raises(StoreUnavailable, match="did not take 1 messages"):
        queue.send_entries(["a", "b"])


def test_a_batch_holds_ten_messages_with_ids_of_their_own(stubbed):
    queue, stubber = stubbed
    for size in (10, 10, 1):
        entries = [{"Id": str(number), "MessageBody": ANY, "DelaySeconds": 7} for number in range(size)]
        asked = {"QueueUrl": "http://post", "Entries": entries}
        stubber.add_response("send_message_batch", {"Successful": [], "Failed": []}, asked)
    queue.send_entries([f"k{n}" for n in range(21)], delay_s=7)
    stubber.assert_no_pending_responses()


def test_a_key_survives_its_message():
    assert key_of('{"key": "github:\\u00fc"}') == "github:ü"


@pytest.mark.parametrize("body", ["", "github:abc", "[]", "null", "{}", '{"key": 7}', '{"key": null}', '"key"'])
def test_what_is_no_message_of_ours_is_a_value_error(body):
    with pytest.raises(ValueError, match=r".+"):
        key_of(body)
