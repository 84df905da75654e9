"""The generated pages are those that their modules make, and show all there is."""

import pytest

from chalicelib.domain.lifecycle import TRANSITIONS, Status
from docs.build import lifecycle, table_layout


@pytest.mark.parametrize("builder", [lifecycle, table_layout])
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
