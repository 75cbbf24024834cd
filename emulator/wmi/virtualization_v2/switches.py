"""Virtual switches and their settings, and what the views of switches and of their parts have in common."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING, TypeVar

from emulator.cim.object_path import ObjectPath
from emulator.host.network import virtual_functions
from emulator.host.network.virtual_switch import VirtualSwitch
from emulator.wmi.view import View
from emulator.wmi.virtualization_v2.base import ENABLED_ELEMENT, PREFIX
from emulator.wmi.virtualization_v2.power_refusals import PowerRefusals
from emulator.wmi.virtualization_v2.refusals import ElementRefusals

if TYPE_CHECKING:
    from emulator.wmi.keys import Keys
    from emulator.wmi.namespace import Namespace

SWITCH_CLASS = "Msvm_VirtualEthernetSwitch"
EXTENSION_CLASS = "Msvm_EthernetSwitchExtension"
Part = TypeVar("Part")


def switch_path(namespace: Namespace, switch: VirtualSwitch) -> str:
    """The full path of a switch, as HostResource of a connection holds it."""
    keys = [("CreationClassName", SWITCH_CLASS), ("Name", switch.id)]
    return str(ObjectPath(SWITCH_CLASS, keys, namespace=namespace.name, server=namespace.server))


def extension_path(namespace: Namespace, switch: VirtualSwitch, identifier: str) -> str:
    """The full path of an extension of a switch."""
    keys = [
        ("CreationClassName", EXTENSION_CLASS),
        ("Name", identifier),
        ("SystemCreationClassName", SWITCH_CLASS),
        ("SystemName", switch.id),
    ]
    return str(ObjectPath(EXTENSION_CLASS, keys, namespace=namespace.name, server=namespace.server))


class SwitchView(View[VirtualSwitch]):
    """One instance for each switch."""

    def objects(self) -> Iterable[VirtualSwitch]:
        return self.host.virtual_switches

    def shown_of(self, owner: object) -> Iterable[VirtualSwitch] | None:
        return (owner,) if isinstance(owner, VirtualSwitch) else ()

    def object_id(self, item: VirtualSwitch) -> Hashable:
        return item.id


class PartView(View[Part]):
    """Parts of switches, which their switch finds: SystemName is its GUID."""

    def parts(self, switch: VirtualSwitch) -> Iterable[Part]:
        """What is shown of one switch."""
        raise NotImplementedError

    def candidates(self, keys: Keys) -> Iterable[Part] | None:
        if "SystemName" not in keys:
            return None
        switch = self.switch_named(keys.text("SystemName"))
        return () if switch is None else self.parts(switch)

    def switch_named(self, name: str) -> VirtualSwitch | None:
        """The switch whose Name the namespace shows so."""
        return self.host.virtual_switches.get(name)


class SwitchSystem(ElementRefusals, PowerRefusals, SwitchView):
    """A switch as a computer system, found by its GUID alone."""

    index = ("Name",)

    def by_key(self, keys: Keys) -> VirtualSwitch | None:
        return self.host.virtual_switches.get(keys.text("Name"))

    def Name(self, switch: VirtualSwitch) -> str:
        return switch.id

    def ElementName(self, switch: VirtualSwitch) -> str:
        return switch.name


class Switch(SwitchSystem):
    """A virtual Ethernet switch, found by its GUID alone."""

    class_name = SWITCH_CLASS
    constants = {
        **ENABLED_ELEMENT,
        "Caption": "Virtual Switch",
        "CreationClassName": SWITCH_CLASS,
        "Dedicated": [38],
        "Description": "Microsoft Virtual Switch",
        "EnabledState": 5,
        "MaxVMQOffloads": 0,
        "ResetCapability": 5,
    }

    def MaxIOVOffloads(self, switch: VirtualSwitch) -> int:
        return virtual_functions.capacity(switch)


class SwitchSettings(SwitchView):
    """The settings of a virtual switch."""

    class_name = "Msvm_VirtualEthernetSwitchSettingData"
    index = ("InstanceID",)
    constants = {
        "Caption": "Virtual Ethernet Switch Settings",
        "Description": "Virtual Ethernet Switch Settings",
        "VirtualSystemType": "DMTF:Virtual Ethernet Switch",
    }

    def by_key(self, keys: Keys) -> VirtualSwitch | None:
        instance_id = keys.text("InstanceID")
        if instance_id[: len(PREFIX)].lower() != PREFIX.lower():
            return None
        return self.host.virtual_switches.get(instance_id[len(PREFIX) :])

    def InstanceID(self, switch: VirtualSwitch) -> str:
        return PREFIX + switch.id

    def ElementName(self, switch: VirtualSwitch) -> str:
        return switch.name

    def VirtualSystemIdentifier(self, switch: VirtualSwitch) -> str:
        return switch.id

    def Notes(self, switch: VirtualSwitch) -> list[str]:
        return [switch.notes] if switch.notes else []

    def BandwidthReservationMode(self, switch: VirtualSwitch) -> int:
        return int(switch.bandwidth_mode)

    def IOVPreferred(self, switch: VirtualSwitch) -> bool:
        return switch.iov_preferred

    def PacketDirectEnabled(self, switch: VirtualSwitch) -> bool:
        return switch.packet_direct_enabled

    def TeamingEnabled(self, switch: VirtualSwitch) -> bool:
        return switch.teaming_enabled

    def ExtensionOrder(self, switch: VirtualSwitch) -> list[str]:
        """Paths of the extensions in the order in which packets pass them."""
        return [extension_path(self.namespace, switch, each) for each in switch.extensions]
