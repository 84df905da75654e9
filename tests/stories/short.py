"""The short stories: one thing each that is easily logged twice, or not at all."""

from stories.person import JANE, SAM
from stories.story import DEFAULT_BRANCH, EVERY_BRANCH, Expected, Story

_JANE, _SAM = "jane@acme.example", "sam@acme.example"


def _two_authors(repo):
    repo.branch("basket")
    repo.commit("basket", "Keep the basket [f:1h]", files={"shop/basket.py": "kept\n"})
    repo.push("basket")
    repo.commit("basket", "Test the basket [f:45m]", by=SAM, files={"tests/basket.py": "1\n"})
    repo.push("basket", by=SAM)
    repo.wait(hours=2)
    repo.squash_merge("basket", number=11, title="Keep the basket when the session ends")


def _amended(repo):
    repo.branch("till")
    repo.commit("till", "Fix the till [f:5h]", files={"shop/till.py": "fixed\n"})
    repo.push("till")
    repo.wait(minutes=4)
    repo.amend("till", "Fix the till [f:30m]")
    repo.force_push("till")
    repo.rebase_merge("till")


def _three_equal(repo):
    repo.branch("stock")
    for number in range(3):
        repo.commit("stock", "wip [f:15m]", files={"shop/stock.py": f"{number}\n"})
    repo.push("stock")
    repo.wait(hours=1)
    repo.rebase_merge("stock")


def _six_weeks(repo):
    repo.branch("search")
    repo.commit("search", "Find by colour [f:2h]", files={"shop/search.py": "colour\n"})
    repo.commit("search", "Find by size [f:1h]", files={"shop/search.py": "size\n"})
    repo.push("search")
    repo.wait(weeks=6)
    repo.squash_merge("search", number=13, title="Search the shop")


def _two_genuine(repo):
    repo.branch("export")
    repo.commit("export", "wip [f:15m]", files={"shop/export.py": "1\n"})
    repo.push("export")
    repo.wait(days=1)
    repo.commit("export", "wip [f:15m]", files={"shop/export.py": "2\n"})
    repo.push("export")
    repo.wait(hours=1)
    repo.merge_commit("export", number=14, title="Export to CSV")


def _single(repo):
    repo.branch("vat")
    repo.commit("vat", "Round the tax once [f:40m]\n\nOn the total, as the law says.", files={"shop/vat.py": "1\n"})
    repo.push("vat")
    repo.wait(hours=30)
    repo.squash_merge("vat", number=12, by=SAM)


def _titled_like_its_first_commit(repo):
    repo.branch("prices")
    repo.commit("prices", "Import the prices [f:30m]", files={"shop/prices.py": "1\n"})
    repo.push("prices")
    repo.commit("prices", "Import them nightly [f:45m]", files={"shop/prices.py": "2\n"})
    repo.push("prices")
    # GitHub proposes the subject of the only commit as title, and nobody changes it when more are pushed.
    repo.squash_merge("prices", number=15, title="Import the prices [f:30m]")


def _picked_without_a_trace(repo):
    repo.branch("release/1.x")
    repo.push("release/1.x", by=SAM)
    fixed = repo.commit("main", "Refuse an empty basket [f:35m]", files={"shop/basket.py": "2\n"})
    repo.push("main")
    repo.wait(days=2)
    repo.commit("release/1.x", "Say which release it is", by=SAM)
    repo.cherry_pick(fixed, "release/1.x", by=SAM)
    repo.push("release/1.x", by=SAM)


def _applied_again_by_a_pick(repo):
    repo.branch("login")
    repo.commit("login", "Log in by mail [f:1h]", files={"shop/login.py": "1\n"})
    repo.push("login")
    repo.commit("login", "Bound the mails [f:30m]", files={"shop/login.py": "2\n"})
    repo.push("login")
    squashed = repo.squash_merge("login", number=16, title="Log in by mail")
    repo.delete("login")
    repo.wait(hours=2)
    repo.revert(squashed, "main", by=SAM)
    repo.push("main", by=SAM)
    repo.wait(hours=20)
    repo.cherry_pick(squashed, "main", by=JANE)
    repo.push("main")


