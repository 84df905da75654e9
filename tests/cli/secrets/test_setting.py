"""`secrets set`: where a value may come from, where it must not go, and what is asked before it counts."""

import stat

import pytest

NAME = "github-webhook-secrets"
SECRET = "lighthouse-lantern-keeper"


def test_a_piped_secret_is_set_without_its_line_end_and_shown_nowhere(run, vault):
    result = run("set", NAME, typed=f"{SECRET}\r\n")
    assert (result.exit_code, vault.value(NAME)) == (0, SECRET)
    assert SECRET not in result.stdout + result.stderr
    assert "within five minutes" in result.stderr


def test_at_a_terminal_it_is_typed_twice_and_not_seen(run, vault):
    result = run("set", "noko-token", typed="token-1\ntoken-1\n", attended=True)
    assert (result.exit_code, vault.value("noko-token")) == (0, "token-1")
    assert "token-1" not in result.stdout + result.stderr


def test_what_is_typed_differently_the_second_time_changes_nothing(run, vault):
    result = run("set", "noko-token", typed="token-1\ntoken-2\n", attended=True)
    assert (result.exit_code, vault.value("noko-token")) == (1, None)


def test_ctrl_c_at_the_prompt_is_130(run, vault):
    assert run("set", "noko-token", typed="", attended=True).exit_code == 130  # Click tells both ends alike
    assert vault.value("noko-token") is None


def test_a_secret_as_an_argument_is_not_taken(run, vault):
    result = run("set", NAME, SECRET)
    assert (result.exit_code, vault.value(NAME)) == (2, None)


@pytest.mark.parametrize(("answer", "code", "value"), [("y", 0, SECRET), ("n", 1, "old"), ("", 1, "old")])
def test_what_is_there_is_replaced_only_if_somebody_says_so(run, vault, answer, code, value):
    vault.put(NAME, "old")
    result = run("set", NAME, typed=f"{SECRET}\n{SECRET}\n{answer}\n", attended=True)
    assert (result.exit_code, vault.value(NAME)) == (code, value)
    assert "the whole list is replaced" in result.stderr


def test_a_pipe_says_yes_beforehand(run, vault):
    vault.put(NAME, "old")
    refused = run("set", NAME, typed=SECRET)
    assert (refused.exit_code, vault.value(NAME)) == (2, "old")
    assert run("set", NAME, "--yes", typed=f"{SECRET},old").exit_code == 0
    assert vault.value(NAME) == f"{SECRET},old"


@pytest.mark.parametrize(("name", "typed"), [("noko-token", "a b"), ("form-desk-password", "hunter2"), (NAME, "a,,b")])
def test_what_no_function_could_use_is_not_set(run, vault, name, typed):
    result = run("set", name, typed=typed)
    assert (result.exit_code, vault.value(name)) == (1, None)
    assert typed not in result.stderr


@pytest.mark.parametrize(("typed", "code"), [("", 2), (b"\xff\xfe", 1)])
def test_what_is_no_text_is_not_set(run, vault, typed, code):
    assert (run("set", NAME, typed=typed).exit_code, vault.value(NAME)) == (code, None)


def test_a_name_that_no_function_reads_is_a_usage_error(run):
    result = run("set", "github-secret", typed=SECRET)
    assert (result.exit_code, NAME in result.stderr) == (2, True)


def test_a_short_secret_is_set_with_a_word(run, vault):
    result = run("set", NAME, typed="hunter2")
    assert (result.exit_code, "can be guessed" in result.stderr, vault.value(NAME)) == (0, True, "hunter2")


def test_a_secret_that_is_made_up_is_in_a_file_that_only_its_owner_reads(run, vault, tmp_path):
    file = tmp_path / "secret.txt"
    result = run("set", NAME, "--out", file)
    made_up = file.read_text(encoding="ascii").strip()
    assert (result.exit_code, vault.value(NAME), len(made_up)) == (0, made_up, 64)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert made_up not in result.stdout + result.stderr


def test_the_file_is_there_before_the_secret_counts(run, vault, tmp_path):
    file = tmp_path / "secret.txt"
    there = []
    vault.ssm.before_put.append(lambda: there.append(file.read_text(encoding="ascii")))
    vault.ssm.lost = "before"
    result = run("set", NAME, "--out", file)
    assert (result.exit_code, len(there[0])) == (1, 65)
    assert "may not be in use" in result.stderr


@pytest.mark.parametrize("kind", ["file", "link", "folder"])
def test_nothing_that_is_there_is_written_over(run, vault, tmp_path, kind):
    file = tmp_path / "secret.txt"
    if kind == "file":
        file.write_text("mine", encoding="ascii")
    elif kind == "link":
        file.symlink_to(tmp_path / "elsewhere")
    result = run("set", NAME, "--out", tmp_path if kind == "folder" else file)
    assert (result.exit_code, vault.value(NAME), (tmp_path / "elsewhere").exists()) == (1, None, False)
    assert kind != "file" or file.read_text(encoding="ascii") == "mine"


def test_a_file_that_cannot_be_made_changes_nothing(run, vault, tmp_path):
    result = run("set", NAME, "--out", tmp_path / "no" / "secret.txt")
    assert (result.exit_code, "No such file" in result.stderr, vault.value(NAME)) == (1, True, None)


def test_a_token_is_made_up_by_others(run, tmp_path):
    result = run("set", "noko-token", "--out", tmp_path / "t")
    assert (result.exit_code, (tmp_path / "t").exists()) == (1, False)


def test_somebody_who_was_faster_is_not_overwritten(run, vault):
    vault.ssm.before_put.append(lambda: vault.put(NAME, "theirs"))
    assert run("set", NAME, typed=SECRET).exit_code == 1
    assert vault.value(NAME) == "theirs"


def test_in_json_it_says_what_there_is_now(run):
    result = run("set", NAME, "--json", typed=f"{SECRET},old")
    assert '"version": 1, "secrets": 2' in result.stdout


def test_setting_a_list_ends_a_rotation(run, vault):
    vault.put(NAME, "old")
    run("rotate", NAME, "--yes", typed="new")
    run("set", NAME, "--yes", typed="other")
    assert (run("rotate", NAME, "--finish", "--yes").exit_code, vault.value(NAME)) == (1, "other")
