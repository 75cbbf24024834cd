"""Hyper-V and its tools as optional features of Windows, by the names that DISM and ocsetup use.

One table for every door: dism.exe, ocsetup.exe, the Dism module and Win32_OptionalFeature.

The packages of other roles are not emulated: a name that is not Hyper-V's is unknown here.
"""

from typing import TYPE_CHECKING

from emulator.host.role import PendingChange

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


def feature_names(host: "Host") -> tuple[str, ...]:
    """The features that this release and edition have, the role first."""
    features = host.release.features
    role = features.dism_role if host.role.available else ()
    return (*role, *features.dism_tools)


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
    return feature in host.release.features.dism_tools


def state_of(host: "Host", feature: str) -> str:
    """DISM's word for the state: Enabled, Disabled, Enable Pending, Disable Pending."""
    pending = host.role.pending
    if pending is not None and not is_tool(host, feature):
        return "Enable Pending" if pending is PendingChange.ENABLE else "Disable Pending"
    return "Enabled" if is_enabled(host, feature) else "Disabled"


def is_enabled(host: "Host", feature: str) -> bool:
    """The feature is there now; a change that waits for the reboot has not come yet."""
    return host.role.management_tools if is_tool(host, feature) else host.role.active


def enable(host: "Host", feature: str, *, with_tools: bool = False) -> bool:
    """Switch a feature on without any look at the hardware; true when the change waits for a reboot."""
    with host.looking():
        if with_tools or is_tool(host, feature):
            host.role.install_management_tools()
        return not is_tool(host, feature) and host.role.enable(checked=False)


def disable(host: "Host", feature: str) -> bool:
    """Switch a feature off; true when the change waits for a reboot."""
    with host.looking():
        if is_tool(host, feature):
            host.role.install_management_tools(False)
            return False
        return host.role.disable()
