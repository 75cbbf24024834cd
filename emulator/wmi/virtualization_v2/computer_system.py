"""Msvm_ComputerSystem: the host's own row and one for each virtual machine."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from emulator.host.errors import (
    GuestLocked,
    GuestNotReady,
    HostError,
    InvalidParameter,
    ShutdownInProgress,
)
from emulator.host.host_settings import HostSettings
from emulator.host.job import Job
from emulator.host.replication.replication_relationship import mode_of
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState as State
from emulator.wmi import errors
from emulator.wmi.view import View, wmi_method
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, HostElementView
from emulator.wmi.virtualization_v2.jobs import started
from emulator.wmi.virtualization_v2.power_refusals import PowerRefusals

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.keys import Keys
    from emulator.wmi.method import Arguments, MethodResult

#: What Windows shows for a time that never was.
NEVER = datetime(1601, 1, 1, tzinfo=UTC)
#: EnabledState of a running machine in a critical state; the others follow (documented range).
FIRST_CRITICAL = 32781
_ENABLED, _DISABLED, _ENABLED_BUT_OFFLINE = 2, 3, 6
_ALLOWED_AND_AVAILABLE, _NOT_ALLOWED, _ALLOWED_BUT_NOT_AVAILABLE = 2, 3, 6

#: RequestedState -> what the machine is asked to do (Msvm_ComputerSystem.RequestStateChange).
OPERATIONS: dict[int, Callable[[VirtualMachine], Job]] = {
    2: lambda vm: vm.start(),
    3: lambda vm: vm.turn_off(),
    4: lambda vm: vm.shut_down(registered=True),
    6: lambda vm: vm.save(),
    9: lambda vm: vm.pause(),
    10: lambda vm: vm.reboot(),
    11: lambda vm: vm.reset(),
}


class HostSystem(PowerRefusals, HostElementView):
    """The host as a computer system; its Name is the NetBIOS name (recorded 2012 R2 host)."""

    class_name = "Msvm_ComputerSystem"
    index = ("Name",)
    constants = {
        "Caption": "Hosting Computer System",
        "CreationClassName": "Msvm_ComputerSystem",
        "Description": "Microsoft Hosting Computer System",
        "Dedicated": None,
        "ResetCapability": 1,
        "Status": None,
        "ReplicationState": 0,
        "ReplicationHealth": 0,
        "ReplicationMode": 0,
        "FailedOverReplicationType": 0,
        "LastReplicationType": 0,
    }

    def by_key(self, keys: Keys) -> Host | None:
        return self.host if keys.text("Name").casefold() == self.host.name.casefold() else None

    def Name(self, host: Host) -> str:
        return host.name

    def ElementName(self, host: Host) -> str:
        return host.name

    def NumberOfNumaNodes(self, host: Host) -> int:
        return host.hardware.numa_nodes

    @wmi_method
    def RequestStateChange(self, _host: Host, arguments: Arguments) -> MethodResult:
        """The host cannot be asked through Hyper-V."""
        return arguments.result(errors.NOT_SUPPORTED)

    @wmi_method
    def RequestReplicationStateChange(self, _host: Host, arguments: Arguments) -> MethodResult:
        """The host is not replicated."""
        return arguments.result(errors.NOT_SUPPORTED)

    @wmi_method
    def RequestReplicationStateChangeEx(self, _host: Host, arguments: Arguments) -> MethodResult:
        """The host is not replicated."""
        return arguments.result(errors.NOT_SUPPORTED)

    @wmi_method
    def RequestCustomRestore(self, _host: Host, arguments: Arguments) -> MethodResult:
        """The host is not restored from a file."""
        return arguments.result(errors.NOT_SUPPORTED)

    @wmi_method
    def InjectNonMaskableInterrupt(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Only virtual machines get interrupts from Hyper-V."""
        return arguments.result(errors.NOT_SUPPORTED)

    @wmi_method
    def InjectNonMaskableInterruptEx(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Only virtual machines get interrupts from Hyper-V."""
        return arguments.result(errors.NOT_SUPPORTED)


class VirtualMachineView(PowerRefusals, View["VirtualMachine"]):
    """What every WMI version shows of a virtual machine; found by its GUID alone."""

    index = ("Name",)
    constants = {
        "Caption": "Virtual Machine",
        "CreationClassName": "Msvm_ComputerSystem",
        "Description": "Microsoft Virtual Machine",
        "OtherEnabledState": None,
        "ResetCapability": 1,
    }
    volatile = frozenset({"OnTimeInMilliseconds"})
    follows_revision = True

    def objects(self) -> Iterable[VirtualMachine]:
        return self.host.virtual_machines

    def return_value(self, error: HostError) -> int:
        """A guest that does not answer has numbers of its own in Msvm_ShutdownComponent only (documented)."""
        if isinstance(error, GuestNotReady | GuestLocked | ShutdownInProgress):
            return errors.INVALID_STATE
        return super().return_value(error)

    def shown_of(self, owner: object) -> Iterable[VirtualMachine] | None:
        if isinstance(owner, HostSettings):
            return None
        return (owner,) if isinstance(owner, VirtualMachine) and not owner.is_checkpoint else ()

    def by_key(self, keys: Keys) -> VirtualMachine | None:
        return self.host.virtual_machines.get(keys.text("Name"))

    def candidates(self, keys: Keys) -> Iterable[VirtualMachine] | None:
        if "Name" not in keys and "ElementName" in keys:
            return self.host.virtual_machines.find(keys.text("ElementName"))
        return super().candidates(keys)

    def object_id(self, item: VirtualMachine) -> Hashable:
        return item.id

    def Name(self, vm: VirtualMachine) -> str:
        return vm.id

    def ElementName(self, vm: VirtualMachine) -> str:
        return vm.name

    def InstallDate(self, vm: VirtualMachine) -> datetime:
        """When it was started; a time that never was while it does not run (recorded host)."""
        return vm.on_since or NEVER

    def HealthState(self, vm: VirtualMachine) -> int:
        return int(vm.health)

    def OperationalStatus(self, vm: VirtualMachine) -> list[int]:
        return [int(status) for status in vm.operational_status]

    def StatusDescriptions(self, vm: VirtualMachine) -> list[str]:
        return list(vm.status_descriptions)

    def EnabledDefault(self, vm: VirtualMachine) -> int:
        if vm.state is State.OFF:
            return _DISABLED
        return _ENABLED_BUT_OFFLINE if vm.state in (State.PAUSED, State.SAVED) else _ENABLED

    def TimeOfLastStateChange(self, vm: VirtualMachine) -> datetime:
        return vm.last_state_change

    def TimeOfLastConfigurationChange(self, vm: VirtualMachine) -> datetime:
        return vm.last_configuration_change

    def OnTimeInMilliseconds(self, vm: VirtualMachine) -> int:
        return vm.uptime() // timedelta(milliseconds=1)

    def ProcessID(self, vm: VirtualMachine) -> int | None:
        return vm.process_id


class MachineSystem(VirtualMachineView):
    """A virtual machine in root/virtualization/v2."""

    class_name = "Msvm_ComputerSystem"
    constants = {
        "Status": ENABLED_ELEMENT["Status"],
        "HwThreadsPerCoreRealized": 0,
        "NumberOfNumaNodes": 1,
    }
    volatile = frozenset({"OnTimeInMilliseconds", "ReplicationHealth"})

    def revision(self, item: VirtualMachine) -> Hashable | None:
        return (item.revision, self.host.settings.revision)

    def EnabledState(self, vm: VirtualMachine) -> int:
        return vm.state_number(FIRST_CRITICAL)

    def RequestedState(self, vm: VirtualMachine) -> int:
        return int(vm.requested_state)

    def EnhancedSessionModeState(self, vm: VirtualMachine) -> int:
        if not self.host.settings.enhanced_session_mode:
            return _NOT_ALLOWED
        return (
            _ALLOWED_AND_AVAILABLE
            if vm.guest.is_ready and vm.guest.is_windows
            else _ALLOWED_BUT_NOT_AVAILABLE
        )

    def LastSuccessfulBackupTime(self, vm: VirtualMachine) -> datetime | None:
        return vm.last_backup

    def ReplicationMode(self, vm: VirtualMachine) -> int:
        return int(mode_of(vm))

    def ReplicationState(self, vm: VirtualMachine) -> int:
        """That of the first replication."""
        return int(vm.relationships[0].state) if vm.relationships else 0

    def ReplicationHealth(self, vm: VirtualMachine) -> int:
        return int(vm.relationships[0].health) if vm.relationships else 0

    def FailedOverReplicationType(self, vm: VirtualMachine) -> int:
        return int(vm.relationships[0].failed_over) if vm.relationships else 0

    def LastReplicationType(self, vm: VirtualMachine) -> int:
        return int(vm.relationships[0].last_type) if vm.relationships else 0

    def LastReplicationTime(self, vm: VirtualMachine) -> datetime:
        return (vm.relationships[0].last_time if vm.relationships else None) or NEVER

    def LastApplicationConsistentReplicationTime(self, vm: VirtualMachine) -> datetime:
        return (vm.relationships[0].last_consistent_time if vm.relationships else None) or NEVER

    @wmi_method
    def RequestReplicationStateChange(self, vm: VirtualMachine, arguments: Arguments) -> MethodResult:
        """Ask for a state of the first replication; 4096 with a job."""
        return self.change_replication(vm, arguments)

    @wmi_method
    def RequestReplicationStateChangeEx(self, vm: VirtualMachine, arguments: Arguments) -> MethodResult:
        """The same of one replication."""
        return self.change_replication(vm, arguments)

    def change_replication(self, vm: VirtualMachine, arguments: Arguments) -> MethodResult:
        """The replication that a call names, or the first, in another state."""
        from emulator.host.replication.replication_terms import require_replication, wrong_state
        from emulator.wmi.virtualization_v2.replication_methods import change_state, named_relationship

        require_replication(vm)
        if not vm.relationships:
            raise wrong_state(vm)
        relationship = vm.relationships[0]
        if arguments.get("ReplicationRelationship"):
            relationship = named_relationship(self.namespace, arguments, vm)
        wanted = arguments.integer("RequestedState")
        return started(arguments, change_state(vm, relationship, -1 if wanted is None else wanted))

    @wmi_method
    def InjectNonMaskableInterrupt(self, vm: VirtualMachine, arguments: Arguments) -> MethodResult:
        """A Windows guest stops with a fatal error."""
        vm.inject_interrupt()
        return arguments.result(errors.COMPLETED)

    @wmi_method
    def RequestCustomRestore(self, vm: VirtualMachine, arguments: Arguments) -> MethodResult:
        """Restore a machine from the file of a saved state that RestoreSettings names; 4096 with a job."""
        return started(arguments, vm.restore_from(arguments.required_text("RestoreSettings")))

    @wmi_method
    def RequestStateChange(self, vm: VirtualMachine, arguments: Arguments) -> MethodResult:
        """Ask for a state: 2 run, 3 turn off, 4 shut down, 6 save, 9 pause, 10 reboot, 11 reset.

        4096 with a job; 32775 without one when the machine cannot go there from where it is.
        """
        operation = OPERATIONS.get(arguments.integer("RequestedState") or 0)
        if operation is None:
            raise InvalidParameter("RequestedState is not a state that a virtual machine can be asked for.")
        return started(arguments, operation(vm))
