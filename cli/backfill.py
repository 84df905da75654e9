"""`tallyhook backfill`: log what a repository's history holds and no push ever brought."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from chalicelib.domain.repository_rule import logs_branch, repository_rule
from chalicelib.domain.routing_table import LogOn
from chalicelib.errors import Unavailable, UserError
from chalicelib.github.protocol import DEFAULT_BASE_URL
from chalicelib.services import intake
from cli.backfill_plan import plan
from cli.backfill_push import history
from cli.backfill_report import show_plan, summary, words_on_held
from cli.failure import PARTLY_DONE
from cli.git.clone import is_full_name, look
from cli.git.command import GitFailed
from cli.git.payload import Place
from cli.move import confirm
from cli.noko.progress import progress
from cli.parameter import DATE, dry_run_option, json_option, yes_option

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from chalicelib.domain.routing_table import Routing
    from cli.backfill_plan import Step
    from cli.desk import Desk, Site
    from cli.git.clone import Clone

LAST = "9999-12-31"
MERGE_QUEUE = "gh-readonly-queue/"
"""How branches begin that are a merge queue's own: their commits come again when they are merged."""


@click.command(short_help="Log what a repository's history holds and no push ever brought.")
@click.option(
    "--repo",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="PATH",
    help="A clone of the repository on this machine.",
)
@click.option("--since", required=True, type=DATE, metavar="DATE", help="The first day of commits to look at.")
@click.option("--until", type=DATE, default=LAST, metavar="DATE", help="The last day; by default there is none.")
@click.option("--branch", "branches", multiple=True, metavar="NAME", help="A branch to look at. Can be repeated.")
@click.option("--as", "full_name", metavar="OWNER/NAME", help="Which repository on GitHub it is a clone of.")
@dry_run_option
@yes_option
@json_option
@click.pass_obj
def backfill(
    desk: Desk,
    *,
    repo: Path,
    since: dt.date,
    until: dt.date,
    branches: tuple[str, ...],
    full_name: str | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Read the history of a clone, and hand what the ledger does not know to Tallyhook, as pushes from GitHub would.

    First it shows what would become of each commit. By default all branches that the routing file logs are looked at,
    as the clone fetched them last. Each commit is logged once, however often this is done and whatever GitHub
    delivers besides. A day is that of the committer's own clock. DATE is written YYYY-MM-DD. Exit code 5 means that
    not all could be handed over; the same command again does the rest.
    """
    if since > until:
        raise click.UsageError("the first day is later than the last")
    if full_name is not None and not is_full_name(full_name):
        raise click.UsageError(f"{full_name!r} is no OWNER/NAME of a repository")
    site = desk.site()
    routing = site.routing()
    try:
        clone = look(repo)
        place = _place(clone, full_name, site)
        wanted = _branches(clone, branches, place, routing)
        found = history(clone, wanted, since=since, until=until)
        if clone.boundary:
            desk.terminal.say(("a shallow clone: ", "yellow"), "what is older than its history is not looked at")
        steps = plan(found, clone=clone, place=place, ports=site.ports, routing=routing)
    except GitFailed as error:
        raise UserError(f"git cannot read {repo}: {error}") from error
    rows = [row for step in steps for row in step.rows]
    needed = [step for step in steps if step.is_needed]
    if dry_run or (needed and not yes):
        show_plan(desk, rows, every=dry_run, as_json=dry_run and (as_json or not desk.terminal.can_draw))
    branch_count = "1 branch" if len(wanted) == 1 else f"{len(wanted)} branches"
    desk.terminal.say(f"{place.full_name}, {branch_count}: {summary(steps) or 'no commits of these days'}")
    words_on_held(desk, rows)
    if dry_run:
        return
    if not needed:
        desk.terminal.say("nothing to hand over")
        return
    if not yes:
        confirm(desk)
    _hand_over(desk, needed, site, as_json=as_json or not desk.terminal.can_draw)


def _place(clone: Clone, full_name: str | None, site: Site) -> Place:
    """Say which repository on GitHub this is a clone of: as named, else by the address of its origin."""
    api = site.settings.github_base_url
    host = "github.com" if api == DEFAULT_BASE_URL else urlsplit(api).netloc
    if full_name is None:
        origin = clone.origin
        if origin is None or origin.host.removeprefix("ssh.") != host.partition(":")[0]:
            raise UserError(f"the origin of {clone.path} is no repository on {host}: say which it is with --as")
        full_name = origin.full_name
    return Place(full_name, clone.default_branch, web=f"https://{host}")


def _branches(clone: Clone, named: Sequence[str], place: Place, routing: Routing) -> list[str]:
    """Return the branches to look at, the default one first: those named, else those that the routing file logs."""
    missing = [name for name in named if name not in clone.branches]
    if missing:
        raise UserError(f"{clone.path} knows no branch {', '.join(missing)}; it knows {_listed(clone.branches)}")
    if named:
        return list(dict.fromkeys(named))
    rule = repository_rule(routing, place.full_name)
    order = sorted(clone.branches, key=lambda name: (name != clone.default_branch, name))
    if rule.log_on is LogOn.DEFAULT_BRANCH:
        if clone.default_branch is None:
            mend = "`git remote set-head origin --auto` asks, --branch names it"
            raise UserError(f"only the default branch is logged, and {clone.path} does not know which it is: {mend}")
        order = [clone.default_branch]
    logged = [name for name in order if logs_branch(rule, name) and not name.startswith(MERGE_QUEUE)]
    if not logged:
        known = _listed(clone.branches)
        raise UserError(f"the routing file logs no branch that {clone.path} knows of {place.full_name}: {known}")
    return logged


def _listed(names: Collection[str]) -> str:
    some = sorted(names)[:10]
    return (", ".join(some) or "none") + (" and more" if len(names) > len(some) else "")


def _hand_over(desk: Desk, steps: Sequence[Step], site: Site, *, as_json: bool) -> None:
    """Take each push in, the default branch's first; once the store is not there, the rest is not tried."""
    done = 0
    with progress("Handing over", len(steps)) as advance:
        for step in steps:
            try:
                is_new = intake.take(step.delivery, ports=site.ports)
            except Unavailable as error:
                if not done:
                    raise
                desk.terminal.say(("broken off: ", "yellow"), f"{error}; the same command again does the rest")
                raise click.exceptions.Exit(PARTLY_DONE) from error
            done += 1
            advance(1)
            if as_json:
                count = len(step.delivery.drafts)
                key, branch = step.delivery.key, step.delivery.branch
                desk.terminal.record({"delivery": key, "branch": branch, "drafts": count, "duplicate": not is_new})
    what = "1 push" if done == 1 else f"{done} pushes"
    desk.terminal.say(f"handed over as {what}; `tallyhook entries` shows what becomes of the commits")
