"""What is wrong in a routing file is told with its place and what would be right."""

import pytest
from routing_text import problem

from chalicelib.routing_file.document import load


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("repository = []", "unknown section 'repository'; did you mean 'repositories'?"),
        ("zzz = 1", "unknown section 'zzz'; known sections are defaults, repositories, people,"),
        ("[defaults]\nzzz = 1", "unknown key 'zzz' in [defaults]; known keys are mode, timezone,"),
        ("[defaults]\npace = 1", "unknown key 'pace' in [defaults]; known keys are"),
        ('[defaults]\n"a\\nb" = 1', "unknown key 'a\\ufffdb' in [defaults]".replace("\\ufffd", "\ufffd")),
        ("[repositories]", "repositories has too few brackets; write [[repositories]]"),
        ("[[defaults]]", "defaults has too many brackets; write [defaults]"),
        ("defaults = 5", "defaults is the number 5, not a section; write [defaults]"),
        ("people = [5]", "people is the number 5, not a section; write [[people]]"),
        ('[[forms]]\nname = "t"\nfields = []', "fields in [[forms]] has too many brackets; write [forms.fields]"),
    ],
)
def test_a_section_or_key_that_is_not_known_is_told_with_those_that_are(text, said):
    assert said in problem(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("mode = 5", 'is the number 5, not a string; write mode = "live"'),
        ('mode = "watch"', 'there is no "watch"; write one of "live", "observe"'),
        ('mode = "Live"', 'there is no "Live"; did you mean "live"?'),
        ('timezone = "Berlin"', 'there is no time zone "Berlin"; did you mean "Europe/Berlin"?'),
        ('timezone = "europe/berlin"', 'did you mean "Europe/Berlin"?'),
        ('timezone = "America/New York"', 'did you mean "America/New_York"?'),
        ('timezone = "../etc/passwd"', "there is no time zone"),
        ('timezone = "Europe"', "there is no time zone"),
        ('timezone = ""', 'write a name such as "Europe/Berlin" or "UTC"'),
        ('project = ""', '"" is no Noko project; write its name or id'),
        ("project = 0", "0 is no Noko project"),
        ("project = -1", "-1 is no Noko project"),
        ("project = true", "true is no Noko project"),
        ("project = 2147483648", "ids go up to 2147483647"),
        ("project = 1.5", "1.5 is no Noko project"),
        ('branches = "main"', 'is the string "main", not a list; write branches = ["main", "release/*"]'),
        ('branches = ["refs/heads/main"]', 'is a ref, not a branch; write "main"'),
        ('branches = ["!main"]', "nothing can be excluded"),
        ('branches = ["v[0-9]"]', '"v[0-9]" matches no branch; write a pattern such as "release/*"'),
        ('branches = [""]', '"" matches no branch'),
        ('branches = ["main\\n"]', "matches no branch"),
        ('tags = ["12*"]', '"12*" is the number of an issue, and no tag; write a word, such as "sprint-12"'),
        ('tags = ["#dev"]', 'the # of "#dev" is added by itself; write "dev"'),
        ('tags = ["two words"]', '"two words" is no tag'),
        ('tags = ["a*b"]', '"a*b" is no tag'),
        (f'tags = ["{"x" * 31}"]', "write 1 to 30 characters"),
        (f"tags = {[str(n) for n in range(11)]}", "tags in [defaults] has more than 10 entries; keep 10"),
        ("require_brackets = 1", "is the number 1, not true or false; write require_brackets = true"),
        ('require_brackets = "yes"', 'is the string "yes", not true or false'),
        ('max_minutes = "90"', 'is the string "90", not a whole number'),
        ("max_minutes = 90.0", "is the number 90.0, not a whole number"),
        ("max_minutes = true", "is true, not a whole number"),
        ("max_minutes = 07:30:00", "is a date or time, not a whole number"),
        ("max_minutes = 1441", "is more than 1440; write 1440 or less"),
        ("minutes_per_day = 0", "is less than 1; write 1 or more"),
        ("max_age_days = 0", "is less than 1; write 1 or more"),
    ],
)
def test_a_default_of_the_wrong_kind_is_told_with_what_would_be_right(line, said):
    assert said in problem(f"[defaults]\n{line}\n")


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("website", 'write "owner/website" or "*/website"'),
        ("https://github.com/acme/website.git", 'is an address; write "acme/website"'),
        ("git@github.com:acme/website.git", 'is an address; write "acme/website"'),
        ("acme/{web,api}", "only * and ? are special"),
        ("acme/[a-z]*", "only * and ? are special"),
        ("acme/web/site", "matches no owner/name"),
        ("acme/", "matches no owner/name"),
        ("/website", "matches no owner/name"),
        ("acme/web site", "matches no owner/name"),
        ("", "matches no owner/name"),
    ],
)
def test_a_pattern_that_can_match_no_repository_is_a_problem(pattern, said):
    assert said in problem(f'[[repositories]]\nmatch = "{pattern}"\n')


