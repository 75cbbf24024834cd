"""Test-Connection: Win32_PingStatus by another name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import LocalCredentials
from emulator.host import Host
from emulator.host.neighbourhood import means_itself
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.management.wmi_cmdlets import select_query
from emulator.powershell.modules.management.wmi_objects import ManagementObject
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import Clock

if TYPE_CHECKING:
    from emulator.wmi.namespace import Namespace

_EXCEPTION = "System.Net.NetworkInformation.PingException"
_FAILED = "Testing connection to computer '{}' failed: {}"


@cmdlet("Test-Connection")
def ping_computers(
    call: CmdletCall,
    computer_name: list[str],
    count: int = 4,
    buffer_size: int = 32,
    delay: int = 1,
    quiet: bool = False,
    source: list[str] | None = None,
    time_to_live: int = 80,
    credential: Any = None,
) -> Iterator[Any]:
    """Ask computers for an answer, four times each; with -Quiet say whether there was one."""
    if not all(means_itself(call.service(Host), one) for one in source or ()):
        raise call.complete(not_emulated("Test-Connection -Source of another computer"))
    space = call.service(Management).namespace("root/cimv2")
    clock = call.service(Clock)
    for name in computer_name:
        answered = False
        for turn in range(max(1, count)):
            if turn:
                clock.sleep(max(1, delay), call.stopping)
            if credential is not None and credential.user_name:
                # WMI of the machine itself asks for everybody, and takes no credential.
                call.error(_refused(call))
                continue
            found = _asked(call, space, name, f"BufferSize = {buffer_size} AND TimeToLive = {time_to_live}")
            code = found.dynamic_property("StatusCode", None)
            if code == 0:
                answered = True
                if not quiet:
                    yield found
            elif not quiet:
                call.error(_unreached(call, name, code))
        if quiet:
            yield answered


def _refused(call: CmdletCall) -> Any:
    kind = "System.Management.ManagementException"
    text = LocalCredentials.text.rstrip()
    return call.record(kind, text, "TestConnectionException", "InvalidOperation")


def _asked(call: CmdletCall, space: Namespace, name: str, settings: str) -> ManagementObject:
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    # The text is quoted for WQL.
    query = select_query("Win32_PingStatus", None, f"Address = '{escaped}' AND {settings}")
    (found,) = space.query(query).instances
    with space.reading():
        return ManagementObject(call.engine, found, space.name)


def _unreached(call: CmdletCall, name: str, code: Any) -> Any:
    reason = (
        "The requested name is valid, but no data of the requested type was found"
        if code is None
        else "Error due to lack of resources"
    )
    return call.record(
        _EXCEPTION,
        _FAILED.format(name, reason),
        "TestConnectionException",
        "ResourceUnavailable",
        name,
    )
