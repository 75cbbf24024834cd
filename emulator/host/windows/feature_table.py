"""Hyper-V's features of Windows, which of them lies in which, and their names at Server Manager.

The parts of the role need a restart, the tools do not. Names: Microsoft's documentation of DISM's and Server
Manager's features; what lies in what follows the lists of live machines.
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from emulator.host.host import Host

EVERYTHING: Final = "Microsoft-Hyper-V-All"
ROLE: Final = "Microsoft-Hyper-V"
HYPERVISOR: Final = "Microsoft-Hyper-V-Hypervisor"
SERVICES: Final = "Microsoft-Hyper-V-Services"
CLIENT_TOOLS: Final = "Microsoft-Hyper-V-Tools-All"
SERVER_TOOLS: Final = "RSAT-Hyper-V-Tools-Feature"
POWERSHELL: Final = "Microsoft-Hyper-V-Management-PowerShell"
GRAPHICAL: Final = "Microsoft-Hyper-V-Management-Clients"
#: Windows 7 has one piece.
OLD_TOOLS: Final = "RemoteServerAdministrationTools-Roles-HyperV"
#: Feature -> the one that it lies in; of several the one that the release has.
_PARENTS: Final = {
    ROLE: (EVERYTHING,),
    HYPERVISOR: (ROLE,),
    SERVICES: (ROLE,),
    "Microsoft-Hyper-V-Offline": (ROLE,),
    "Microsoft-Hyper-V-Online": (ROLE,),
    CLIENT_TOOLS: (EVERYTHING,),
    POWERSHELL: (CLIENT_TOOLS, SERVER_TOOLS),
    GRAPHICAL: (CLIENT_TOOLS, SERVER_TOOLS),
}
#: Name at Server Manager -> feature.
SERVER_NAMES: Final = {
    "Hyper-V": ROLE,
    "RSAT-Hyper-V": GRAPHICAL,
    "RSAT-Hyper-V-Tools": SERVER_TOOLS,
    "Hyper-V-Tools": GRAPHICAL,
    "Hyper-V-PowerShell": POWERSHELL,
}


def role_features(host: "Host") -> tuple[str, ...]:
    """The role and its parts in this release; their change waits for a restart."""
    return host.release.features.dism_role if host.role.available else ()


def tool_features(host: "Host") -> tuple[str, ...]:
    """The management tools and their parts in this release."""
    return host.release.features.dism_tools


def parent_of(host: "Host", feature: str) -> str | None:
    """The feature that one lies in, None for one that lies in none of Hyper-V's."""
    known = (*host.release.features.dism_role, *host.release.features.dism_tools)
    return next((each for each in _PARENTS.get(feature, ()) if each in known), None)


def ancestors(host: "Host", feature: str) -> list[str]:
    """The features that one lies in, the nearest first."""
    found: list[str] = []
    while (parent := parent_of(host, found[-1] if found else feature)) is not None:
        found.append(parent)
    return found


def descendants(host: "Host", feature: str) -> list[str]:
    """The features that lie in one."""
    known = (*role_features(host), *tool_features(host))
    return [each for each in known if feature in ancestors(host, each)]
