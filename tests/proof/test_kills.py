import pytest

from proof.kills import kill

pytestmark = pytest.mark.journey


def test_two_instances_killed_at_random_log_each_commit_once(tmp_path):
    report = kill(messages=150, kills=4, data=tmp_path)
    assert report.kills >= 4
    assert all(figure.holds for figure in report.figures), f"{report}; {report.verdict}"


def test_two_instances_on_one_file_killed_at_random_log_each_push_once(tmp_path):
    report = kill(messages=40, kills=4, data=tmp_path, store="sqlite", commits=1)
    assert report.kills >= 4
    assert all(figure.holds for figure in report.figures), f"{report}; {report.verdict}"
