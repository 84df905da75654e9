"""The messages that GitHub and git write by themselves, to the letter: GitHub's text field ends lines with CRLF.

https://docs.github.com/en/pull-requests/collaborating-with-pull-requests/incorporating-changes-from-a-pull-request/about-pull-request-merges
"""

import re

TAIL = "---------"
_CO_AUTHOR = re.compile(r"^Co-authored-by: *(.+)$", re.IGNORECASE | re.MULTILINE)


def squash(commits, *, author, title, number):
    """Return the message offered for a squash of `commits`, (author, message) pairs, to somebody called `author`.

    One commit gives its own subject and body; several give the pull request's title, and a list of them all.
    Whoever else wrote a part of it is a co-author; authors are `Name <address>`.
    """
    others = dict.fromkeys(who for who, _ in commits if who != author)
    others |= dict.fromkeys(who for _, message in commits for who in _CO_AUTHOR.findall(message) if who != author)
    credit = "\r\n".join(f"Co-authored-by: {who}" for who in others)
    if len(commits) == 1:
        subject, _, body = commits[0][1].partition("\n")
        parts = [_crlf(body.strip()), credit if credit not in _crlf(body) else ""]
        return _joined(f"{subject} (#{number})", parts)
    bullets = [f"* {_crlf(message.strip())}" for _, message in commits]
    return _joined(f"{title} (#{number})", [*bullets, *([TAIL, credit] if credit else [])])


def merge(branch, *, title, number, owner):
    """Return the message of the button "Create a merge commit"."""
    return f"Merge pull request #{number} from {owner}/{branch}\n\n{title}"


def revert(message, sha):
    """Return what `git revert` writes; for the revert of a revert, as git does since 2.43."""
    subject = message.partition("\n")[0].rstrip("\r")
    undone = re.fullmatch(r'Revert "(.*)"(?: \(#\d+\))?', subject)
    first = f'Reapply "{undone[1]}"' if undone else f'Revert "{subject}"'
    return f"{first}\n\nThis reverts commit {sha}."


def picked(message, sha):
    """Return what `git cherry-pick -x` writes."""
    return f"{message}\n\n(cherry picked from commit {sha})"


def _joined(title, parts):
    body = "\r\n\r\n".join(part for part in parts if part)
    return f"{title}\n\n{body}" if body else title


def _crlf(text):
    return text.replace("\r\n", "\n").replace("\n", "\r\n")
