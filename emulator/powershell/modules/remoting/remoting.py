"""Enable- and Disable-PSRemoting: every session configuration opened to the network, or closed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from emulator.host import Host, HostError
from emulator.host.winrm import session_configurations as configurations
from emulator.powershell.modules.remoting.configuration_errors import refused, require_administrator
from emulator.powershell.modules.wsman.quick_configuration import run_quick_configuration
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_DISABLED_WARNING = (
    "Disabling the session configurations does not undo all the changes made by the Enable-PSRemoting or "
    "Enable-PSSessionConfiguration cmdlet. You might have to manually undo the changes by following these "
    "steps:\n    1. Stop and disable the WinRM service.\n    2. Delete the listener that accepts requests on "
    "any IP address.\n    3. Disable the firewall exceptions for WS-Management communications.\n    4. "
    "Restore "
    "the value of the LocalAccountTokenFilterPolicy to 0, which restricts remote access to members of the "
    "Administrators group on the computer."
)


@cmdlet("Enable-PSRemoting")
def enable_remoting(call: CmdletCall, force: bool = False) -> Iterator[str]:
    """The service, a listener, the firewall, and every session configuration open to the network."""
    host = require_administrator(call)
    target = "Set-WSManQuickConfig"
    if not force and not call.should_process(target):
        return
    yield from run_quick_configuration(call, host, "http")
    for plugin in list(configurations.session_configurations(host)):
        sddl = configurations.with_network_allowed(configurations.descriptor_of(plugin))
        shown = (
            f"Name: {plugin.name} SDDL: {sddl}. This lets selected users remotely run Windows PowerShell "
            f"commands "
            "on this computer."
        )
        if not force and not call.should_process(shown, "Set-PSSessionConfiguration"):
            continue
        opened = configurations.with_descriptor(plugin, sddl)
        if not opened.enabled:
            opened = replace(opened, attributes={**opened.attributes, "Enabled": "True"})
        _change(call, host, opened)


@cmdlet("Disable-PSRemoting")
def disable_remoting(call: CmdletCall, force: bool = False) -> None:
    """Nobody opens a session over the network any more; WMI and command shells stay as they are."""
    host = require_administrator(call)
    call.warning(_DISABLED_WARNING)
    for plugin in list(configurations.session_configurations(host)):
        sddl = configurations.descriptor_of(plugin) or configurations.default_descriptor(host)
        denied = configurations.with_network_denied(sddl)
        if denied == sddl or not plugin.enabled:
            continue
        target = (
            f"Name: {plugin.name} SDDL: {denied}. This denies remote access to this session configuration."
        )
        if force or call.should_process(target, "Set-PSSessionConfiguration"):
            _change(call, host, configurations.with_descriptor(plugin, denied))


def _change(call: CmdletCall, host: Host, plugin: Any) -> None:
    try:
        host.winrm.plugins.change(plugin)
    except HostError as problem:
        raise refused(call, problem, plugin.name) from None
