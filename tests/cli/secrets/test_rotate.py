"""`secrets rotate`: which steps it takes, that it can be stopped anywhere, and what two at once are told."""

import pytest

from chalicelib.aws.secrets import CACHE_MS
from cli.secrets.rotation import OLD_MS

NAME = "github-webhook-secrets"
OLD, NEW = "the-old-one-of-before", "the-new-one-of-after"
MINUTE_MS = 60_000


@pytest.fixture
def settled(vault):
    vault.put(NAME, OLD)
    return vault


def begin(run, *more, typed=f"{NEW}\n"):
    return run("rotate", NAME, "--yes", *more, typed=typed)


def at(vault):
    return vault.value(NAME).split(",")


def test_both_count_before_the_new_one_leads_and_github_is_changed_after_that(run, settled):
    began, seen = settled.clock.now(), []
    settled.ssm.before_put += [lambda: None, lambda: seen.append((at(settled), settled.clock.now() - began))]
    result = begin(run)
    assert result.exit_code == 0
    assert seen == [([OLD, NEW], pytest.approx(OLD_MS, abs=15_000))]
    assert seen[0][1] >= OLD_MS > CACHE_MS
    assert at(settled) == [NEW, OLD]
    said = result.stderr
    assert said.index("min left") < said.index("every function takes both") < said.index("change it now at GitHub")
    assert f"tallyhook --stage dev secrets rotate {NAME} --finish" in said


def test_afterwards_the_old_one_is_dropped(run, settled):
    begin(run)
    settled.clock.advance(days=2)
    result = run("rotate", NAME, "--finish", "--yes")
    assert (result.exit_code, at(settled)) == (0, [NEW])
    assert "is refused" in result.stderr


def test_finishing_at_once_waits_until_every_function_signs_with_the_new_one(run, settled):
    begin(run)
    led = settled.clock.now()
    run("rotate", NAME, "--finish", "--yes")
    assert settled.clock.now() - led >= OLD_MS


def test_finishing_later_waits_for_nothing(run, settled):
    begin(run)
    later = settled.clock.advance(minutes=7)
    run("rotate", NAME, "--finish", "--yes")
    assert (settled.clock.now(), at(settled)) == (later, [NEW])


class Impatient(BaseException):
    """A test's clock that is out of patience."""


def stop_after(vault, naps, error):
    """Let the clock sleep so often, then raise."""
    sleep = vault.clock.sleep_until

    def sleep_until(instant):
        if len(vault.clock.slept_until) >= naps:
            vault.clock.sleep_until = sleep
            raise error
        sleep(instant)

    vault.clock.sleep_until = sleep_until


def test_ctrl_c_says_how_to_go_on_and_running_it_again_adds_no_third_secret(run, settled):
    stop_after(settled, 2, KeyboardInterrupt())
    stopped = begin(run)
    assert (stopped.exit_code, at(settled)) == (130, [OLD, NEW])
    assert f"tallyhook --stage dev secrets rotate {NAME}` goes on" in stopped.stderr
    assert "change it now" not in stopped.stderr
    settled.clock.advance(minutes=1)
    since = settled.clock.now()
    again = begin(run, typed="another-one-by-mistake\n")
    assert (again.exit_code, at(settled)) == (0, [NEW, OLD])
    assert OLD_MS - 3 * MINUTE_MS - 5_000 <= settled.clock.now() - since <= OLD_MS - 3 * MINUTE_MS + 15_000


@pytest.mark.parametrize("naps", range(6))
def test_wherever_it_dies_another_run_brings_it_to_the_same_end(run, settled, naps):
    stop_after(settled, naps, Impatient())
    with pytest.raises(Impatient):
        begin(run)
    assert at(settled) == [OLD, NEW]
    assert begin(run).exit_code == 0
    assert (at(settled), settled.version(NAME)) == ([NEW, OLD], 3)


@pytest.mark.parametrize("lost", ["before", "after"])
@pytest.mark.parametrize("number", [1, 2])
def test_an_answer_that_is_lost_loses_no_secret(run, settled, lost, number):
    losing = [lambda: None] * (number - 1) + [lambda: setattr(settled.ssm, "lost", lost)]
    settled.ssm.before_put += losing
    first = begin(run)
    assert first.exit_code == (0 if lost == "after" else 1)
    assert OLD in at(settled)
    assert begin(run).exit_code == 0
    assert at(settled) == [NEW, OLD]


def test_running_it_once_more_only_repeats_what_is_to_be_done(run, settled):
    begin(run)
    version, since = settled.version(NAME), settled.clock.now()
    again = begin(run, typed="")
    assert (again.exit_code, settled.version(NAME), settled.clock.now()) == (0, version, since)
    assert "change it now at GitHub" in again.stderr


