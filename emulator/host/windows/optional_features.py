"""Hyper-V and its tools as optional features of Windows, by the names that DISM and ocsetup use.

One table for every door: dism.exe, ocsetup.exe, the Dism module and Win32_OptionalFeature.

The packages of other roles are not emulated: a name that is not Hyper-V's is unknown here.
"""

from typing import TYPE_CHECKING

from emulator.host.errors import HostError
from emulator.host.windows.feature_table import (
    EVERYTHING,
    ancestors,
    descendants,
    role_features,
    tool_features,
)

if TYPE_CHECKING:
    from emulator.host.host import Host

#: CBS_E_UNKNOWN_UPDATE: no such feature.
UNKNOWN_FEATURE = 0x800F080C
_DISPLAY_NAMES = {
    "Microsoft-Hyper-V-All": "Hyper-V",
    "Microsoft-Hyper-V": "Hyper-V",
    "Microsoft-Hyper-V-Offline": "Hyper-V",
    "Microsoft-Hyper-V-Online": "Hyper-V",
    "Microsoft-Hyper-V-Hypervisor": "Hyper-V Hypervisor",
    "Microsoft-Hyper-V-Services": "Hyper-V Services",
    "Microsoft-Hyper-V-Tools-All": "Hyper-V Management Tools",
    "RSAT-Hyper-V-Tools-Feature": "Hyper-V Management Tools",
    "Microsoft-Hyper-V-Management-PowerShell": "Hyper-V Module for Windows PowerShell",
    "Microsoft-Hyper-V-Management-Clients": "Hyper-V GUI Management Tools",
    "RemoteServerAdministrationTools-Roles-HyperV": "Hyper-V Tools",
}


class ParentDisabled(HostError):
    """A feature lies in one that is not enabled; its text is DISM's (general knowledge)."""

    default_text = "One or several parent features are disabled so current feature can not be enabled."


def feature_names(host: "Host") -> tuple[str, ...]:
    """The features that this release and edition have, the role first."""
    return (*role_features(host), *tool_features(host))


def find_feature(host: "Host", name: str, *, exact: bool) -> str | None:
    """The feature of a name, spelled as Windows does; ``exact`` tells upper from lower case."""
    if exact:
        return name if name in feature_names(host) else None
    wanted = name.casefold()
    return next((one for one in feature_names(host) if one.casefold() == wanted), None)


def display_name(feature: str) -> str:
    """What the feature is called in dialogs."""
    return _DISPLAY_NAMES.get(feature, feature)


def is_tool(host: "Host", feature: str) -> bool:
    """The feature is one of the management tools, which need no reboot."""
    return feature in tool_features(host)


def state_of(host: "Host", feature: str) -> str:
    """DISM's word for the state: Enabled, Disabled, Enable Pending, Disable Pending."""
    present, coming = is_enabled(host, feature), _will_be_enabled(host, feature)
    if present == coming:
        return "Enabled" if present else "Disabled"
    return "Enable Pending" if coming else "Disable Pending"


def is_enabled(host: "Host", feature: str) -> bool:
    """The feature is there now; a change that waits for the reboot has not come yet."""
    return feature in host.role.tools or feature in host.role.parts


def _will_be_enabled(host: "Host", feature: str) -> bool:
    return feature in host.role.tools or feature in host.role.next_parts


def enable(host: "Host", *features: str, with_parents: bool = False) -> bool:
    """Switch features on without any look at the hardware; true when the change waits for a reboot.

    On clients what lies in one comes with it, and with the role everywhere; ``with_parents`` (DISM's /all)
    also takes those that it lies in, and with a client's role all of Hyper-V. Raises ParentDisabled and then
    changes nothing.
    """
    with host.looking():
        wanted = set().union(*(_brought(host, each, with_parents) for each in features))
        for each in features:
            above = set(ancestors(host, each)) - wanted
            if not all(_will_be_enabled(host, one) for one in above):
                raise ParentDisabled()
        parts = frozenset(wanted & set(role_features(host)))
        host.role.change_tools(frozenset(wanted - parts), frozenset())
        return host.role.change_parts(parts) and bool(parts - {EVERYTHING})


def _brought(host: "Host", feature: str, with_parents: bool) -> set[str]:
    """A feature with those that come with it."""
    client, tool = host.release.is_client, is_tool(host, feature)
    found = {feature, *(descendants(host, feature) if client or not tool else ())}
    if with_parents:
        above = ancestors(host, feature)
        found.update(above)
        if client and not tool and EVERYTHING in above:
            found.update(descendants(host, EVERYTHING))
    return found


def disable(host: "Host", *features: str) -> bool:
    """Switch features off with all that lies in them; true when the change waits for a reboot."""
    with host.looking():
        gone = frozenset().union(*({each, *descendants(host, each)} for each in features))
        host.role.change_tools(frozenset(), gone)
        parts = gone & set(role_features(host))
        return host.role.change_parts(removes=parts) if parts else False