@pytest.mark.parametrize("pattern", ["acme/website", "acme/*", "*/website", "*", "acme*", "a?me/web-?.js_*"])
def test_a_pattern_that_can_match_a_repository_is_taken(pattern):
    assert load(f'[[repositories]]\nmatch = "{pattern}"\n', name="r").repositories[0].match == pattern


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('github = ["@jane"]', '"@jane" has an @ before the login; write "jane"'),
        ('github = ["jane@acme.example"]', "an e-mail belongs into emails"),
        ('github = ["jane doe"]', '"jane doe" is no GitHub login'),
        ('emails = ["jane"]', '"jane" is no e-mail address'),
        ('emails = ["jane@"]', '"jane@" is no e-mail address'),
        ('emails = ["a@b@c"]', "is no e-mail address"),
        ('name = "Jane"', "unknown key 'name' in [[people]]"),
    ],
)
def test_a_name_that_nobody_can_commit_under_is_a_problem(line, said):
    assert said in problem(f"[[people]]\nnoko = 1\n{line}\n")


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ('noko = "a@x.example"', 'noko = "A@X.example"', 'e-mail "A@X.example" is mapped to two [[people]]'),
        ('noko = "a@x.example"', 'noko = 1\nemails = ["a@x.example"]', 'e-mail "a@x.example" is mapped to two'),
        ('noko = 1\ngithub = ["jane"]', 'noko = 2\ngithub = ["Jane"]', 'GitHub login "Jane" is mapped to two'),
        ("noko = 1", "noko = 1", 'user "1" is mapped to two [[people]]'),
    ],
)
def test_a_name_that_two_people_share_is_a_problem_that_names_both_lines(first, second, said):
    text = f"[[people]]\n{first}\n[[people]]\n{second}\n"
    told = problem(text)
    assert said in told
    first_line = 1 + len(first.splitlines())
    assert f"(the other is in line {first_line})" in told
    assert told.startswith(f"routing.toml:{len(text.splitlines())}:")


def test_a_name_that_one_person_has_twice_is_none():
    load('[[people]]\nnoko = "a@x.example"\nemails = ["a@x.example", "A@x.example"]\n', name="r")


def test_a_login_may_read_like_an_id():
    load('[[people]]\nnoko = 1\n[[people]]\nnoko = 2\ngithub = ["1"]\n', name="r")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[forms]]\nname = "Time Sheet"', 'write one such as "time-sheet"'),
        ('[[forms]]\nname = "t"\npreset = "tipeform"', 'did you mean "typeform"?'),
        ('[[forms]]\nname = "t"\npreset = 1', "preset in [[forms]] is the number 1, not a string"),
        ('[[forms]]\nname = "t"\nperson = "submiter"', 'did you mean "submitter"?'),
        ('[[forms]]\nname = "t"\nperson = "x"', 'write "submitter", or the e-mail or id'),
        ('[[forms]]\nname = "t"\nperson = 0', "0 is no Noko user"),
        ('[[forms]]\nname = "t"\n[forms.fields]\nminute = "x"', "did you mean 'minutes'?"),
        ('[[forms]]\nname = "t"\n[forms.fields]\nminutes = ""', "minutes in [forms.fields] is empty"),
        ('[[forms]]\npreset = "tally"', '[[forms]] has no name; add name = "timesheet"'),
        ('[[forms]]\nname = "t"\n[[forms]]\nname = "t"', 'name "t" is used by two [[forms]]'),
        ('[[approvals]]\nname = "w"', '[[approvals]] has no when; add when = "monday 06:00"'),
    ],
)
def test_a_form_or_policy_out_of_shape_is_a_problem(text, said):
    assert said in problem(text)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lookback_days = 2", "no entry is both older than 3 days and younger than 2; let lookback_days be more"),
        ("older_than_days = 93", "no entry is both older than 93 days and younger than 92"),
        ("older_than_days = -1", "older_than_days in [[approvals]] is less than 0; write 0 or more"),
        ("lookback_days = 3661", "lookback_days in [[approvals]] is more than 3660"),
        ("projects = []", "projects in [[approvals]] is empty; leave it out, or name at least one"),
        ("people = []", "people in [[approvals]] is empty"),
        ('people = ["jane"]', '"jane" is no e-mail address'),
        ("tags = []", "tags in [[approvals]] is empty"),
        ('tags = ["dev", "Ops"]\nwithout_tags = ["ops*"]', 'the tag "ops*" is both wanted and not'),
        ("billable = 1", "billable in [[approvals]] is the number 1, not true or false"),
        ("max_minutes = 0", "max_minutes in [[approvals]] is less than 1"),
        ('approved_at = "later"', 'there is no "later"; write one of "now", "due"'),
        ("limit = 0", "limit in [[approvals]] is less than 1"),
        ("limit = 10001", "limit in [[approvals]] is more than 10000"),
        ('notify = ["http://hooks.acme.example/x"]', "is no address to notify"),
        ('notify = ["https://jane:secret@acme.example/x"]', "is no address to notify"),
        ('notify = ["ftp://acme.example/x"]', "is no address to notify"),
    ],
)
def test_a_policy_that_asks_for_what_cannot_be_is_a_problem(line, said):
    assert said in problem(f'[[approvals]]\nname = "w"\nwhen = "monday 06:00"\n{line}\n')


@pytest.mark.parametrize("url", ["https://hooks.acme.example:8443/a?b=c", "http://localhost:9000/x", "http://[::1]/"])
def test_an_address_over_https_or_on_this_machine_can_be_notified(url):
    text = f'[[approvals]]\nname = "w"\nwhen = "monday 06:00"\nnotify = ["{url}"]\n'
    assert load(text, name="r").approvals[0].notify == (url,)


@pytest.mark.parametrize(
    "when", ["monday 06:00", "sunday 23:59", "day 1 09:00", "day 31 00:00", "last working day 18:00"]
)
def test_a_schedule_in_one_of_three_shapes_is_taken(when):
    text = f'[[approvals]]\nname = "w"\nwhen = "{when}"\n'
    assert load(text, name="r").approvals[0].when == when


@pytest.mark.parametrize(
    "when",
    ["monday", "monday 6:00", "monday 24:00", "mon 06:00", "day 0 09:00", "day 32 09:00", "06:00", "day ١ 09:00", ""],
)
def test_another_schedule_is_a_problem(when):
    assert "is no schedule" in problem(f'[[approvals]]\nname = "w"\nwhen = "{when}"\n')
