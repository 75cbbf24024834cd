"""What `winrm quickconfig` would change, and changing it: service, start mode and a listener."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.host.errors import NotFound
from emulator.host.windows.services import ServiceState, StartMode

if TYPE_CHECKING:
    from emulator.host.host import Host

_SERVICE = "WinRM"
#: How the identifiers of the rules of the group "Windows Remote Management" begin.
_RULES = "WINRM-HTTP-In-TCP"


@dataclass(frozen=True, slots=True)
class Step:
    """One change: the sentence that announces it, the one that reports it, and the change itself."""

    announcement: str
    report: str
    apply: Callable[[], object]


def service_steps(host: "Host") -> list[Step]:
    """What the service needs: started, and started by itself at the next boot."""
    service = host.services[_SERVICE]
    steps: list[Step] = []
    if service.start_mode is not StartMode.AUTOMATIC:
        steps.append(
            Step(
                "Set the WinRM service type to delayed auto start.",
                "WinRM service type changed successfully.",
                lambda: service.set_start_mode(StartMode.AUTOMATIC),
            )
        )
    if service.state is not ServiceState.RUNNING:
        steps.append(Step("Start the WinRM service.", "WinRM service started.", service.start))
    return steps


def listener_steps(host: "Host", transport: str) -> list[Step]:
    """What remote management needs: a listener of a transport on every address, and with HTTP the rules of
    the firewall that let its clients in."""
    steps = _listener(host, transport)
    closed = [one.id for one in host.firewall if one.id.startswith(_RULES) and not one.enabled]
    if closed and transport.upper() == "HTTP":
        steps.append(
            Step(
                "Enable the WinRM firewall exception.",
                "WinRM firewall exception enabled.",
                lambda: [host.firewall.configure(one, enabled=True) for one in closed],
            )
        )
    return steps


def _listener(host: "Host", transport: str) -> list[Step]:
    listeners = host.winrm.listeners
    url = f"{transport.upper()}://*"
    purpose = "to accept WS-Man requests to any IP on this machine."
    try:
        present = listeners.get("*", transport)
    except NotFound:
        return [
            Step(
                f"Create a WinRM listener on {url} {purpose}",
                f"Created a WinRM listener on {url} {purpose}",
                lambda: listeners.create("*", transport),
            )
        ]
    if present.enabled:
        return []
    return [
        Step(
            f"Enable the WinRM listener on {url} {purpose}",
            f"Enabled the WinRM listener on {url} {purpose}",
            lambda: listeners.change("*", transport, {"Enabled": True}),
        )
    ]