def test_a_sleep_that_ends_early_cuts_no_wait_short(run, settled):
    """As where the clock here is set forward: the wait is counted by AWS's."""
    began, leads, sleep = settled.clock.now(), [], settled.clock.sleep_until
    settled.ssm.before_put += [lambda: None, lambda: leads.append(settled.clock.now())]

    def woken(_instant):
        settled.clock.sleep_until = sleep
        settled.clock.advance(seconds=1)

    settled.clock.sleep_until = woken
    begin(run)
    assert leads[0] - began >= OLD_MS


def test_undoing_before_the_new_one_led_drops_it_at_once(run, settled):
    stop_after(settled, 1, KeyboardInterrupt())
    begin(run)
    assert run("rotate", NAME, "--undo", "--yes").exit_code == 0
    assert at(settled) == [OLD]


def test_undoing_afterwards_turns_the_rotation_round(run, settled):
    begin(run)
    assert run("rotate", NAME, "--undo", "--yes").exit_code == 0
    assert at(settled) == [OLD, NEW]
    run("rotate", NAME, "--finish", "--yes")
    assert at(settled) == [OLD]


@pytest.mark.parametrize(
    ("value", "words", "code", "said"),
    [
        (None, (), 1, "secrets set"),
        (OLD, ("--finish",), 1, "no rotation"),
        (OLD, ("--undo",), 1, "no rotation"),
        ("a,b", (), 1, "2 secrets that no rotation put there"),
        ("a,b", ("--finish",), 1, "2 secrets that no rotation put there"),
        ("a,b,c", (), 1, "3 secrets"),
        (OLD, ("--finish", "--undo"), 2, "one of"),
        (OLD, ("--finish", "--out", "f"), 2, "one of"),
    ],
)
def test_where_there_is_nothing_to_do_nothing_is_done(run, vault, value, words, code, said):
    if value is not None:
        vault.put(NAME, value)
    result = begin(run, *words)
    assert (result.exit_code, said in result.stderr, vault.value(NAME)) == (code, True, value)


def test_finishing_too_early_is_refused(run, settled):
    stop_after(settled, 1, KeyboardInterrupt())
    begin(run)
    result = run("rotate", NAME, "--finish", "--yes")
    assert (result.exit_code, at(settled)) == (1, [OLD, NEW])


def test_what_holds_one_secret_is_set_and_not_rotated(run, vault):
    vault.put("noko-token", "t")
    result = run("rotate", "noko-token")
    assert (result.exit_code, "secrets set noko-token" in result.stderr) == (2, True)


def test_the_secret_that_is_there_is_no_new_one(run, settled):
    assert begin(run, typed=OLD).exit_code == 1
    assert at(settled) == [OLD]


def test_a_hand_that_changes_the_list_in_between_is_noticed_and_its_list_stays(run, settled):
    sleep = settled.clock.sleep_until

    def meanwhile(instant):
        settled.clock.sleep_until = sleep
        settled.put(NAME, "somebody,else", Description=settled.parameters.read(NAME).note)
        sleep(instant)

    settled.clock.sleep_until = meanwhile
    result = begin(run)
    assert (result.exit_code, at(settled)) == (1, ["somebody", "else"])
    assert "somebody else" in result.stderr
    assert "change it now" not in result.stderr


def test_two_who_rotate_at_once_are_told_and_the_old_secret_goes_on_counting(run, settled):
    rival = f"{OLD},the-rivals"
    settled.ssm.before_put.append(lambda: settled.put(NAME, rival))
    result = begin(run)
    assert (result.exit_code, "somebody else" in result.stderr) == (1, True)
    assert OLD in at(settled)
    assert "change it now" not in result.stderr


def test_two_who_take_the_same_step_at_once_agree(run, settled):
    settled.ssm.before_put += [lambda: None, lambda: settled.put(NAME, f"{NEW},{OLD}")]
    assert begin(run).exit_code == 0
    settled.clock.advance(minutes=10)
    assert run("rotate", NAME, "--finish", "--yes").exit_code == 0
    assert at(settled) == [NEW]


@pytest.mark.parametrize("words", [(), ("--finish",), ("--undo",)])
def test_nothing_is_changed_unasked(run, settled, words):
    if words:
        begin(run)
    before, version = at(settled), settled.version(NAME)
    assert run("rotate", NAME, *words, typed=f"{NEW}\n").exit_code == 2
    typed = "n\n" if words else f"{NEW}\n{NEW}\nn\n"
    assert run("rotate", NAME, *words, typed=typed, attended=True).exit_code == 1
    assert (at(settled), settled.version(NAME)) == (before, version)


def test_who_answers_slowly_overwrites_nothing(run, settled):
    begin(run)
    settled.clock.advance(hours=1)
    parameters, looks = settled.parameters, []
    read = type(parameters).read

    class Slow(type(parameters)):
        def read(self, name):
            looks.append(name)
            if len(looks) == 2:  # after the question
                settled.put(NAME, "theirs")
            return read(self, name)

    office = settled.office()
    settled.office = lambda: type(office)(Slow(settled.ssm, prefix=settled.prefix), office.routing, office.clock)
    result = run("rotate", NAME, "--finish", "--yes")
    assert (result.exit_code, settled.value(NAME)) == (1, "theirs")
