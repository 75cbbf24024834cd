"""Integration services: what host and guest do together, and whether the guest answers."""

from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from emulator.host.guest.guest import GuestState
from emulator.host.host_object import operation
from emulator.host.virtual_machine.device import Device
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine


class _ServiceFacts(Record):
    name: str
    guid: str
    enabled: bool
    first_build: int


class IntegrationServiceKind(Enum):
    """The services with their GUIDs (recorded on a 2012 R2 host)."""

    GUEST_SERVICE_INTERFACE = _ServiceFacts(
        "Guest Service Interface", "6C09BB55-D683-4DA0-8931-C9BF705F6480", False, 9600
    )
    HEARTBEAT = _ServiceFacts("Heartbeat", "84EAAE65-2F2E-45F5-9BB5-0E857DC8EB47", True, 0)
    KEY_VALUE_PAIR_EXCHANGE = _ServiceFacts(
        "Key-Value Pair Exchange", "2A34B1C2-FD73-4043-8A5B-DD2159BC743F", True, 0
    )
    SHUTDOWN = _ServiceFacts("Shutdown", "9F8233AC-BE49-4C79-8EE3-E7E1985B2077", True, 0)
    TIME_SYNCHRONIZATION = _ServiceFacts(
        "Time Synchronization", "2497F4DE-E9FA-4204-80E4-4B75C46419C0", True, 0
    )
    VSS = _ServiceFacts("VSS", "5CED1297-4598-4915-A5FC-AD21BB4D02A4", True, 0)


class IntegrationStatus(IntEnum):
    """First OperationalStatus of an integration component."""

    OK = 2
    DEGRADED = 3
    NON_RECOVERABLE_ERROR = 7
    NO_CONTACT = 12
    LOST_COMMUNICATION = 13
    PAUSED = 15

    @property
    def description(self) -> str:
        """Its sentence in StatusDescriptions."""
        return _DESCRIPTIONS[self]


_DESCRIPTIONS = {
    IntegrationStatus.OK: "OK",
    IntegrationStatus.DEGRADED: "Degraded",
    IntegrationStatus.NON_RECOVERABLE_ERROR: "Non-Recoverable Error",
    IntegrationStatus.NO_CONTACT: "No Contact",
    IntegrationStatus.LOST_COMMUNICATION: "Lost Communication",
    IntegrationStatus.PAUSED: "Paused",
}


class Heartbeat(IntEnum):
    """VMHeartbeatStatus of the Hyper-V PowerShell module."""

    UNKNOWN = 0
    DISABLED = 1
    NO_CONTACT = 2
    ERROR = 3
    LOST_COMMUNICATION = 4
    OK_APPLICATIONS_UNKNOWN = 5
    OK_APPLICATIONS_HEALTHY = 6
    OK_APPLICATIONS_CRITICAL = 7
    PAUSED = 8


class IntegrationService(Device):
    """One integration service of a machine."""

    __slots__ = ("enabled", "kind")

    def __init__(self, vm: "VirtualMachine", kind: IntegrationServiceKind) -> None:
        super().__init__(vm)
        self.kind = kind
        self.enabled = kind.value.enabled

    @property
    def name(self) -> str:
        return self.kind.value.name

    @property
    def setting_id(self) -> str:
        return self.kind.value.guid

    @property
    def status(self) -> IntegrationStatus:
        """What the guest's side answers: no contact while the machine is off or the guest has no services."""
        state, guest = self.vm.state, self.vm.guest
        if state is VirtualMachineState.PAUSED and guest.was_up:
            paused = self.kind is IntegrationServiceKind.HEARTBEAT
            return IntegrationStatus.PAUSED if paused and self.enabled else IntegrationStatus.NO_CONTACT
        if not self.enabled or state not in (VirtualMachineState.RUNNING, VirtualMachineState.STOPPING):
            return IntegrationStatus.NO_CONTACT
        if guest.state not in (GuestState.UP, GuestState.SHUTTING_DOWN, GuestState.HUNG):
            return IntegrationStatus.NO_CONTACT
        if not guest.has_integration_services:
            return IntegrationStatus.NO_CONTACT
        return (
            IntegrationStatus.LOST_COMMUNICATION if guest.state is GuestState.HUNG else IntegrationStatus.OK
        )

    @operation
    def enable(self, enabled: bool = True) -> None:
        """Switch the service on or off, also while the machine runs."""
        self.vm.require_configurable()
        if self.enabled is not enabled:
            self.enabled = enabled
            self.touch()


def integration_services(vm: "VirtualMachine") -> list[IntegrationService]:
    """The services that machines of this release have."""
    build = vm.host.release.build
    return [
        IntegrationService(vm, kind) for kind in IntegrationServiceKind if build >= kind.value.first_build
    ]


def answers_vss(vm: "VirtualMachine") -> bool:
    """Whether the guest can bring its applications into a consistent state for a backup."""
    return vm.state is VirtualMachineState.RUNNING and any(
        each.kind is IntegrationServiceKind.VSS and each.status is IntegrationStatus.OK
        for each in vm.integration_services
    )


def heartbeat(vm: "VirtualMachine") -> Heartbeat | None:
    """What PowerShell shows as Heartbeat; None while the machine is off or saved."""
    service = vm.integration_service(IntegrationServiceKind.HEARTBEAT)
    if not vm.state.holds_memory:
        return None
    if not service.enabled:
        return Heartbeat.DISABLED
    if service.status is IntegrationStatus.OK:
        windows = vm.guest.is_windows
        return Heartbeat.OK_APPLICATIONS_HEALTHY if windows else Heartbeat.OK_APPLICATIONS_UNKNOWN
    return {
        IntegrationStatus.LOST_COMMUNICATION: Heartbeat.LOST_COMMUNICATION,
        IntegrationStatus.PAUSED: Heartbeat.PAUSED,
    }.get(service.status, Heartbeat.NO_CONTACT)
