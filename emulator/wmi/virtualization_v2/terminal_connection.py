"""Msvm_TerminalConnection: that somebody is connected to the console of a machine.

There is one at most for a machine, and only while somebody is connected. Its ConnectionID: recorded 2012 R2
host.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.association import End, Link, itself
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX
from emulator.wmi.virtualization_v2.computer_system import MachineSystem
from emulator.wmi.virtualization_v2.refusals import UNSUPPORTED

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

_DISABLED = 3


class TerminalConnection(View[VirtualMachine]):
    """The connection to the console of one machine; an item is the machine."""

    class_name = "Msvm_TerminalConnection"
    index = ("ConnectionID",)
    follows_revision = True
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Terminal Connection",
        "Description": "Microsoft Virtual Terminal Connection",
        "ElementName": "Terminal Connection",
        "EnabledState": 5,
        "TransitioningToState": 12,
    }

    def objects(self) -> Iterable[VirtualMachine]:
        return [vm for vm in self.host.virtual_machines if is_connected(vm)]

    def shown_of(self, owner: object) -> Iterable[VirtualMachine] | None:
        if not isinstance(owner, VirtualMachine) or owner.is_checkpoint:
            return ()
        return (owner,) if is_connected(owner) else ()

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        guid, _, number = keys.text("ConnectionID").partition(":")[2].partition("\\")
        vm = self.host.virtual_machines.get(guid) if number == "1" else None
        return vm if vm is not None and is_connected(vm) else None

    def object_id(self, item: VirtualMachine) -> Hashable:
        return item.id

    def ConnectionID(self, vm: VirtualMachine) -> str:
        return f"{PREFIX}{vm.id}\\1"

    @wmi_method
    def RequestStateChange(self, vm: VirtualMachine, arguments: Arguments) -> MethodResult:
        """Disabled (3) ends the connection; nothing else is supported."""
        if arguments.integer("RequestedState") != _DISABLED:
            return arguments.result(UNSUPPORTED)
        vm.guest.console.disconnect()
        return arguments.result(errors.COMPLETED)


def is_connected(vm: VirtualMachine) -> bool:
    """Whether somebody is connected; no console is made to find out."""
    console = vm.guest.used_console
    return console is not None and console.connection is not None and vm.state.holds_memory


def connection_of(_namespace: Namespace, vm: VirtualMachine) -> Iterable[VirtualMachine]:
    """From a machine to its connection, if there is one."""
    return (vm,) if is_connected(vm) else ()


VIEWS = (TerminalConnection,)
LINKS = (
    Link(
        "Msvm_SystemTerminalConnection",
        End("Antecedent", MachineSystem, connection_of),
        End("Dependent", TerminalConnection, itself),
    ),
)
