"""Each sentence of the copy rule: pushes to branches, and what each commit in them turns out to be."""

import random
import time

from chalicelib.domain.arrival import Arrival
from chalicelib.domain.copy_rule import Newcomer, place, place_piece
from chalicelib.domain.work import Role

SECOND = 1000
JANE, SAM = ("e:jane@acme.example",), ("e:sam@acme.example",)


def commit(key, minutes=15, *, files="f", who=JANE, **more):
    return Newcomer(key, minutes, files, who, **more)


class Repository:
    """Pushes in order, one a minute, of commits that all have one title; `roles` and `of` are by key."""

    def __init__(self):
        self.works = ()
        self.minute = 0

    def push(self, branch, *commits, at=None, **how):
        self.minute += 1
        at = 60 * SECOND * self.minute if at is None else at
        self.works = place(self.works, commits, arrival=Arrival(branch, commits[-1].key, **how), at=at)
        return [self.role(each.key) for each in commits]

    def squash(self, key, minutes, *, branch="main", piece=0, listed=True, at=None, **how):
        at = 60 * SECOND * (self.minute + 1) if at is None else at
        arrival = Arrival(branch, key, **how)
        args = {"key": key, "piece": piece, "minutes": minutes, "listed": listed, "arrival": arrival, "at": at}
        self.works = place_piece(self.works, **args)
        return next(s for w in self.works for s in w.sightings if s.key == key and s.piece == piece)

    def role(self, key):
        return self.seen(key).role

    def seen(self, key):
        return next(s for work in self.works for s in work.commits() if s.key == key)


def pushed(*commits, branch="feature", **how):
    repository = Repository()
    repository.push(branch, *(commits or (commit("a"),)), **{"created": True, **how})
    return repository


def test_a_key_is_never_its_own_copy():
    repository = pushed()
    assert repository.push("feature", commit("a"), forced=True) == [Role.OWN]
    assert repository.push("other", commit("a"), created=True) == [Role.OWN]


def test_an_ordinary_push_to_the_same_branch_brings_genuine_repeats():
    assert pushed().push("feature", commit("b"), commit("c")) == [Role.OWN, Role.OWN]


def test_a_forced_push_brings_copies_of_what_the_branch_held():
    repository = pushed()
    assert repository.push("feature", commit("b"), forced=True) == [Role.COPY]
    assert repository.seen("b").of == "a"


def test_a_new_branch_and_another_branch_bring_copies():
    repository = pushed()
    assert repository.push("new", commit("b"), created=True) == [Role.COPY]
    assert repository.push("main", commit("c")) == [Role.COPY]


def test_a_branch_that_was_deleted_and_made_again_brings_copies():
    assert pushed().push("feature", commit("b"), created=True) == [Role.COPY]


def test_three_equal_commits_of_a_new_branch_are_three_works():
    assert pushed().push("new", commit("a1", 30), commit("a2", 30), commit("a3", 30), created=True) == [Role.OWN] * 3


def test_of_k_commits_alike_min_k_n_are_copies():
    for known in range(4):
        for new in range(1, 5):
            repository = Repository()
            if known:
                repository.push("feature", *(commit(f"a{n}") for n in range(known)), created=True)
            roles = repository.push("feature", *(commit(f"b{n}") for n in range(new)), forced=True)
            assert roles.count(Role.COPY) == min(known, new)
            assert roles.count(Role.OWN) == new - min(known, new)


def test_copies_of_copies_do_not_count_as_works():
    repository = pushed()
    repository.push("feature", commit("b"), forced=True)
    assert repository.push("feature", commit("c"), commit("d"), forced=True) == [Role.COPY, Role.OWN]


def test_another_person_other_files_or_other_minutes_elsewhere_are_another_work():
    others = (commit("b", who=SAM), commit("c", files="g"), commit("d", 30))
    assert pushed().push("new", *others, created=True) == [Role.OWN] * 3


def test_a_person_is_recognised_under_any_of_the_names():
    repository = pushed(commit("a", who=("e:jane@acme.example", "l:jane-dev")))
    assert repository.push("main", commit("b", who=("e:7+jane-dev@users.noreply.github.com", "l:jane-dev"))) == [
        Role.COPY
    ]


