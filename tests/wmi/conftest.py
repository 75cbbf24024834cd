"""Hosts seen through WMI, with the clock in the test's hand."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest

from emulator.cim.cim_xml import format_instance
from emulator.cim.instance import Instance, ValueInstance
from emulator.host import Host, VirtualMachine
from emulator.profile import Profile, loads
from emulator.wmi import WmiService
from emulator.wmi.method import MethodResult
from emulator.wmi.namespace import Namespace

V1 = "root/virtualization"
V2 = "root/virtualization/v2"
CIMV2 = "root/cimv2"
START = datetime(2024, 3, 1, 12, tzinfo=UTC)

TEMPLATE = """
hardware:
  processor: {{vendor: Intel, model: Intel(R) Xeon(R) Gold 6338 CPU @ 2.00GHz, sockets: 2,
              cores_per_socket: 4, threads_per_core: 2, clock_megahertz: 2000, family: 6,
              model_number: 106, stepping: 6}}
  memory: 32 GB
  disks:
    - model: PERC H755
      size: 500 GB
      volumes: [{{drive_letter: C, size: 200 GB}}, {{drive_letter: D, used: 1 GB}}]
{disks}
  network_adapters:
    - {{name: Ethernet, description: Intel(R) Ethernet X710, mac_address: AA-BB-CC-00-00-01,
       ipv4_addresses: [192.0.2.10]}}
  optical_drive: true
  firmware: {{uuid: 4C4C4544-0048-3510-8056-B4C04F4E4732, serial_number: 7KD8PQ3}}
operating_system: {{release: '{release}', edition: {edition}, computer_name: HVHOST1, time_zone: {zone},
  hot_fixes: [{{id: KB5034129, description: Security Update, installed_on: 2024-02-14}}]}}
hyper_v: {{role: {role}}}
users: [{{name: Administrator, password: Passw0rd!, groups: [Administrators]}}]
"""
INVENTORY = """
inventory:
  virtual_switches: [{name: Internal, kind: internal}, {name: Private, kind: private}]
  virtual_disks: [{path: 'D:\\VMs\\one.vhd', size: 20 GB}]
  virtual_machines:
    - name: one
      id: 11111111-2222-3333-4444-AAAAAAAAAAAA
      processors: 2
      memory: {startup: 512 MB}
      hard_disks: [{path: 'D:\\VMs\\one.vhd'}]
      dvd_drives: [{}]
      network_adapters: [{switch: Internal}]
      state: running
      notes: first
      guest: {operating_system: Windows Server 2022 Datacenter, host_name: ONE, ipv4_addresses: [192.0.2.21]}
    - name: two
      id: 11111111-2222-3333-4444-BBBBBBBBBBBB
      memory: {startup: 512 MB}
"""


@lru_cache(maxsize=32)
def profile_of(
    release: str,
    *,
    role: str = "enabled",
    edition: str = "Datacenter",
    inventory: bool = True,
    zone: str = "UTC",
    offline_disks: int = 0,
) -> Profile:
    disks = "    - {model: PERC H755, size: 300 GB, offline: true}\n" * offline_disks
    text = TEMPLATE.format(release=release, role=role, edition=edition, zone=zone, disks=disks)
    return loads(text + (INVENTORY if inventory and role == "enabled" else ""))


class Wmi:
    """A host and its WMI service, with short names for what the tests do most."""

    def __init__(self, profile: Profile, clock: str = "manual") -> None:
        self.host = Host(profile, clock_mode=clock, start=START)
        self.service = WmiService(self.host)

    def __getitem__(self, namespace: str) -> Namespace:
        return self.service.namespace(namespace)

    @property
    def one(self) -> VirtualMachine:
        return self.host.virtual_machines.find("one")[0]

    @property
    def two(self) -> VirtualMachine:
        return self.host.virtual_machines.find("two")[0]

    def advance(self, seconds: float) -> None:
        self.host.clock.advance(timedelta(seconds=seconds))

    def machine(self, vm: VirtualMachine, namespace: str = V2) -> Instance:
        return self[namespace].resolve("Msvm_ComputerSystem", {"Name": vm.id})

    def settings(self, vm: VirtualMachine, class_name: str, namespace: str = V2) -> list[Instance]:
        """The settings of one class that belong to a machine."""
        path = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.id}"'
        association = "Msvm_VirtualSystemSettingDataComponent"
        return list(self[namespace].associators(path, association, class_name))

    def manage(self, method: str, namespace: str = V2, **arguments: Any) -> MethodResult:
        """Call the management service, addressed as clients do: by its class name alone."""
        name = "Msvm_VirtualSystemManagementService"
        service = self[namespace].resolve(name, {"CreationClassName": name})
        return self[namespace].invoke(service, method, arguments)

    def embedded(self, class_name: str, values: Mapping[str, Any], namespace: str = V2) -> str:
        """CIM-XML text of an instance with only these properties."""
        declaration = self[namespace].schema.find(class_name)
        return format_instance(ValueInstance(declaration, values), values)


@pytest.fixture
def wmi() -> Wmi:
    """Windows Server 2022 with a running machine `one` and a machine `two` that is off."""
    return Wmi(profile_of("2022"))


@pytest.fixture
def make_wmi() -> Callable[..., Wmi]:
    def make(release: str, clock: str = "manual", **facts: Any) -> Wmi:
        return Wmi(profile_of(release, **facts), clock)

    return make
