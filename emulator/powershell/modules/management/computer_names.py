"""Rename-Computer, Add-Computer, Remove-Computer and Test-ComputerSecureChannel for the machine itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.host import Account, Host, HostError
from emulator.host.errors import InvalidParameter
from emulator.host.security.callers import administering
from emulator.host.security.domain_membership import join_domain, leave_domain
from emulator.host.security.domain_membership import rename_computer as renamed
from emulator.host.windows.shutdown_request import ShutdownKind, ShutdownRequest
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.modules.management.own_computer import own_computer
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_INVALID = "System.InvalidOperationException"
_RESTART = "The changes will take effect after you restart the computer {}."
_NAMES = "Microsoft.PowerShell.Commands."
_BAD_NAME = (
    "Skip computer '{old}' with new name '{new}' because the new name is not valid. The new computer name "
    "entered is not properly formatted. Standard names may contain letters (a-z), (A-Z), numbers (0-9), and "
    "hyphens (-), but no spaces or periods (.). The name may not consist entirely of digits, and may not be "
    "longer than 63 characters."
)
_LEAVING = (
    "After you leave the domain, you will need to know the password of the local Administrator account to "
    "log onto this computer. Do you wish to continue?"
)


@cmdlet("Rename-Computer")
def rename_computer(
    call: CmdletCall,
    new_name: str,
    computer_name: str | None = None,
    domain_credential: Credential | None = None,
    pass_thru: bool = False,
    restart: bool = False,
) -> Iterator[Any]:
    """Give the machine another name, which it bears from its next boot on."""
    host = own_computer(call, [computer_name] if computer_name else None)
    old = host.name
    if new_name.casefold() == host.operating_system.next_computer_name.casefold():
        text = f"Skip computer '{old}' with new name '{new_name}' because the new name is the same as the "
        text += "current name."
        call.error(call.record(_INVALID, text, "NewNameIsOldName", "InvalidArgument", new_name))
        return
    if not call.should_process(old):
        return
    caller = call.engine.find_service(Account)
    done = _done(call, lambda: renamed(host, new_name, *_logon(domain_credential), caller))
    if isinstance(done, InvalidParameter):
        text = _BAD_NAME.format(old=old, new=new_name)
        call.error(call.record(_INVALID, text, "InvalidNewName", "InvalidArgument", new_name))
    elif done is not None:
        text = f"Fail to rename computer '{old}' to '{new_name}' due to the following exception: {done.text}"
        call.error(call.record(_INVALID, text, "FailToRenameComputer", "OperationStopped", old))
    if pass_thru:
        pairs = [("HasSucceeded", done is None), ("NewComputerName", new_name), ("OldComputerName", old)]
        yield PSObject.custom(pairs, (f"{_NAMES}RenameComputerChangeInfo",))
    if done is None:
        _then(call, host, restart)


@cmdlet("Add-Computer")
def add_computer(
    call: CmdletCall,
    computer_name: list[str] | None = None,
    domain_name: str | None = None,
    workgroup_name: str | None = None,
    credential: Credential | None = None,
    unjoin_domain_credential: Credential | None = None,
    new_name: str | None = None,
    pass_thru: bool = False,
    restart: bool = False,
) -> Iterator[Any]:
    """Join a domain, or a workgroup; a domain counts from the next boot on."""
    host = own_computer(call, computer_name)
    system = host.operating_system
    if not call.should_process(host.name):
        return
    if domain_name is not None:
        done = _done(call, lambda: join_domain(host, domain_name, *_logon(credential)))
        old, wanted = f"workgroup '{system.workgroup}'", f"domain '{domain_name}'"
        error_id = "FailToJoinDomainFromWorkgroup"
    else:
        done = _done(call, lambda: _enter(host, str(workgroup_name), unjoin_domain_credential or credential))
        old, wanted = f"workgroup '{system.workgroup}'", f"workgroup '{workgroup_name}'"
        error_id = "FailToSwitchFromWorkgroupToWorkgroup"
    if done is not None:
        text = f"Computer '{host.name}' failed to join {wanted} from its current {old} with following error "
        text += f"message: {done.text}"
        call.error(call.record(_INVALID, text, error_id, "OperationStopped", host.name))
    elif new_name is not None:
        done = _done(call, lambda: system.rename(new_name))
        if done is not None:
            text = f"Computer '{host.name}' was successfully joined to the new {wanted}, but renaming it to "
            text += f"'{new_name}' failed with the following error message: {done.text}"
            call.error(
                call.record(_INVALID, text, "FailToRenameAfterJoinDomain", "OperationStopped", host.name)
            )
    if pass_thru:
        yield _change(host, done is None)
    if done is None:
        _then(call, host, restart)


@cmdlet("Remove-Computer")
def remove_computer(
    call: CmdletCall,
    computer_name: list[str] | None = None,
    unjoin_domain_credential: Credential | None = None,
    workgroup_name: str | None = None,
    force: bool = False,
    pass_thru: bool = False,
    restart: bool = False,
) -> Iterator[Any]:
    """Leave the domain from the next boot on."""
    host = own_computer(call, computer_name)
    if host.operating_system.next_domain is None:
        text = f"Skip computer '{host.name}' because it is not in a domain."
        call.error(call.record(_INVALID, text, "ComputerNotInDomain", "InvalidOperation", host.name))
        return
    if not call.should_process(host.name) or not (force or call.should_continue(_LEAVING, "Confirm")):
        return
    done = _done(call, lambda: leave_domain(host, *_logon(unjoin_domain_credential)))
    if done is None and workgroup_name is not None and host.operating_system.domain is None:
        host.operating_system.configure(workgroup=workgroup_name)
    if done is not None:
        domain = host.operating_system.domain
        text = f"Computer '{host.name}' failed to unjoin domain '{domain}' with the following "
        text += f"error message: {done.text}"
        call.error(call.record(_INVALID, text, "FailToUnjoinDomain", "OperationStopped", host.name))
    if pass_thru:
        yield _change(host, done is None)
    if done is None:
        _then(call, host, restart)


@cmdlet("Test-ComputerSecureChannel")
def secure_channel(call: CmdletCall) -> Iterator[bool]:
    """Whether the machine and its domain trust each other, which they always do here."""
    host = call.service(Host)
    if host.operating_system.domain is None:
        text = f"Cannot verify the secure channel for the local computer. The computer '{host.name}' is not "
        text += "joined to a domain."
        raise call.failure(_INVALID, text, "ComputerNotInDomain", "InvalidOperation", host.name)
    yield host.accounts.domain is not None


def _enter(host: Host, workgroup: str, credential: Credential | None) -> None:
    if host.operating_system.next_domain is not None:
        leave_domain(host, *_logon(credential))
    if host.operating_system.domain is None:
        host.operating_system.configure(workgroup=workgroup)


def _logon(credential: Credential | None) -> tuple[str | None, str | None]:
    return (None, None) if credential is None else (credential.user_name, credential.password.text)


def _done(call: CmdletCall, change: Callable[[], None]) -> HostError | None:
    """Make a change as an administrator; what the machine refuses is given back."""
    try:
        with administering(call.service(Host), call.service(Account)):
            change()
    except HostError as problem:
        return problem
    return None


def _change(host: Host, succeeded: bool) -> PSObject:
    pairs = [("HasSucceeded", succeeded), ("ComputerName", host.name)]
    return PSObject.custom(pairs, (f"{_NAMES}ComputerChangeInfo",))


def _then(call: CmdletCall, host: Host, restart: bool) -> None:
    if restart:
        host.power.shut_down(ShutdownRequest(ShutdownKind.RESTART, caller=call.service(Account)))
    else:
        call.warning(_RESTART.format(host.name))
