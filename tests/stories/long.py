"""The long story: one feature on all the ways that code takes, each piece of it to be logged once."""

from stories.person import SAM
from stories.story import DEFAULT_BRANCH, EVERY_BRANCH, Expected, Story

_JANE, _SAM = "jane@acme.example", "sam@acme.example"
_PARTS = (
    ("Draw the gallery [f:45m]", "shop/gallery.py"),
    ("Load thumbnails lazily\n\nOnly those in view are fetched.\n\nTime-Spent: 1h30m", "shop/gallery.py"),
    ("Test the gallery f:30m", "tests/gallery.py"),
    ("Describe the gallery [f:15m]", "docs/gallery.md"),
    ("Fix a typing error in the gallery [f:15m]", "docs/gallery.md"),
)


def tell(repo):
    """A feature is written, rebased twice, squashed, picked to a release, reverted, and applied again by the queue."""
    repo.commit("main", "Open the shop", files={"shop/__init__.py": "", "shop/gallery.py": "", "docs/gallery.md": ""})
    repo.branch("release/1.x")
    repo.push("main", by=SAM)
    repo.push("release/1.x", by=SAM)
    repo.branch("gallery")
    for number, (message, path) in enumerate(_PARTS):
        repo.commit("gallery", message, files={path: f"{number}\n"})
        if number in {1, 3}:
            repo.push("gallery")
    repo.push("gallery")
    for number in range(2):
        repo.wait(hours=20)
        repo.commit("main", f"Round the tax ({number + 1}) [f:20m]", by=SAM, files={"shop/tax.py": f"{number}\n"})
        repo.push("main", by=SAM)
        repo.rebase("gallery")
        repo.force_push("gallery")
    repo.wait(hours=3)
    squashed = repo.squash_merge("gallery", number=7, title="The gallery", by=SAM)
    repo.delete("gallery")
    repo.wait(hours=1)
    repo.cherry_pick(squashed, "release/1.x", by=SAM, names_source=True)
    repo.push("release/1.x", by=SAM)
    repo.wait(hours=5)
    reverted = repo.revert(squashed, "main", by=SAM)
    repo.push("main", by=SAM)
    repo.wait(hours=15)
    repo.branch("gallery-again")
    repo.revert(reverted, "gallery-again")
    repo.commit("gallery-again", "Bound the cache of thumbnails [f:25m]", files={"shop/gallery.py": "bounded\n"})
    repo.push("gallery-again")
    repo.merge_queue("gallery-again", number=9, title="The gallery, again")
    repo.delete("gallery-again")


_TAXES = (Expected(_SAM, 20, "2026-07-02"), Expected(_SAM, 20, "2026-07-03"))

LONG = Story(
    name="one feature on all ways",
    tell=tell,
    logged={
        EVERY_BRANCH: (
            Expected(_JANE, 45, "2026-07-01"),
            Expected(_JANE, 90, "2026-07-01"),
            Expected(_JANE, 30, "2026-07-01"),
            Expected(_JANE, 15, "2026-07-01"),
            Expected(_JANE, 15, "2026-07-01"),
            Expected(_JANE, 25, "2026-07-04"),
            *_TAXES,
        ),
        # The squash sums what its bullets say; its date is that of the merge.
        DEFAULT_BRANCH: (Expected(_JANE, 195, "2026-07-03"), Expected(_JANE, 25, "2026-07-04"), *_TAXES),
    },
    why="each of the five pieces arrives in eleven commits or more, under nine SHAs",
)
