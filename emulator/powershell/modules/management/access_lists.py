"""Get-Acl and Set-Acl of Microsoft.PowerShell.Security, for files and folders.

Audit lists, central access policies and the keys of the registry are not emulated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from emulator.host import AccessDenied, Account, Host, HostError
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.management.access_types import DirectorySecurity, ItemSecurity
from emulator.powershell.modules.management.support import fits, leaf, places
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import ErrorRecord, PSError, not_emulated
from emulator.powershell.runtime.invoke import call_method
from emulator.powershell.runtime.module import cmdlet


@contextmanager
def _reporting(call: CmdletCall, path: str) -> Iterator[None]:
    try:
        yield
    except HostError as problem:
        denied = isinstance(problem, AccessDenied)
        text = "Attempted to perform an unauthorized operation." if denied else problem.text
        name = "System.UnauthorizedAccessException" if denied else "System.InvalidOperationException"
        category = "PermissionDenied" if denied else "InvalidOperation"
        call.error(ErrorRecord(ExceptionObject(name, text), name, category, path))


def _files(call: CmdletCall, found: Iterator[Place]) -> Iterator[Place]:
    for place in found:
        if place.provider.name != "FileSystem":
            call.engine.gap("parameter", f"{call.name} of {place.provider.name}")
            raise not_emulated(f"{call.name} for the provider {place.provider.name}")
        yield place


def _descriptor_of(call: CmdletCall, item: Any) -> ItemSecurity | None:
    """What the method GetSecurityDescriptor of an object gives; an error for an object without one."""
    try:
        found = unwrap(call_method(item, "GetSecurityDescriptor", [], call.engine))
    except PSError as problem:
        text = "Could not perform operation because an exception was thrown during method invoke."
        if problem.record.error_id == "MethodNotFound":
            text = "Cannot get the ACL because the necessary method, GetSecurityDescriptor, does not exist."
        kind = "System.Management.Automation.PSNotSupportedException"
        call.error(call.record(kind, text, "GetAcl_OperationNotSupported", "NotImplemented"))
        return None
    if isinstance(found, ItemSecurity):
        return found
    raise not_emulated("A security descriptor of an object that is no file")


@cmdlet("Get-Acl")
def get_acl(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    filter: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    input_object: Any = None,
) -> Iterator[ItemSecurity]:
    """The owner and the access list of files and folders, of the current one without a path."""
    if input_object is not None:
        found = _descriptor_of(call, input_object)
        if found is not None:
            yield found
        return
    host = call.service(Host)
    wanted = path if path or literal_path else ["."]
    for place in _files(call, places(call, wanted, literal_path, include, exclude, filter)):
        with _reporting(call, place.path):
            with host.looking():
                account = call.engine.find_service(Account)
                security = host.filesystem.security.read_by(account, place.path)
                is_directory = host.filesystem.is_directory(place.path)
            kind = DirectorySecurity if is_directory else ItemSecurity
            yield kind(security, is_directory, place.full_name)


@cmdlet("Set-Acl")
def set_acl(
    call: CmdletCall,
    acl_object: Any,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    filter: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    pass_thru: bool = False,
) -> Iterator[ItemSecurity]:
    """Put an owner and an access list on files and folders."""
    given = unwrap(acl_object)
    if not isinstance(given, ItemSecurity):
        exception = ExceptionObject("System.ArgumentException", "AclObject")
        call.error(ErrorRecord(exception, "SetAcl_AclObject", "InvalidArgument", given))
        return
    host = call.service(Host)
    account = call.engine.find_service(Account)
    for place in _files(call, places(call, path, literal_path)):
        if not fits(leaf(place.path), include, exclude, filter):
            continue
        if not call.should_process(place.path, "Set-Acl"):
            continue
        with _reporting(call, place.path):
            with host.looking():
                files = host.filesystem.security
                if account is not None:
                    files.require_change(account, place.path)
                before = files.of(place.path)
                security = given.security.replaced(
                    owner=given.security.owner or before.owner, group=given.security.group or before.group
                )
                files.set(place.path, security)
            if pass_thru:
                yield given
