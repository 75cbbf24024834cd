"""The management of Windows (WMI) as cmdlets reach it: the namespaces of the machine, as the session's user
sees them, and what a refusal looks like in a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from emulator.cim import errors as cim
from emulator.host.errors import HostError
from emulator.host.neighbourhood import OWN_NAMES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType
from emulator.powershell.modules.cim.objects import CimObject
from emulator.powershell.modules.cim.session_types import accounts_of_sessions, session_account
from emulator.powershell.runtime.errors import PSError, not_emulated

if TYPE_CHECKING:
    from emulator.host import Account
    from emulator.powershell.runtime.cmdlet_call import CmdletCall
    from emulator.powershell.runtime.errors import ErrorRecord
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.operation_options import OperationOptions

CIM_EXCEPTION = PSType("Microsoft.Management.Infrastructure.CimException", base="System.Exception")
JOB_EXCEPTION = PSType(
    "Microsoft.PowerShell.Cmdletization.Cim.CimJobException", base="System.SystemException"
)


class Management:
    """The service of the session: ``namespace`` raises InvalidNamespace, AccessDenied."""

    def namespace(self, name: str, *, writes: bool = False, calls_method: bool = False) -> Namespace:
        """A namespace; to write in it takes an administrator."""
        raise NotImplementedError

    def seen_by(self, account: Account) -> Management:
        """The service of the account's machine, as the account sees it."""
        raise NotImplementedError

    def account_at(self, computer: str, user: str | None = None, password: str = "") -> Account:
        """Who the session's user, or whom a credential names, is at another computer that the machine
        reaches by WinRM. Raises ProviderRefusal."""
        raise NotImplementedError

    def options(self, values: Mapping[str, Any]) -> OperationOptions:
        """Options of an operation by their names."""
        raise NotImplementedError


#: Error of WMI -> number of MI_Result, its name's category, and the text of MI where it has its own.
_FACES: dict[type[cim.CimError], tuple[str, str, str]] = {
    cim.AccessDenied: ("HRESULT 0x80041003", "PermissionDenied", "Access denied "),
    cim.InvalidNamespace: ("HRESULT 0x8004100e", "MetadataError", "Invalid namespace "),
    cim.InvalidClass: ("HRESULT 0x80041010", "MetadataError", "Invalid class "),
    cim.InvalidQuery: ("HRESULT 0x80041017", "InvalidArgument", "Invalid query "),
    cim.NotFound: ("HRESULT 0x80041002", "ObjectNotFound", "Not found "),
    cim.InvalidMethod: ("HRESULT 0x8004102e", "InvalidArgument", "Invalid method "),
    cim.InvalidMethodParameters: ("HRESULT 0x8004102f", "InvalidType", "Invalid method Parameter(s) "),
    cim.TypeMismatch: ("HRESULT 0x80041005", "InvalidType", "Type mismatch "),
    cim.AlreadyExists: ("Windows System Error 5010", "ResourceExists", ""),
    cim.InvalidParameter: ("Windows System Error 87", "InvalidArgument", ""),
    cim.NotSupported: ("Windows System Error 50", "NotImplemented", ""),
    cim.ProviderNotCapable: ("HRESULT 0x80041024", "NotImplemented", ""),
    cim.CimError: ("HRESULT 0x80041001", "NotSpecified", ""),
}

#: HRESULT with which a provider refuses -> category of the error.
_CATEGORIES = {
    0x80070002: "ObjectNotFound",
    0x80070003: "ObjectNotFound",
    0x80070005: "PermissionDenied",
    0x80070032: "NotImplemented",
    0x80338012: "ConnectionError",
    0x80338113: "ConnectionError",
    0x803380D9: "ConnectionError",
    0x80070057: "InvalidArgument",
    0x800700B7: "ResourceExists",
    0x80041318: "InvalidArgument",
}


def management_of(call: CmdletCall) -> Management:
    """The service of the computer that a call names, as the user of the CIM session sees it or else the
    script's own; without a name that of the object that it was given. Raises ProviderRefusal for a computer
    that is not reached."""
    service = call.service(Management)
    names = {str(name).lower() for name in call.get("ComputerName") or ()}
    others = {name for name in names if not _is_here(call, name)}
    if others and len(names) > 1:
        raise call.complete(not_emulated(f"{call.name} on several computers at once"))
    account = session_account(call)
    if account is None and not names:
        others = {name for name in _of_input(call) if name and not _is_here(call, name.lower())}
        account = next(
            (one for one in accounts_of_sessions(call.engine) if one.host.name.lower() in others), None
        )
    if account is None and others:
        account = service.account_at(others.pop())
    return service if account is None else service.seen_by(account)


def _is_here(call: CmdletCall, name: str) -> bool:
    return name in (*OWN_NAMES, call.engine.machine.computer_name.lower())


def _of_input(call: CmdletCall) -> set[str]:
    """The computers of the instances that a call was given."""
    given = unwrap(call.get("InputObject"))
    items = given if isinstance(given, list | tuple) else [given]
    return {one.server.lower() for one in map(unwrap, items) if isinstance(one, CimObject)}


def record_of(call: CmdletCall, problem: Exception, target: Any = None) -> ErrorRecord | None:
    """The error record of a refusal; None for what is none."""
    if isinstance(problem, cim.ProviderRefusal):
        error_id, message = f"HRESULT 0x{problem.hresult:08x}", problem.text
        category = _CATEGORIES.get(problem.hresult, "NotSpecified")
    elif isinstance(problem, cim.CimError):
        kind = next(each for each in type(problem).__mro__ if each in _FACES)
        error_id, category, text = _FACES[kind]
        message = text or problem.detail or problem.text
    elif isinstance(problem, HostError):
        number = problem.hresult & 0xFFFF
        error_id, category, message = f"Windows System Error {number}", "NotSpecified", problem.text
    else:
        return None
    return call.record(CIM_EXCEPTION, message, error_id, category, target)


@contextmanager
def reporting(call: CmdletCall, target: Any = None) -> Iterator[None]:
    """Report a refusal of the body as a non-terminating error."""
    try:
        yield
    except PSError:
        raise
    except (cim.CimError, HostError) as problem:
        record = record_of(call, problem, target)
        if record is None:
            raise
        call.error(record)
