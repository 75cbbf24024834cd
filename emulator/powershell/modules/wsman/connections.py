"""Connect- and Disconnect-WSMan: further computers in the WSMan: drive."""

from __future__ import annotations

from typing import Any

from emulator.powershell.modules.wsman.client import RequestRefused
from emulator.powershell.modules.wsman.instances import OWN_NAME, refusal, target_of
from emulator.powershell.modules.wsman.provider import WSManProvider
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet


@cmdlet("Connect-WSMan", reads=("Port", "UseSSL", "ApplicationName"))
def connect(
    call: CmdletCall, computer_name: str | None = None, credential: Any = None, connection_uri: Any = None
) -> None:
    """Show the configuration of a computer in the drive under its name."""
    if connection_uri is not None:
        raise call.complete(not_emulated("Connect-WSMan -ConnectionURI"))
    name = computer_name or OWN_NAME
    try:
        host, account = target_of(call, name, credential)
    except RequestRefused as refused:
        raise refusal(call, refused, name) from None
    _provider(call).connect(name, host, account)


@cmdlet("Disconnect-WSMan")
def disconnect(call: CmdletCall, computer_name: str | None = None) -> None:
    """Take a computer out of the drive; the machine itself stays as localhost."""
    computer_name = computer_name or OWN_NAME
    if computer_name.lower() == OWN_NAME:
        raise call.failure(
            "System.ArgumentException",
            "The computer name cannot be localhost.",
            "WsManError",
            "InvalidArgument",
            computer_name,
        )
    _provider(call).disconnect(computer_name)


def _provider(call: CmdletCall) -> WSManProvider:
    found = call.engine.paths.providers.get("wsman")
    if not isinstance(found, WSManProvider):
        raise call.complete(not_emulated(f"{call.name} without the WSMan provider"))
    return found
