"""Get-Credential."""

from __future__ import annotations

from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.user_prompts import read_credential


@cmdlet("Get-Credential")
def get_credential(
    call: CmdletCall,
    credential: Credential | None = None,
    message: str | None = None,
    user_name: str | None = None,
) -> None:
    """A credential that is given, or for which the user is asked; nothing when he gives up."""
    if credential is None:
        try:
            credential = read_credential(call.engine, user_name, message or "")
        except NetError as problem:
            raise call.failure(
                problem.exception, error_id="InvalidOperation", category="InvalidOperation"
            ) from None
    if credential is not None:
        call.write(credential)
