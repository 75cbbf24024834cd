"""Reset-ComputerMachinePassword."""

from __future__ import annotations

from emulator.host import Account, Host, HostError
from emulator.host.security.callers import may_administer
from emulator.host.security.domain_membership import reset_machine_password
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.module import cmdlet

_INVALID = "System.InvalidOperationException"


@cmdlet("Reset-ComputerMachinePassword")
def reset_computer_machine_password(
    call: CmdletCall, server: str | None = None, credential: Credential | None = None
) -> None:
    """Agree with the domain on another password of the computer, which nobody sees."""
    host = call.service(Host)
    name = host.name
    if not may_administer(call.service(Account)):
        text = (
            "Administrator rights are required to reset the secure channel password on the local computer. "
            "Access is denied."
        )
        raise _failed(call, text, "UnauthorizedAccessException")
    if host.operating_system.domain is None:
        text = (
            "Cannot reset the secure channel password for the account of the local computer. The local "
            "computer is not currently part of a domain."
        )
        raise _failed(call, text, "ComputerNotInDomain")
    domain = host.accounts.domain
    if server is not None and (domain is None or not domain.is_named(server)):
        raise _failed(
            call, f"The specified server name {server} cannot be resolved.", "CannotResolveServerName"
        )
    if not call.should_process(name):
        return
    given = (None, None) if credential is None else (credential.user_name, credential.password.text)
    try:
        reset_machine_password(host, *given)
    except HostError as problem:
        text = (
            "Cannot reset the secure channel password for the computer account in the domain. Operation "
            f"failed with the following exception: {problem.text}."
        )
        raise _failed(call, text, "FailToResetPasswordOnDomain") from None


def _failed(call: CmdletCall, text: str, error_id: str) -> PSError:
    return call.failure(_INVALID, text, error_id, "InvalidOperation", call.service(Host).name)
