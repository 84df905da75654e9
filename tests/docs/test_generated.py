"""The generated pages are those that their modules make, and show all there is."""

import pytest

from chalicelib.domain.lifecycle import TRANSITIONS, Status
from docs.build import alarms, cost, lifecycle, logs_and_metrics, noko_client, permissions, table_layout


@pytest.mark.parametrize("builder", [alarms, cost, lifecycle, logs_and_metrics, noko_client, permissions, table_layout])
def test_the_page_is_the_one_that_its_module_makes(builder):
    assert builder.PAGE.read_text(encoding="utf-8") == builder.page_text()


def test_every_status_has_a_meaning():
    assert set(lifecycle.MEANINGS) == set(Status)


def test_the_picture_has_an_arrow_for_every_way_and_no_other():
    arrows = {
        tuple(line.partition(":")[0].split(" --> "))
        for line in map(str.strip, lifecycle.page_text().splitlines())
        if " --> " in line and "[*]" not in line
    }
    assert arrows == {(str(each.source), str(each.target)) for each in TRANSITIONS}


def test_the_page_of_the_client_shows_every_action_and_every_error_code():
    shown = noko_client.page_text()
    actions = [action for _, _, actions in noko_client.ROOMS for action in actions.values()]
    assert len(actions) == 24
    assert all(f"`{action.method} {action.path}`" in shown for action in actions)
    assert all(f"| `{code}` | " in shown for code in noko_client.ErrorCode)
