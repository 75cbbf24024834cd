"""ConvertTo-SecureString of plain text; encrypted texts need keys of Windows that are not here."""

from __future__ import annotations

from emulator.powershell.dotnet.credentials import SecureString
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet


@cmdlet("ConvertTo-SecureString")
def convert_to_secure_string(
    call: CmdletCall, string: str = "", as_plain_text: bool = False, force: bool = False
) -> SecureString:
    """A text as a SecureString; plain text must be forced."""
    if not as_plain_text:
        raise call.complete(not_emulated("ConvertTo-SecureString of an encrypted text"))
    if not force:
        raise call.failure(
            "System.ArgumentException",
            "The system cannot protect plain text input. To suppress this warning and convert the plain text "
            "to a SecureString, reissue the command specifying the Force parameter. For more information "
            "type: get-help ConvertTo-SecureString.",
            "ImportSecureString_ForceRequired",
            "InvalidArgument",
        )
    made = SecureString(string)
    call.write(made)
    return made
