"""Associations of root/cimv2."""

from __future__ import annotations

from emulator.wmi.association import End, Link, itself, the_host
from emulator.wmi.cimv2.computer_system import Bios, ComputerSystem
from emulator.wmi.cimv2.network_adapter import NetworkAdapter, NetworkAdapterConfiguration
from emulator.wmi.cimv2.operating_system import OperatingSystem, TimeZone
from emulator.wmi.cimv2.processor import Processor
from emulator.wmi.cimv2.service import Service

LINKS = (
    Link(
        "Win32_ComputerSystemProcessor",
        End(
            "GroupComponent",
            ComputerSystem,
            lambda namespace, _: range(namespace.host.hardware.processor.sockets),
        ),
        End("PartComponent", Processor, the_host),
    ),
    Link(
        "Win32_SystemOperatingSystem",
        End("GroupComponent", ComputerSystem, the_host),
        End("PartComponent", OperatingSystem, the_host),
        values={"PrimaryOS": True},
    ),
    Link(
        "Win32_SystemBIOS",
        End("GroupComponent", ComputerSystem, the_host),
        End("PartComponent", Bios, the_host),
    ),
    Link(
        "Win32_SystemTimeZone",
        End("Element", ComputerSystem, the_host),
        End("Setting", TimeZone, the_host),
    ),
    Link(
        "Win32_SystemServices",
        End("GroupComponent", ComputerSystem, lambda namespace, _: namespace.host.services),
        End("PartComponent", Service, the_host),
    ),
    Link(
        "Win32_NetworkAdapterSetting",
        End("Element", NetworkAdapter, itself),
        End("Setting", NetworkAdapterConfiguration, itself),
    ),
)
