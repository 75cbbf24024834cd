"""Hyper-V and its tools as optional features of Windows, by the names that DISM and ocsetup use.

The packages of other roles are not emulated: a name that is not Hyper-V's is unknown here.
"""

from __future__ import annotations

from emulator.host import Host, PendingChange

#: What an installer exits with when the change waits for a reboot (ERROR_SUCCESS_REBOOT_REQUIRED).
REBOOT_REQUIRED = 3010
#: CBS_E_UNKNOWN_UPDATE as an exit code: no such feature.
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


def exit_code(hresult: int) -> int:
    """An HRESULT as a process exits with it: a signed 32-bit number."""
    return hresult - (1 << 32) if hresult >= 1 << 31 else hresult


def feature_names(host: Host) -> tuple[str, ...]:
    """The features that this release and edition have, the role first."""
    features = host.release.features
    role = features.dism_role if host.role.available else ()
    return (*role, *features.dism_tools)


def find_feature(host: Host, name: str, *, exact: bool) -> str | None:
    """The feature of a name, spelled as Windows does; ``exact`` tells upper from lower case."""
    if exact:
        return name if name in feature_names(host) else None
    wanted = name.casefold()
    return next((one for one in feature_names(host) if one.casefold() == wanted), None)


def display_name(feature: str) -> str:
    """What the feature is called in dialogs."""
    return _DISPLAY_NAMES.get(feature, feature)


def is_tool(host: Host, feature: str) -> bool:
    """The feature is one of the management tools, which need no reboot."""
    return feature in host.release.features.dism_tools


def state_of(host: Host, feature: str) -> str:
    """DISM's word for the state: Enabled, Disabled, Enable Pending, Disable Pending."""
    if is_tool(host, feature):
        return "Enabled" if host.role.management_tools else "Disabled"
    pending = host.role.pending
    if pending is not None:
        return "Enable Pending" if pending is PendingChange.ENABLE else "Disable Pending"
    return "Enabled" if host.role.active else "Disabled"


def enable(host: Host, feature: str, *, with_tools: bool = False) -> bool:
    """Switch a feature on without any look at the hardware; true when the change waits for a reboot."""
    with host.looking():
        if with_tools or is_tool(host, feature):
            host.role.install_management_tools()
        return not is_tool(host, feature) and host.role.enable(checked=False)


def disable(host: Host, feature: str) -> bool:
    """Switch a feature off; true when the change waits for a reboot."""
    with host.looking():
        if is_tool(host, feature):
            host.role.install_management_tools(False)
            return False
        return host.role.disable()
