"""How records look as JSON (https://developer.nokotime.com/v2/, the objects on each resource's page).

Blank fields are null. Statistics (how many entries a project has, its minutes) are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from devstack.sandbox.instant import stamp

if TYPE_CHECKING:
    from devstack.sandbox.book import Books
    from devstack.sandbox.record import Entry, Project, Tag, User

Json = dict[str, Any]


def brief_user(user: User, base: str) -> Json:
    """Shape a user as part of another object."""
    root = urlsplit(base)
    return {
        "id": user.id,
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "profile_image_url": f"{root.scheme}://{root.netloc}/images/avatars/{user.id}.jpg",
        "url": f"{base}/users/{user.id}",
    }


def full_user(user: User, base: str) -> Json:
    """Shape a user."""
    url = f"{base}/users/{user.id}"
    return brief_user(user, base) | {
        "state": user.state,
        "role": user.role,
        "entries_url": f"{url}/entries",
        "expenses_url": f"{url}/expenses",
        "created_at": stamp(user.created_at),
        "updated_at": stamp(user.created_at),
    }


def current_user(user: User, base: str) -> Json:
    """Shape the user whose token was sent."""
    return full_user(user, base) | {"time_format": "fraction", "week_start": "Monday", "utc_offset": 0}


def brief_project(project: Project, base: str) -> Json:
    """Shape a project as part of another object."""
    return {
        "id": project.id,
        "name": project.name,
        "billing_increment": project.billing_increment,
        "enabled": project.enabled,
        "billable": project.billable,
        "color": project.color,
        "url": f"{base}/projects/{project.id}",
    }


def full_project(project: Project, base: str) -> Json:
    """Shape a project."""
    url, group = f"{base}/projects/{project.id}", project.group_id
    return brief_project(project, base) | {
        "group": _reference(group, f"{base}/project_groups", name=f"Group {group}"),
        "import": None,
        "entries_url": f"{url}/entries",
        "expenses_url": f"{url}/expenses",
        "merge_url": f"{url}/merge",
        "archive_url": f"{url}/archive",
        "unarchive_url": f"{url}/unarchive",
        "created_at": stamp(project.created_at),
        "updated_at": stamp(project.created_at),
    }


def brief_tag(tag: Tag, base: str) -> Json:
    """Shape a tag as part of another object."""
    return {
        "id": tag.id,
        "name": tag.name,
        "billable": tag.billable,
        "formatted_name": tag.formatted_name,
        "url": f"{base}/tags/{tag.id}",
    }


def full_tag(tag: Tag, books: Books, base: str) -> Json:
    """Shape a tag."""
    url = f"{base}/tags/{tag.id}"
    return brief_tag(tag, base) | {
        "import": _reference(tag.import_id, f"{base}/imports"),
        "entries": books.vocabulary.uses(tag.id),
        "entries_url": f"{url}/entries",
        "merge_url": f"{url}/merge",
        "created_at": stamp(tag.created_at),
        "updated_at": stamp(tag.updated_at),
    }


def full_entry(entry: Entry, books: Books, base: str) -> Json:
    """Shape an entry, with its user, project and tags as they are now, and without tags that are gone by now."""
    user = books.user(entry.user_id)
    project = None if entry.project_id is None else books.project(entry.project_id)
    approver = None if entry.approved_by is None else books.user(entry.approved_by)
    url = f"{base}/entries/{entry.id}"
    return {
        "id": entry.id,
        "date": entry.date.isoformat(),
        "user": None if user is None else brief_user(user, base),
        "billable": entry.billable,
        "minutes": entry.minutes,
        "description": entry.description,
        "project": None if project is None else brief_project(project, base),
        "tags": [brief_tag(tag, base) for tag in map(books.tag, entry.tag_ids) if tag is not None],
        "source_url": entry.source_url,
        "invoiced_at": stamp(entry.invoiced_at),
        "invoice": _reference(
            entry.invoice_id,
            f"{base}/invoices",
            reference=f"SB{entry.invoice_id}",
            invoice_date=(stamp(entry.invoiced_at) or entry.date.isoformat())[:10],
            state="unpaid",
            total_amount=0.0,
        ),
        "import": _reference(entry.import_id, f"{base}/imports"),
        "approved_at": stamp(entry.approved_at),
        "approved_by": None if approver is None else brief_user(approver, base),
        "url": url,
        "invoiced_outside_of_noko_url": f"{url}/marked_as_invoiced",
        "approved_url": f"{url}/approved",
        "unapproved_url": f"{url}/unapproved",
        "created_at": stamp(entry.created_at),
        "updated_at": stamp(entry.updated_at),
    }


def _reference(number: int | None, url: str, **made_up: str | float) -> Json | None:
    return None if number is None else {"id": number, **made_up, "url": f"{url}/{number}"}
