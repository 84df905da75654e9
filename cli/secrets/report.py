"""What a change of a secret ends with: one line of what there is now, of its counts and never of its contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.secrets.rotation import State

if TYPE_CHECKING:
    from cli.desk import Desk
    from cli.secrets.catalogue import Secret
    from cli.secrets.office import Office


def report(secret: Secret, *, desk: Desk, office: Office, as_json: bool) -> None:
    """Print what SSM holds."""
    held = office.parameters.read(secret.name)
    if held is None:
        return
    state = State.of(held)
    count = len(state.secrets) if secret.kind.is_list else None
    step = state.step.value if secret.kind.is_list else None
    if as_json:
        desk.terminal.record({"name": secret.name, "version": held.version, "secrets": count, "step": step})
    else:
        several = "" if count is None else f"  {count} {'secret' if count == 1 else 'secrets'}"
        desk.terminal.show(secret.name, "  ", ("set", "green"), f"  version {held.version}{several}")
