"""Tags of any account fit into the items that hold them."""

import random

from fakes.clock import START

from chalicelib.domain.directory import Directory, Tags
from chalicelib.table.tag_part import names_in, tag_parts

LIMIT = 400 * 1024
ITEM = 1_000
"""More than keys and attribute names take of an item."""


def test_no_part_is_too_large_even_if_nothing_can_be_compressed():
    chance = random.Random(7)
    names = {"".join(chr(chance.randrange(0x20000, 0x2A6D0)) for _ in range(30)) for _ in range(5_000)}
    parts = tag_parts(names)
    assert {name for part in parts for name in names_in(part)} == names
    assert max(map(len, parts)) < LIMIT - ITEM


def test_five_thousand_plain_names_take_two_items():
    parts = tag_parts(f"sprint-{number}-of-the-website" for number in range(5_000))
    assert len(parts) == 2
    assert sum(map(len, parts)) < 60_000


def test_who_needs_no_tags_reads_one_item_and_a_lost_part_is_asked_for_anew(table, ledger, account):
    plain = Directory((), (), START)
    ledger.put_directory(plain)
    asked = []
    get = table.get
    table.get = lambda pk, sk: asked.append(sk) or get(pk, sk)
    assert ledger.directory() == plain
    assert asked == ["directory"]
    ledger.put_directory(Directory((), (), START, Tags(frozenset({"bug"}), START)))
    table.delete(f"{account}#directory", "tags#000")
    assert ledger.directory() == plain
