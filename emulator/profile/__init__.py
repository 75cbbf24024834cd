"""Profiles: YAML descriptions of one Windows machine, checked before anything is built from them.

``load`` reads a shipped profile by name or a file by path and returns a frozen ``Profile``; every problem of
a file is reported with its line. ``release`` gives the facts of a release of Windows. This package knows no
protocol and no host.
"""

from emulator.profile.accounts import AccountPolicy, Domain, DomainUser
from emulator.profile.errors import ProfileError
from emulator.profile.expansion import (
    AssignableDevice,
    DeviceEmulator,
    FibreChannelPort,
    GraphicsProcessor,
    PciDevice,
)
from emulator.profile.hardware import (
    Capability,
    Disk,
    Firmware,
    Hardware,
    NetworkAdapter,
    Processor,
    System,
    Volume,
)
from emulator.profile.inventory import (
    DvdDrive,
    FibreChannelAdapter,
    Generate,
    GuestSystem,
    HardDisk,
    Inventory,
    Memory,
    VirtualDisk,
    VirtualMachine,
    VirtualNetworkAdapter,
    VirtualSan,
    VirtualSwitch,
)
from emulator.profile.loader import builtin_names, builtin_path, load, loads
from emulator.profile.model import Profile, unmet_requirements
from emulator.profile.operating_system import HyperVSettings, OperatingSystem, User
from emulator.profile.release import EditionFacts, Features, Limits, Release, release, release_keys
from emulator.profile.schema import json_schema
from emulator.profile.time_zones import IANA_NAMES
from emulator.profile.winrm import Authentication, Shells, Winrm

__all__ = [
    "IANA_NAMES",
    "AccountPolicy",
    "AssignableDevice",
    "Authentication",
    "Capability",
    "DeviceEmulator",
    "Disk",
    "Domain",
    "DomainUser",
    "DvdDrive",
    "EditionFacts",
    "Features",
    "FibreChannelAdapter",
    "FibreChannelPort",
    "Firmware",
    "Generate",
    "GraphicsProcessor",
    "GuestSystem",
    "HardDisk",
    "Hardware",
    "HyperVSettings",
    "Inventory",
    "Limits",
    "Memory",
    "NetworkAdapter",
    "OperatingSystem",
    "PciDevice",
    "Processor",
    "Profile",
    "ProfileError",
    "Release",
    "Shells",
    "System",
    "User",
    "VirtualDisk",
    "VirtualMachine",
    "VirtualNetworkAdapter",
    "VirtualSan",
    "VirtualSwitch",
    "Volume",
    "Winrm",
    "builtin_names",
    "builtin_path",
    "json_schema",
    "load",
    "loads",
    "release",
    "release_keys",
    "unmet_requirements",
]
