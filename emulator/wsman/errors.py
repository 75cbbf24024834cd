"""The one place where errors of WMI and of the shells become WS-Management faults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim import errors as cim
from emulator.console.process import InputTooLarge, ProgramNotFound
from emulator.host.winrm.winrm_errors import OF_THE_PROTOCOL, ConfigurationRefused
from emulator.record import Record
from emulator.shells import errors as shells
from emulator.wsman.faults import (
    COMMAND_PROVIDER,
    CONFIGURATION_PROVIDER,
    POWERSHELL_PROVIDER,
    SHELL_PROVIDER,
    WMI_PROVIDER,
    ProviderFault,
    WsmanFault,
    fault_row,
    fault_table,
)

if TYPE_CHECKING:
    from emulator.cim.errors import CimError


class WmiOperation(Record):
    """What was asked of WMI, for the fault's __ExtendedStatus: such as ('ExecQuery', the query)."""

    name: str
    parameter: str
    namespace: str

    @property
    def is_query(self) -> bool:
        return self.name in ("ExecQuery", "CreateInstanceEnum", "ExecNotificationQuery")


class _Row(Record):
    """The fault of a WMI error: for a query or enumeration, for anything else, and the provider's words."""

    query: str
    other: str
    message: str = ""


_FILTER = "ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER"
_MISSING = "ERROR_WSMAN_RESOURCE_NOT_FOUND"
_NO_CLASS = "The specified class does not exist in the given namespace."

# Searched along the error's base classes. Errors without a row keep their own number in an internal error.
_WMI: dict[type[BaseException], _Row] = {
    cim.InvalidClass: _Row(_FILTER, _MISSING, _NO_CLASS),
    cim.InvalidNamespace: _Row(_FILTER, _MISSING),
    cim.NotFound: _Row(_FILTER, _MISSING),
    cim.InvalidQuery: _Row(_FILTER, _FILTER),
    cim.InvalidQueryType: _Row(_FILTER, _FILTER),
    cim.InvalidProperty: _Row(_FILTER, "ERROR_WSMAN_UNEXPECTED_SELECTORS"),
    cim.InvalidMethod: _Row("ERROR_WSMAN_INVALID_ACTIONURI", "ERROR_WSMAN_INVALID_ACTIONURI"),
    cim.InvalidMethodParameters: _Row(
        "ERROR_WSMAN_INVALID_PARAMETER_NAME", "ERROR_WSMAN_INVALID_PARAMETER_NAME"
    ),
    cim.TypeMismatch: _Row(_FILTER, "ERROR_WSMAN_PARAMETER_TYPE_MISMATCH"),
    cim.InvalidParameter: _Row(
        "ERROR_WSMAN_WMI_PROVIDER_INVALID_PARAMETER", "ERROR_WSMAN_WMI_PROVIDER_INVALID_PARAMETER"
    ),
    cim.AccessDenied: _Row("ERROR_ACCESS_DENIED", "ERROR_ACCESS_DENIED"),
    cim.ProviderNotCapable: _Row(
        "ERROR_WSMAN_WMI_PROVIDER_NOT_CAPABLE", "ERROR_WSMAN_WMI_PROVIDER_NOT_CAPABLE"
    ),
    cim.NotSupported: _Row("ERROR_WSMAN_UNSUPPORTED_FEATURE", "ERROR_WSMAN_UNSUPPORTED_FEATURE"),
    cim.QuotaViolation: _Row("ERROR_WSMAN_QUOTA_LIMIT", "ERROR_WSMAN_QUOTA_LIMIT"),
    cim.AlreadyExists: _Row("ERROR_WSMAN_ALREADY_EXISTS", "ERROR_WSMAN_ALREADY_EXISTS"),
}
_WITH_PROVIDER = (cim.InvalidClass, cim.InvalidNamespace, cim.NotFound, cim.InvalidQuery, cim.InvalidProperty)
_CIM_ERR_INVALID_NAMESPACE = 3