def test_other_minutes_in_a_forced_push_amend():
    repository = pushed(commit("a", 300))
    assert repository.push("feature", commit("b", 30), forced=True) == [Role.AMENDS]
    assert repository.seen("b").of == "a"


def test_an_amendment_is_rebased_and_merged_as_itself():
    repository = pushed(commit("a", 300))
    repository.push("feature", commit("b", 30), forced=True)
    assert repository.push("feature", commit("c", 30), forced=True) == [Role.COPY]
    assert repository.push("main", commit("d", 30)) == [Role.COPY]
    assert repository.seen("d").of in {"b", "c"}


def test_an_amendment_taken_back_is_an_amendment_again():
    repository = pushed(commit("a", 300))
    repository.push("feature", commit("b", 30), forced=True)
    assert repository.push("feature", commit("c", 300), forced=True) == [Role.AMENDS]


def test_of_several_alike_the_last_is_amended():
    repository = pushed(commit("a"), commit("b"))
    repository.push("feature", commit("c", 30), forced=True)
    assert repository.seen("c").of == "b"
    # The one that was amended and the one that was not are both merged.
    assert repository.push("main", commit("d"), commit("e", 30)) == [Role.COPY, Role.COPY]


def test_a_squash_amends_nothing():
    assert pushed().push("feature", commit("b", 60, is_squash=True), forced=True) == [Role.OWN]


def test_of_two_pushes_the_later_decides_whichever_is_looked_at_first():
    first, then = {"at": 60 * SECOND, "created": True}, {"at": 120 * SECOND, "forced": True}
    for order in ((first, then), (then, first)):
        repository = Repository()
        roles = [repository.push("feature", commit(key), **how) for key, how in zip("ab", order, strict=True)]
        assert roles == [[Role.OWN], [Role.COPY]]


def test_repeats_of_one_branch_stay_two_though_the_rebase_is_opened_first():
    repository = Repository()
    repository.push("feature", commit("x"), commit("y"), at=180 * SECOND, forced=True)
    assert repository.push("feature", commit("a"), at=60 * SECOND, created=True) == [Role.COPY]
    assert repository.push("feature", commit("b"), at=120 * SECOND) == [Role.COPY]
    assert repository.push("feature", commit("c"), at=150 * SECOND) == [Role.OWN]


def test_what_was_amended_before_it_came_is_superseded():
    repository = Repository()
    repository.push("feature", commit("b", 30), at=120 * SECOND, forced=True)
    assert repository.push("feature", commit("a", 300), at=60 * SECOND, created=True) == [Role.SUPERSEDED]


def test_the_authors_date_tells_two_equal_works_apart_and_two_unequal_ones_together():
    repository = pushed(commit("a", authored_at=1))
    assert repository.push("main", commit("b", authored_at=2)) == [Role.OWN]
    assert repository.push("main", commit("c", files="conflict", authored_at=1)) == [Role.COPY]
    assert repository.push("feature", commit("d", authored_at=2)) == [Role.COPY]


def test_an_amendment_with_other_files_is_known_by_the_authors_date():
    repository = pushed(commit("a", 300, authored_at=1))
    assert repository.push("feature", commit("b", 30, files="g", authored_at=1), forced=True) == [Role.AMENDS]


def test_githubs_squash_of_one_commit_is_a_copy_whoever_pressed_the_button_and_whatever_came_with_it():
    repository = pushed()
    assert repository.push("main", commit("b", files="g", who=SAM, number="(GH-7)")) == [Role.COPY]
    assert repository.push("main", commit("c", files="g", who=SAM, number="(GH-8)")) == [Role.OWN]


def test_githubs_squash_of_one_commit_that_is_opened_first_takes_the_commit_in():
    repository = Repository()
    repository.push("main", commit("b", files="g", who=SAM, number="(GH-7)"), at=120 * SECOND)
    assert repository.push("feature", commit("a"), at=60 * SECOND, created=True) == [Role.COPY]
    assert repository.push("feature", commit("c"), at=180 * SECOND) == [Role.OWN]


