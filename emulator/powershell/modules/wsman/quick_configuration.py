"""Set-WSManQuickConfig: the steps of `emulator.host.winrm.winrm_quick_configuration`, as sentences."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import Host, HostError
from emulator.host.winrm.winrm_quick_configuration import Step, listener_steps, service_steps
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_CAPTION = "WinRM Quick Configuration"
_QUESTION = (
    "Running the Set-WSManQuickConfig command has significant security implications, as it enables remote "
    "management through the WinRM service on this computer.\n"
    "This command:\n"
    " 1. Checks whether the WinRM service is running. If the WinRM service is not running, the service is "
    "started.\n"
    " 2. Sets the WinRM service startup type to automatic.\n"
    " 3. Creates a listener to accept requests on any IP address. By default, the transport is {0}.\n"
    " 4. Enables a firewall exception for WS-Management traffic.\n"
    "Do you want to enable remote management through the WinRM service on this computer?"
)


@cmdlet("Set-WSManQuickConfig")
def set_quick_configuration(call: CmdletCall, use_ssl: bool = False, force: bool = False) -> Iterator[str]:
    """Set the machine up for remote management."""
    transport = "https" if use_ssl else "http"
    if not force and not call.should_continue(_QUESTION.format(transport.upper()), _CAPTION):
        return
    yield from run_quick_configuration(call, call.service(Host), transport)


def run_quick_configuration(call: CmdletCall, host: Host, transport: str) -> Iterator[str]:
    """Do what is missing; what comes out says what was done."""
    for steps, settled, updated in (
        (
            service_steps(host),
            "WinRM is already set up to receive requests on this computer.",
            "WinRM has been updated to receive requests.",
        ),
        (
            listener_steps(host, transport),
            "WinRM is already set up for remote management on this computer.",
            "WinRM has been updated for remote management.",
        ),
    ):
        if not steps:
            yield settled
            continue
        _apply(call, steps)
        yield "\n".join([updated, *(step.report for step in steps)])


def _apply(call: CmdletCall, steps: list[Step]) -> None:
    try:
        for step in steps:
            step.apply()
    except HostError as problem:
        raise call.failure(
            "System.InvalidOperationException", problem.text, "WsManError", "InvalidOperation"
        ) from None