def wmi_fault(error: CimError, operation: WmiOperation, has_wmi_error: bool) -> WsmanFault:
    """The fault of a failed WMI operation.

    `has_wmi_error`: the release answers a query of an unknown namespace with MSFT_WmiError (clients that try
    the old Hyper-V namespace first look for it).
    """
    row = next((_WMI[base] for base in type(error).__mro__ if base in _WMI), None)
    if row is None:
        return WsmanFault("ERROR_INTERNAL_ERROR", _message(error), reason=error.text, code=error.hresult)
    name = row.query if operation.is_query else row.other
    if isinstance(error, cim.InvalidNamespace) and operation.is_query and has_wmi_error:
        return WsmanFault(
            name,
            "The WS-Management service cannot process the request. "
            f"The CIM namespace {operation.namespace} is invalid.",
            cim_status=_CIM_ERR_INVALID_NAMESPACE,
        )
    if isinstance(error, _WITH_PROVIDER):
        fault = fault_row(name)
        message = row.message or (fault.text if isinstance(error, cim.NotFound) else _message(error))
        provider = ProviderFault(
            *WMI_PROVIDER,
            message=message,
            code=fault.code,
            namespace=operation.namespace,
            extended=(operation.name, operation.parameter, "WinMgmt"),
        )
        return WsmanFault(name, provider=provider)
    return WsmanFault(name, _message(error) if error.detail else None)


def _message(error: CimError) -> str:
    return f"{error.text.strip()}: {error.detail}" if error.detail else error.text


def configuration_fault(refused: ConfigurationRefused) -> WsmanFault:
    """The fault of a refused change of winrm/config: one of the protocol, or what its provider says."""
    if refused.reason in OF_THE_PROTOCOL:
        return WsmanFault(next(row.name for row in fault_table() if row.code == refused.hresult))
    provider = ProviderFault(*CONFIGURATION_PROVIDER, message=refused.text, code=refused.hresult)
    return WsmanFault("ERROR_INTERNAL_ERROR", reason=refused.text, provider=provider, code=refused.hresult)


_UNKNOWN_COMMAND = (
    "The Windows Remote Shell received a request to perform an operation on a command identifier that does "
    "not exist. Either the command has completed execution or the client specified an invalid command "
    "identifier."
)
_SHELL_FAULTS: dict[type[BaseException], str] = {
    shells.NotOwner: "ERROR_ACCESS_DENIED",
    shells.InvalidIdentifier: "ERROR_WINRS_SHELL_CLIENTID_NOT_VALID",
    shells.IdentifierInUse: "ERROR_WINRS_SHELL_CLIENTID_RESOURCE_CONFLICT",
    shells.ShellsNotAllowed: "ERROR_WSMAN_REMOTESHELLS_NOT_ALLOWED",
    shells.TooManyShellUsers: "ERROR_WSMAN_QUOTA_MAX_SHELLUSERS",
    shells.TooManyCommands: "ERROR_WSMAN_QUOTA_MAX_COMMANDS_PER_SHELL_PPQ",
    shells.TimedOut: "ERROR_WSMAN_OPERATION_TIMEDOUT",
    shells.HostProcessLost: "ERROR_WSMAN_IMPROPER_RESPONSE",
    shells.Aborted: "ERROR_OPERATION_ABORTED",
    shells.DisconnectNotSupported: "ERROR_WINRS_SHELL_DISCONNECT_NOT_SUPPORTED",
    shells.ShellDisconnected: "ERROR_WINRS_SHELL_DISCONNECTED",
    shells.StreamDisconnected: "ERROR_WSMAN_SERVICE_STREAM_DISCONNECTED",
    InputTooLarge: "ERROR_WSMAN_QUOTA_LIMIT",
}
#: WSManPluginErrorCodes of PowerShell's plugin: HRESULTs of a facility of its own, as internal errors.
_PLUGIN_ERRORS: dict[type[BaseException], tuple[int, str]] = {
    shells.SessionNotCreated: (0x8054_0FA0, "{0}"),
    shells.ProtocolViolation: (0x8054_0BB8, "The WSMan plugin received data that is not valid: {0}."),
    shells.ObjectTooLarge: (0x8054_0BB8, "{0}"),
    shells.ProtocolVersionMismatch: (
        0x8054_07DD,
        "The server cannot process the request because the protocol version of the client does not match "
        "that of the server: {0}.",
    ),
    shells.ProtocolVersionMissing: (
        0x8054_07DF,
        "The server cannot process the request because the client did not specify a protocol version.",
    ),
}
# CIM_ERR_SERVER_LIMITS_EXCEEDED, recorded for the quota of shells.
_CIM_ERR_LIMITS = 27


