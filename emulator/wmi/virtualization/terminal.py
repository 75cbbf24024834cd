"""The terminal service of root/virtualization and the sessions at consoles."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from emulator.wmi.association import End, Link, itself
from emulator.wmi.virtualization.computer_system import MachineSystem
from emulator.wmi.virtualization_v2.base import ServiceView
from emulator.wmi.virtualization_v2.common_links import service_links
from emulator.wmi.virtualization_v2.terminal_connection import TerminalConnection, connection_of

if TYPE_CHECKING:
    from emulator.host import Host

_NAME = "Microsoft Virtual Terminal Connection Management Service"


class TerminalServiceV1(ServiceView):
    """The service that consoles are reached through; its names are documented."""

    class_name = "Msvm_TerminalService"
    constants = {
        "Caption": "Terminal Service",
        "Description": "Microsoft Virtual Terminal Service",
        "ElementName": _NAME,
        "EnabledState": 5,
        "Name": _NAME,
        "StatusDescriptions": ["The virtual terminal connection management service is fully operational"],
    }

    def revision(self, item: Host) -> Hashable | None:
        return item.settings.revision

    def ListenerPort(self, host: Host) -> int:
        return host.settings.console_port


LINKS = (
    Link(
        "Msvm_SystemTerminalConnection",
        End("Antecedent", MachineSystem, connection_of),
        End("Dependent", TerminalConnection, itself),
    ),
    *service_links((TerminalServiceV1,)),
)
VIEWS = (TerminalConnection, TerminalServiceV1)
