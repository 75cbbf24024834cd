"""New-PSDrive, also of shares with -Credential and -Persist."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.host import Account, Host
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.modules.management.admission import is_named, require_capability, transaction_of
from emulator.powershell.modules.management.support import non_terminating
from emulator.powershell.modules.utility.variables import scope_of
from emulator.powershell.providers.paths import Drive
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError, error, not_emulated
from emulator.powershell.runtime.module import cmdlet

_NO_CREDENTIALS = "Cannot create drive. The provider does not support the use of credentials."
_WIN32 = "System.ComponentModel.Win32Exception"
_FILES = "FileSystem"


@cmdlet("New-PSDrive", reads=("UseTransaction",))
def new_drive(
    call: CmdletCall,
    name: str,
    ps_provider: str,
    root: str,
    description: str = "",
    scope: str | None = None,
    persist: bool = False,
    credential: Credential | None = None,
) -> Iterator[Drive]:
    """A drive of the caller's scope, or of another one."""
    place = scope_of(call, scope)
    transaction = transaction_of(call)
    with non_terminating(call):
        provider = call.engine.paths.provider(ps_provider)
        if transaction is not None:
            require_capability(provider, "Transactions")
        if is_named(credential):
            require_capability(provider, "Credentials", _NO_CREDENTIALS)
        is_share = root.replace("/", "\\").startswith("\\\\")
        if provider.name == _FILES:
            if persist:
                _require_persistence(call, name, is_share)
            if is_share and (persist or credential is not None):
                _connect(call, root, credential, name)
        if call.should_process(f"Name: {name} Provider: {ps_provider} Root: {root}", "New drive"):
            yield call.engine.paths.add_drive(name, ps_provider, root, description, place)


def _require_persistence(call: CmdletCall, name: str, is_share: bool) -> None:
    """Refuse -Persist of what is no share, or under a name that is no letter."""
    kind = "System.NotSupportedException"
    if not is_share:
        text = "When you use the Persist parameter, the root must be a file system location on a remote "
        text += "computer."
        raise call.failure(kind, text, "DriveRootNotNetworkPath", "InvalidArgument", name)
    if len(name) != 1 or not name.isascii() or not name.isalpha():
        text = (
            "To use the Persist switch parameter, the drive name must be supported by the operating system "
            "(for example, drive letters A-Z)."
        )
        kind = "System.InvalidOperationException"
        raise call.failure(kind, text, "DriveNameNotSupportedForPersistence", "InvalidOperation", name)
    if call.engine.paths.drives.get(name.lower()) is not None:
        raise _unmapped("The local device name is already in use", name)


def _connect(call: CmdletCall, root: str, credential: Credential | None, name: str) -> None:
    """Log on to the share, as WNetAddConnection2 does. Raises CouldNotMapNetworkDrive."""
    host = call.service(Host)
    if not host.filesystem.is_directory(root):
        raise _unmapped("The network path was not found", name)
    if credential is None or not credential.user_name:
        return
    account = host.accounts.verify(credential.user_name, credential.password.text)
    if account is None:
        raise _unmapped("The user name or password is incorrect", name)
    if account.qualified_name.casefold() != call.service(Account).qualified_name.casefold():
        raise call.complete(not_emulated("A drive with the rights of another account"))


def _unmapped(text: str, name: str) -> PSError:
    return error(text, "CouldNotMapNetworkDrive", "InvalidOperation", name, kind=_WIN32)
