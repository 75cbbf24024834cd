"""Extensions of virtual switches that come with Windows.

Identifiers, names and types: listings of Get-VMSwitchExtension and Get-HnsNetwork of 2012 R2 to 2022 hosts.
"""

from enum import IntEnum
from typing import TYPE_CHECKING

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.profile import Release

_AZURE_VFP_BUILD = 14393


class ExtensionType(IntEnum):
    """VMSwitchExtensionType."""

    UNKNOWN = 0
    CAPTURE = 1
    FILTER = 2
    FORWARDING = 3
    MONITORING = 4
    NATIVE = 5


class SwitchExtension(Record):
    """An installed extension; ``enabled`` is what a new switch has."""

    id: str
    name: str
    description: str
    type: ExtensionType
    enabled: bool
    since: int = 9200
    vendor: str = "Microsoft"


_EXTENSIONS = (
    SwitchExtension(
        "EA24CD6C-D17A-4348-9190-09F0D5BE83DD",
        "Microsoft NDIS Capture",
        "Microsoft NDIS Packet Capture Filter Driver",
        ExtensionType.MONITORING,
        False,
    ),
    SwitchExtension(
        "E7C3B2F0-F3C5-48DF-AF2B-10FED6D72E7A",
        "Microsoft Windows Filtering Platform",
        "Microsoft Windows Filtering Platform",
        ExtensionType.FILTER,
        True,
    ),
    SwitchExtension(
        "E9B59CFA-2BE1-4B21-828F-B6FBDBDDC017",
        "Microsoft Azure VFP Switch Extension",
        "Microsoft Azure VFP Switch Extension",
        ExtensionType.FILTER,
        False,
        _AZURE_VFP_BUILD,
    ),
)


#: The switch itself as an extension: the owner of the features that every port has.
NATIVE_EXTENSION = SwitchExtension(
    "11EC6134-128A-4A23-B12F-164184B48348",
    "Microsoft Virtual Ethernet Switch Native Extension",
    "Microsoft Virtual Ethernet Switch Native Extension",
    ExtensionType.NATIVE,
    True,
)


def installed_extensions(release: "Release") -> tuple[SwitchExtension, ...]:
    """The extensions that a release has, in the order in which a switch runs them."""
    return tuple(each for each in _EXTENSIONS if each.since <= release.build)


def extension_version(release: "Release") -> str:
    """Version of the drivers: that of Windows."""
    return f"{release.version}.0"