def test_a_squash_that_github_listed_is_one_work_wherever_it_lands_again():
    squash = {"number": "(GH-7)", "listed": True, "is_squash": True}
    repository = pushed(commit("a", 60, **squash), branch="main", created=False)
    assert repository.push("main", commit("b", 60, **squash)) == [Role.COPY]
    assert repository.push("release", commit("c", 60, files="conflict", **squash)) == [Role.COPY]
    assert repository.push("main", commit("d", 60, **(squash | {"number": "(GH-8)"}))) == [Role.OWN]


def test_a_listed_piece_is_compared_by_minutes_only():
    repository = pushed(commit("a", who=SAM), branch="main", created=False)
    assert repository.squash("s", 15).of == "a"
    assert repository.squash("s", 15, piece=1).role is Role.OWN
    assert repository.squash("t", 30).role is Role.OWN


def test_a_piece_by_hand_is_one_only_where_work_can_have_been_moved():
    assert pushed().squash("s", 15, branch="feature", listed=False).role is Role.OWN
    assert pushed().squash("s", 15, branch="feature", listed=False, forced=True).role is Role.COPY
    assert pushed().squash("s", 15, branch="other", listed=False).role is Role.COPY


def test_a_piece_prefers_work_whose_minutes_still_hold():
    repository = pushed(commit("a"), commit("b"))
    repository.push("feature", commit("c", 30), forced=True)
    assert repository.squash("s", 15).of == "a"
    assert repository.squash("s", 30, piece=1).role is Role.COPY


def test_a_squash_that_is_opened_first_takes_its_commits_in():
    repository = Repository()
    repository.squash("s", 15, at=120 * SECOND)
    assert repository.push("feature", commit("a"), at=60 * SECOND, created=True) == [Role.COPY]
    assert repository.seen("a").of == "s"
    assert repository.push("feature", commit("b"), at=60 * SECOND) == [Role.OWN]


def test_a_commit_that_comes_after_a_squash_is_none_of_its_pieces():
    repository = Repository()
    repository.squash("s", 15, at=60 * SECOND)
    assert repository.push("feature", commit("a"), at=120 * SECOND, created=True) == [Role.OWN]


def test_telling_it_again_changes_nothing():
    repository = pushed(commit("a"), commit("b"))
    repository.push("feature", commit("c"), commit("d"), forced=True)
    before = repository.works
    repository.push("feature", commit("c"), commit("d"), forced=True)
    assert repository.works == before


def test_one_push_told_in_two_deliveries_brings_no_copies_of_itself():
    push = {"arrival": Arrival("new", "z", created=True), "at": SECOND}
    works = place((), [commit("a")], **push)
    assert [s.role for work in place(works, [commit("b")], **push) for s in work.commits()] == [Role.OWN, Role.OWN]


def _seconds(count, who):
    known = place((), [commit(f"a{n}", who=who(n)) for n in range(count)], arrival=Arrival("b", "x"), at=SECOND)
    new = [commit(f"b{n}", who=who(n + 1)) for n in range(count)]
    began = time.process_time()
    after = place(known, new, arrival=Arrival("b", "y", forced=True), at=2 * SECOND)
    took = time.process_time() - began
    assert all(len(work.sightings) == 2 for work in after)
    return took


def test_a_push_as_large_as_they_get_takes_less_than_a_second():
    names = (JANE, SAM)
    for who in (lambda _: JANE, lambda n: names[n % 2]):
        small, large = _seconds(2_048, who), _seconds(4_096, who)
        assert small < 1
        assert large < 5 * small + 0.2


def test_minutes_and_persons_never_mix():
    """Whatever comes, in any order: the works of a title know no copy of other minutes or of somebody else."""
    chance = random.Random(5)
    repository = Repository()
    for nth in range(400):
        how = chance.choice(({}, {"forced": True}, {"created": True}))
        new = [commit(f"{nth}-{n}", chance.choice((15, 30)), who=chance.choice((JANE, SAM))) for n in range(3)]
        repository.push(chance.choice("ab"), *new, at=chance.randint(1, 50) * SECOND, **how)
    by_key = {s.key: (s, work) for work in repository.works for s in work.commits()}
    assert all(len(work.who) == 1 for work in repository.works)
    assert all(by_key[s.of][0].minutes == s.minutes for s, _ in by_key.values() if s.role is Role.COPY)
