import pytest

from chalicelib.domain.entry import form_source_url
from chalicelib.domain.source_url import Commit, commit_of, is_marked

SHA = "0123456789abcdef" * 2 + "01234567"


@pytest.mark.parametrize(
    ("url", "commit"),
    [
        (f"https://github.com/acme/website/commit/{SHA}", Commit("acme/website", SHA)),
        (f"https://github.com/acme/website/commit/{SHA.upper()}", Commit("acme/website", SHA)),
        (f"https://git.acme.example/a/b/commit/{SHA}{SHA[:24]}", Commit("a/b", SHA + SHA[:24])),
        (f"https://github.com/acme/website/commit/{SHA[:7]}", None),
        (f"https://github.com/acme/website/commit/{SHA}/files", None),
        (f"https://github.com/acme/website/commit/{SHA}\n", None),
        (f"https://github.com/website/commit/{SHA}", None),
        (f"http://github.com/acme/website/commit/{SHA}", None),
        (f"https://github.com/acme/website/pull/1/commit/{SHA}", None),
        ("https://github.com/acme/website", None),
        ("", None),
        (None, None),
    ],
)
def test_only_the_page_of_a_commit_names_one(url, commit):
    assert commit_of(url) == commit


def test_a_link_that_was_made_unique_to_a_key_is_known_by_its_end():
    assert is_marked(form_source_url("https://forms.example/7", "form:timesheet:7"))
    assert not is_marked("https://forms.example/7#th-1234567")
    assert not is_marked("https://forms.example/7#th-12345678 ")
    assert not is_marked("https://forms.example/7#th-12345678\n")
    assert not is_marked(None)
