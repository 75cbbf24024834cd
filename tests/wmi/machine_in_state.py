"""A machine that tests bring into any state, and everything that can be asked of it in both namespaces."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from emulator.cim.instance import Instance
from emulator.host import Host, Job, VirtualMachine
from emulator.host.network.virtual_switch import VirtualSwitch
from emulator.host.virtual_machine.controllers import ControllerType
from emulator.host.virtual_machine.event_messages import MANAGEMENT, WORKER
from emulator.wmi.method import MethodResult
from tests.wmi.clocks import Manual
from tests.wmi.conftest import V1, V2, profile_of

#: EnabledState of v2 and HealthState where the state is a critical one.
CRITICAL = {
    "paused for want of space": (32785, 20),
    "paused without its storage": (32785, 25),
    "off without its configuration": (32782, 25),
    "saved without its configuration": (32784, 25),
}
#: The facts of the life cycle, as they are known.
FACTS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("lifecycle.yaml").read_text("utf-8"))
#: What RequestStateChange asks for -> RequestedState in each namespace.
STATE_REQUESTS = {
    V1: {"start": 2, "turn off": 3, "save": 32769, "pause": 32768, "reset": 10},
    V2: {"start": 2, "turn off": 3, "shut down": 4, "save": 6, "pause": 9, "reboot": 10, "reset": 11},
}
RASD = "Msvm_ResourceAllocationSettingData"


ADAPTER = "Msvm_SyntheticEthernetPortSettingData"
SASD = "Msvm_StorageAllocationSettingData"


class Machine:
    """A machine with everything on D:, a checkpoint, and a guest that is up.

    It has a drive without a disk on a SCSI controller, and an adapter without a connection.
    """

    def __init__(self, clock: Manual, release: str, namespace: str, edition: str) -> None:
        self.clock = clock
        self.wmi = clock.make(profile_of(release, edition=edition))
        self.namespace = namespace
        self.host: Host = self.wmi.host
        self.vm = vm = self.host.virtual_machines.create("three", path="D:\\Machines")
        vm.guest.install(self.wmi.one.guest.system)
        vm.memory.configure(startup=512 << 20)
        self.finish(self.host.virtual_disks.create("D:\\three.vhd", size=1 << 30))
        vm.devices.add_hard_disk_drive("D:\\three.vhd")
        vm.devices.add_scsi_controller()
        vm.devices.add_hard_disk_drive(controller_type=ControllerType.SCSI)
        vm.devices.add_network_adapter()
        self.finish(self.host.virtual_disks.create("C:\\other.vhd", size=1 << 30))
        self.finish(self.host.checkpoints.create(vm))

    def wait(self, seconds: float = 60) -> None:
        self.clock.wait(seconds)
        self.look()

    def finish(self, job: Job) -> None:
        self.clock.finish(job)

    def look(self) -> None:
        with self.host.looking():
            pass

    def bring(self, state: str) -> None:
        for step in STEPS[state]:
            step(self, self.vm)
        if state in CRITICAL:
            assert self.vm.critical is not None

    def events(self) -> list[int]:
        """Ids that the worker and the management service have written, in the order of time."""
        with self.host.looking():
            found = [
                each for log in (WORKER.log, MANAGEMENT.log) for each in self.host.event_log.entries(log)
            ]
        return [each.event_id for each in sorted(found, key=lambda each: each.time)]

    def shown(self) -> Instance:
        """The machine as the namespace shows it. Raises NotFound."""
        return self.wmi.machine(self.vm, self.namespace)

    def situation(self) -> tuple[object, ...]:
        vm = self.vm
        connected = [each.switch for each in vm.network_adapters]
        drives = [(each.controller, each.path) for each in vm.hard_disk_drives]
        facts = (vm.state, vm.job, vm.name, vm.memory.startup, vm.revision, connected, drives)
        return *facts, len(self.host.jobs), self.events()

    # -- what is asked --------------------------------------------------------------------------

    def ask(self, what: str) -> MethodResult:
        number = STATE_REQUESTS[self.namespace].get(what)
        if number is not None:
            return self.request(number)
        if what.startswith("guest"):
            component = self.wmi[self.namespace].resolve("Msvm_ShutdownComponent", {"SystemName": self.vm.id})
            method = "InitiateShutdown" if what == "guest shutdown" else "InitiateReboot"
            return self.wmi[self.namespace].invoke(component, method, {})
        return (self.version_1 if self.namespace == V1 else self.version_2)(what)

    def request(self, number: int) -> MethodResult:
        """Call RequestStateChange."""
        shown = self.wmi.machine(self.vm, self.namespace)
        return self.wmi[self.namespace].invoke(shown, "RequestStateChange", {"RequestedState": number})

    def version_1(self, what: str) -> MethodResult:
        if what == "connect adapter":
            return self.connect_port()
        path, checkpoint = self.wmi.machine(self.vm, V1).path, self.checkpoint
        name, arguments = {
            "delete": ("DestroyVirtualSystem", {"ComputerSystem": path}),
            "checkpoint": ("CreateVirtualSystemSnapshot", {"SourceSystem": path}),
            "apply": (
                "ApplyVirtualSystemSnapshotEx",
                {"ComputerSystem": path, "SnapshotSettingData": checkpoint},
            ),
            "delete checkpoint": ("RemoveVirtualSystemSnapshot", {"SnapshotSettingData": checkpoint}),
            "export": (
                "ExportVirtualSystem",
                {"ComputerSystem": path, "CopyVmState": True, "ExportDirectory": "C:\\Out"},
            ),
            "rename": (
                "ModifyVirtualSystem",
                {
                    "ComputerSystem": path,
                    "SystemSettingData": self.renamed("Msvm_VirtualSystemGlobalSettingData"),
                },
            ),
            "set memory": (
                "ModifyVirtualSystemResources",
                {"ComputerSystem": path, "ResourceSettingData": [self.more_memory()]},
            ),
            "add IDE drive": (
                "AddVirtualSystemResources",
                {"TargetSystem": path, "ResourceSettingData": [self.drive(5)]},
            ),
            "add SCSI drive": (
                "AddVirtualSystemResources",
                {"TargetSystem": path, "ResourceSettingData": [self.drive(6)]},
            ),
            "attach SCSI disk": (
                "AddVirtualSystemResources",
                {"TargetSystem": path, "ResourceSettingData": [self.disk()]},
            ),
            "remove SCSI drive": (
                "RemoveVirtualSystemResources",
                {"TargetSystem": path, "ResourceSettingData": [self.scsi_drive]},
            ),
            "read summary": ("GetSummaryInformation", self.summary),
        }[what]
        return self.wmi.manage(name, V1, **arguments)

    def connect_port(self) -> MethodResult:
        """Version 1 connects the adapter itself to a port of a switch."""
        namespace, name = self.wmi[V1], "Msvm_VirtualSwitchManagementService"
        service = namespace.resolve(name, {"CreationClassName": name})
        switch = namespace.resolve("Msvm_VirtualSwitch", {"Name": self.switch.id}).path
        port = f"port of {self.vm.id}"
        made = namespace.invoke(
            service, "CreateSwitchPort", {"VirtualSwitch": switch, "Name": port, "FriendlyName": port}
        )
        (adapter,) = self.wmi.settings(self.vm, ADAPTER, V1)
        values = {
            "InstanceID": adapter.value("InstanceID"),
            "Connection": [str(made.out["CreatedSwitchPort"])],
        }
        text = self.wmi.embedded(ADAPTER, values, V1)
        path = self.wmi.machine(self.vm, V1).path
        return self.wmi.manage(
            "ModifyVirtualSystemResources", V1, ComputerSystem=path, ResourceSettingData=[text]
        )

    def version_2(self, what: str) -> MethodResult:
        path, checkpoint = self.wmi.machine(self.vm).path, self.checkpoint
        settings = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{self.vm.id}"'
        snapshots = "Msvm_VirtualSystemSnapshotService"
        service, name, arguments = {
            "delete": (None, "DestroySystem", {"AffectedSystem": path}),
            "checkpoint": (snapshots, "CreateSnapshot", {"AffectedSystem": path, "SnapshotType": 2}),
            "apply": (snapshots, "ApplySnapshot", {"Snapshot": checkpoint}),
            "delete checkpoint": (snapshots, "DestroySnapshot", {"AffectedSnapshot": checkpoint}),
            "export": (
                None,
                "ExportSystemDefinition",
                {
                    "ComputerSystem": path,
                    "ExportDirectory": "C:\\Out",
                    "ExportSettingData": self.wmi.embedded("Msvm_VirtualSystemExportSettingData", {}),
                },
            ),
            "rename": (
                None,
                "ModifySystemSettings",
                {"SystemSettings": self.renamed("Msvm_VirtualSystemSettingData")},
            ),
            "set memory": (None, "ModifyResourceSettings", {"ResourceSettings": [self.more_memory()]}),
            "add IDE drive": (
                None,
                "AddResourceSettings",
                {"AffectedConfiguration": settings, "ResourceSettings": [self.drive(5)]},
            ),
            "add SCSI drive": (
                None,
                "AddResourceSettings",
                {"AffectedConfiguration": settings, "ResourceSettings": [self.drive(6)]},
            ),
            "attach SCSI disk": (
                None,
                "AddResourceSettings",
                {"AffectedConfiguration": settings, "ResourceSettings": [self.disk()]},
            ),
            "remove SCSI drive": (
                None,
                "RemoveResourceSettings",
                {"ResourceSettings": [self.scsi_drive]},
            ),
            "connect adapter": (
                None,
                "AddResourceSettings",
                {"AffectedConfiguration": settings, "ResourceSettings": [self.connection()]},
            ),
            "read summary": (None, "GetSummaryInformation", self.summary),
        }[what]
        if service is None:
            return self.wmi.manage(name, V2, **arguments)
        return self.wmi[V2].invoke(self.wmi[V2].resolve(service, {}), name, arguments)

    @property
    def checkpoint(self) -> str:
        return f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{self.vm.checkpoints[0].id}"'

    @property
    def summary(self) -> dict[str, Any]:
        """What GetSummaryInformation is asked: name, state, uptime."""
        settings = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{self.vm.id}"'
        return {"SettingData": [settings], "RequestedInformation": [1, 100, 105]}

    @property
    def switch(self) -> VirtualSwitch:
        return next(iter(self.host.virtual_switches))

    @property
    def scsi_drive(self) -> str:
        """The path of the empty drive on the SCSI controller."""
        kind = 22 if self.namespace == V1 else 17
        drive = next(
            each
            for each in self.wmi.settings(self.vm, RASD, self.namespace)
            if each.value("ResourceType") == kind and self.scsi_controller in str(each.value("Parent"))
        )
        return str(drive.path)

    @property
    def scsi_controller(self) -> str:
        """The GUID of the controller, as it stands in paths."""
        return self.vm.scsi_controllers[0].setting_id.partition("\\")[0]

    def disk(self) -> str:
        """A disk for the empty drive."""
        if self.namespace == V1:
            values: dict[str, Any] = {
                "ResourceSubType": "Microsoft Virtual Hard Disk",
                "ResourceType": 21,
                "Parent": self.scsi_drive,
                "Connection": ["C:\\other.vhd"],
            }
            return self.wmi.embedded(RASD, values, V1)
        values = {
            "ResourceSubType": "Microsoft:Hyper-V:Virtual Hard Disk",
            "ResourceType": 31,
            "Parent": self.scsi_drive,
            "HostResource": ["C:\\other.vhd"],
        }
        return self.wmi.embedded(SASD, values)

    def connection(self) -> str:
        """A connection of the adapter to a switch (v2)."""
        (adapter,) = self.wmi.settings(self.vm, ADAPTER)
        switch = self.wmi[V2].resolve("Msvm_VirtualEthernetSwitch", {"Name": self.switch.id}).path
        values = {
            "ResourceType": 33,
            "ResourceSubType": "Microsoft:Hyper-V:Ethernet Connection",
            "Parent": str(adapter.path),
            "HostResource": [str(switch)],
        }
        return self.wmi.embedded("Msvm_EthernetPortAllocationSettingData", values)

    def renamed(self, class_name: str) -> str:
        values = {"InstanceID": f"Microsoft:{self.vm.id}", "ElementName": "renamed"}
        return self.wmi.embedded(class_name, values, self.namespace)

    def more_memory(self) -> str:
        (memory,) = self.wmi.settings(self.vm, "Msvm_MemorySettingData", self.namespace)
        megabytes = 768
        values = {"InstanceID": memory.value("InstanceID"), "VirtualQuantity": megabytes}
        return self.wmi.embedded("Msvm_MemorySettingData", values, self.namespace)

    def drive(self, controller: int) -> str:
        """A second drive on the first controller of a kind."""
        prefix, place = (
            ("Microsoft ", "Address") if self.namespace == V1 else ("Microsoft:Hyper-V:", "AddressOnParent")
        )
        parent = next(
            each
            for each in self.wmi.settings(self.vm, RASD, self.namespace)
            if each.value("ResourceType") == controller
        )
        values: dict[str, Any] = {
            "ResourceSubType": f"{prefix}Synthetic Disk Drive",
            "ResourceType": 22 if self.namespace == V1 else 17,
            "Parent": str(parent.path),
            place: "1",
        }
        return self.wmi.embedded(RASD, values, self.namespace)


Step = Callable[[Machine, VirtualMachine], object]


def do(operation: str) -> Step:
    return lambda _, vm: getattr(vm, operation)()


def fill(machine: Machine, vm: VirtualMachine) -> None:
    files = machine.host.filesystem
    files.place("D:\\ballast", files.volume("D").free)
    vm.guest.use_disk(64 << 20)


def lose_storage(machine: Machine, _: VirtualMachine) -> None:
    machine.host.filesystem.attached_volumes.set_online("D", False)


def lose_disk_only(machine: Machine, vm: VirtualMachine) -> None:
    """The folder of the machine is elsewhere: only its disk goes."""
    vm.path = "C:\\Machines"
    machine.host.filesystem.attached_volumes.set_online("D", False)


def wait(machine: Machine, _: VirtualMachine) -> None:
    machine.wait()


def apply(machine: Machine, vm: VirtualMachine) -> None:
    machine.host.checkpoints.apply(vm.checkpoints[0])


UP: tuple[Step, ...] = (do("start"), wait)
#: How a machine that is off comes into each state; what a transitional one waits for has not ended.
STEPS: dict[str, tuple[Step, ...]] = {
    "running": UP,
    "off": (),
    "paused": (*UP, do("pause"), wait),
    "saved": (*UP, do("save"), wait),
    "paused for want of space": (*UP, fill),
    "paused without its storage": (*UP, lose_disk_only),
    "off without its configuration": (lose_storage,),
    "saved without its configuration": (*UP, do("save"), wait, lose_storage),
    "starting": (do("start"),),
    "restoring": (*UP, do("save"), wait, do("start")),
    "saving": (*UP, do("save")),
    "stopping": (*UP, do("turn_off")),
    "pausing": (*UP, do("pause")),
    "resuming": (*UP, do("pause"), wait, do("start")),
    "resetting": (*UP, do("reset")),
    "rebooting": (*UP, do("reboot")),
    "shutting down": (*UP, do("shut_down")),
    "being checkpointed": (*UP, lambda machine, vm: machine.host.checkpoints.create(vm)),
    "being put back": (apply,),
    "being deleted": (lambda machine, vm: machine.host.virtual_machines.destroy(vm),),
}
