"""Taking a machine through a whole restart: for tests that are about what comes after it."""

from __future__ import annotations

from emulator.host import Host
from emulator.host.windows.shutdown_request import ShutdownRequest


def finish_restart(host: Host) -> None:
    """Move a manual or fast clock from stage to stage until the machine answers again."""
    while not host.power.is_on:
        due = host.clock.next_event()
        assert due is not None, f"the machine stays {host.power.state.value}"
        host.clock.advance(due - host.clock.now())


def restart(host: Host) -> None:
    """Restart the machine and wait until it is back."""
    host.power.shut_down(ShutdownRequest())
    finish_restart(host)
