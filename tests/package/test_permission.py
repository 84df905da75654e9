"""Each function may ask of table, queues and secrets what its code can come to ask, and nothing else."""

import pytest
from package.policy import statements
from package.reach import Code

from infra.build.template import ROOT

ENTRIES = {
    "APIHandler": ("handlers.webhooks.github", "handlers.forms.submit", "handlers.pages.page"),
    "Open": ("handlers.worker.open_",),
    "Post": ("handlers.worker.post_",),
    "Tell": ("handlers.worker.tell_",),
    "Tick": ("handlers.tick.tick",),
}
AS_A_SOURCE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}


@pytest.fixture(scope="module")
def code():
    return Code(ROOT)


@pytest.mark.parametrize("function", ENTRIES)
def test_what_a_role_allows_is_what_the_code_can_ask(code, templates, function):
    allowed = {
        (action, resource)
        for each in statements(templates["dev"], function)
        for action in each.actions
        for resource in each.resources
        if action.startswith(("dynamodb:", "sqs:", "ssm:"))
    }
    source = (
        {(action, f"{function}Queue") for action in AS_A_SOURCE} if function not in {"APIHandler", "Tick"} else set()
    )
    assert allowed == code.asked(*ENTRIES[function]) | source


def test_no_port_has_another_name_by_which_a_call_would_be_overlooked(code):
    assert code.renamed() == []


def test_reading_the_code_finds_what_is_far_from_the_entry_point(code):
    assert ("sqs:SendMessage", "OpenQueue") in code.asked("handlers.webhooks.github")
    assert ("dynamodb:Query", "Table/index/month") in code.asked("handlers.tick.tick")
    assert ("dynamodb:DeleteItem", "Table") in code.asked("services.posting.post")
    assert code.asked("domain.duration.nothing") == set()