def _folded_by_hand(repo):
    repo.branch("rates")
    repo.commit("rates", "Fetch the rates [f:30m]", files={"shop/rates.py": "1\n"})
    repo.commit("rates", "Keep the rates [f:45m]\n\nFor an hour.", files={"shop/rates.py": "2\n"})
    repo.push("rates")
    repo.wait(hours=20)
    repo.fold("rates")
    repo.force_push("rates")
    repo.rebase_merge("rates")


def _only(**logged):
    return {EVERY_BRANCH: logged["every"], DEFAULT_BRANCH: logged["default"]}


_FIRST, _SECOND = "2026-07-01", "2026-07-02"

SHORT = (
    Story(
        "two authors, squashed by one",
        _two_authors,
        # Co-authors are listed and not logged: what is known only by the squash is its author's.
        _only(every=(Expected(_JANE, 60, _FIRST), Expected(_SAM, 45, _FIRST)), default=(Expected(_JANE, 105, _FIRST),)),
    ),
    Story(
        "an amended amount",
        _amended,
        _only(every=(Expected(_JANE, 300, _FIRST),), default=(Expected(_JANE, 30, _FIRST),)),
        asks={EVERY_BRANCH: (30,), DEFAULT_BRANCH: ()},
        why="5 h were logged before anybody knew better: a person has to see the 30 minutes",
    ),
    Story(
        "three equal messages in one push",
        _three_equal,
        _only(every=(Expected(_JANE, 15, _FIRST),) * 3, default=(Expected(_JANE, 15, _FIRST),) * 3),
    ),
    Story(
        "a squash after six weeks",
        _six_weeks,
        _only(
            every=(Expected(_JANE, 120, _FIRST), Expected(_JANE, 60, _FIRST)),
            default=(Expected(_JANE, 180, "2026-08-12"),),
        ),
    ),
    Story(
        "two equal messages a day apart",
        _two_genuine,
        _only(
            every=(Expected(_JANE, 15, _FIRST), Expected(_JANE, 15, _SECOND)),
            default=(Expected(_JANE, 15, _FIRST), Expected(_JANE, 15, _SECOND)),
        ),
    ),
    Story(
        "a squash of one commit",
        _single,
        _only(every=(Expected(_JANE, 40, _FIRST),), default=(Expected(_JANE, 40, _SECOND),)),
        why="the subject has a number, the author a noreply address, and the date is that of the merge",
    ),
    Story(
        "a squash titled like its first commit",
        _titled_like_its_first_commit,
        # The title repeats the first bullet: 30 + 30 + 45 would be wrong.
        _only(every=(Expected(_JANE, 30, _FIRST), Expected(_JANE, 45, _FIRST)), default=(Expected(_JANE, 75, _FIRST),)),
    ),
    Story(
        "a cherry-pick that does not say so",
        _picked_without_a_trace,
        _only(every=(Expected(_JANE, 35, _FIRST),), default=(Expected(_JANE, 35, _FIRST),)),
    ),
    Story(
        "a squash applied again by a cherry-pick",
        _applied_again_by_a_pick,
        # Where each commit is logged once it lands, one that lands again under another SHA is another commit.
        _only(
            every=(Expected(_JANE, 60, _FIRST), Expected(_JANE, 30, _FIRST)),
            default=(Expected(_JANE, 90, _FIRST), Expected(_JANE, 90, _SECOND)),
        ),
    ),
    Story(
        "a squash by hand",
        _folded_by_hand,
        _only(
            every=(Expected(_JANE, 30, _FIRST), Expected(_JANE, 45, _FIRST)), default=(Expected(_JANE, 75, _SECOND),)
        ),
        why="one message holds both, one after the other",
    ),
)