def quota_fault(name: str, limit: int, what: str, advice: str, has_wmi_error: bool) -> WsmanFault:
    """An exceeded quota of the user, with the number in the message as Windows words it."""
    message = (
        "The WS-Management service cannot process the request. This user is allowed a maximum number of "
        f"{limit} concurrent {what}, which has been exceeded. {advice}"
    )
    return WsmanFault(name, message, cim_status=_CIM_ERR_LIMITS if has_wmi_error else None)


def shell_fault(error: Exception, has_wmi_error: bool) -> WsmanFault:
    """The fault of a shell operation that was refused."""
    if isinstance(error, shells.ShellNotFound):
        row = fault_row("ERROR_WSMAN_UNEXPECTED_SELECTORS")
        return WsmanFault(row.name, provider=ProviderFault(*SHELL_PROVIDER, message=row.text, code=row.code))
    if isinstance(error, shells.CommandNotFound):
        return WsmanFault("ERROR_WSMAN_UNEXPECTED_SELECTORS", _UNKNOWN_COMMAND)
    if isinstance(error, shells.TooManyShells):
        return quota_fault(
            "ERROR_WSMAN_QUOTA_MAX_SHELLS",
            error.limit,
            "shells",
            "Close existing shells or raise the quota for this user.",
            has_wmi_error,
        )
    for kind, name in (
        (shells.InvalidShellParameter, "ERROR_INVALID_PARAMETER"),
        (shells.CommandLineTooLong, "ERROR_FILENAME_EXCED_RANGE"),
        (ProgramNotFound, "ERROR_FILE_NOT_FOUND"),
    ):
        if isinstance(error, kind):
            return WsmanFault(name, provider=ProviderFault(*COMMAND_PROVIDER, message=fault_row(name).text))
    if isinstance(error, shells.UnknownConfiguration):
        return WsmanFault(
            "ERROR_WSMAN_INVALID_RESOURCE_URI",
            f"The WS-Management service cannot process the request. Cannot find the {error} session "
            "configuration in the WSMan: drive on the local computer.",
        )
    if isinstance(error, shells.ConfigurationDisabled):
        return WsmanFault("ERROR_WSMAN_RESOURCE_NOT_FOUND")
    if isinstance(error, shells.ConfigurationClosed):
        return WsmanFault("ERROR_ACCESS_DENIED")
    if isinstance(error, shells.ConfigurationNotEmulated):
        return WsmanFault(
            "ERROR_WSMAN_UNSUPPORTED_FEATURE", f"Not emulated: the session configuration {error}."
        )
    plugin = _PLUGIN_ERRORS.get(type(error))
    if plugin is not None:
        code, text = plugin
        return WsmanFault(
            "ERROR_INTERNAL_ERROR",
            provider=ProviderFault(*POWERSHELL_PROVIDER, message=text.format(error)),
            code=code,
        )
    name = _SHELL_FAULTS.get(type(error), "ERROR_INTERNAL_ERROR")
    return WsmanFault(name, None if name != "ERROR_INTERNAL_ERROR" else str(error))
