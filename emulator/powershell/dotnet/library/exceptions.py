"""Exception types: a table of names and bases."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.types import Property, PSType, builtin, register

# Pairs of a type and its base; "-" stands for System.Object.
_TREE = """
System.Exception -
System.SystemException System.Exception
System.ApplicationException System.Exception
System.AggregateException System.Exception
System.ArgumentException System.SystemException
System.ArgumentNullException System.ArgumentException
System.ArgumentOutOfRangeException System.ArgumentException
System.ComponentModel.InvalidEnumArgumentException System.ArgumentException
System.Globalization.CultureNotFoundException System.ArgumentException
System.ArithmeticException System.SystemException
System.DivideByZeroException System.ArithmeticException
System.OverflowException System.ArithmeticException
System.FormatException System.SystemException
System.UriFormatException System.FormatException
System.IndexOutOfRangeException System.SystemException
System.InvalidCastException System.SystemException
System.InvalidOperationException System.SystemException
System.ObjectDisposedException System.InvalidOperationException
System.NotImplementedException System.SystemException
System.NotSupportedException System.SystemException
System.NullReferenceException System.SystemException
System.OperationCanceledException System.SystemException
System.Threading.Tasks.TaskCanceledException System.OperationCanceledException
System.OutOfMemoryException System.SystemException
System.PlatformNotSupportedException System.NotSupportedException
System.RankException System.SystemException
System.TimeoutException System.SystemException
System.ServiceProcess.TimeoutException System.SystemException
System.TimeZoneNotFoundException System.Exception
System.Diagnostics.Eventing.Reader.EventLogException System.Exception
System.TypeLoadException System.SystemException
System.MemberAccessException System.SystemException
System.MissingMemberException System.MemberAccessException
System.DllNotFoundException System.TypeLoadException
System.EntryPointNotFoundException System.TypeLoadException
System.MissingMethodException System.MissingMemberException
System.AccessViolationException System.SystemException
System.Runtime.InteropServices.MarshalDirectiveException System.SystemException
System.TypeInitializationException System.SystemException
System.Reflection.TargetInvocationException System.ApplicationException
System.Reflection.TargetParameterCountException System.ApplicationException
System.Reflection.AmbiguousMatchException System.SystemException
System.Reflection.TargetException System.ApplicationException
System.ArrayTypeMismatchException System.SystemException
System.FieldAccessException System.SystemException
System.UnauthorizedAccessException System.SystemException
System.ComponentModel.Win32Exception System.Runtime.InteropServices.ExternalException
System.Collections.Generic.KeyNotFoundException System.SystemException
System.IO.IOException System.SystemException
System.IO.DirectoryNotFoundException System.IO.IOException
System.IO.DriveNotFoundException System.IO.IOException
System.IO.EndOfStreamException System.IO.IOException
System.IO.FileNotFoundException System.IO.IOException
System.IO.FileLoadException System.IO.IOException
System.IO.InvalidDataException System.SystemException
System.InsufficientExecutionStackException System.SystemException
System.Security.XmlSyntaxException System.SystemException
System.IO.InternalBufferOverflowException System.SystemException
System.IO.PathTooLongException System.IO.IOException
System.Data.DataException System.SystemException
System.Data.ConstraintException System.Data.DataException
System.Data.DuplicateNameException System.Data.DataException
System.Data.InvalidExpressionException System.Data.DataException
System.Data.EvaluateException System.Data.InvalidExpressionException
System.Data.SyntaxErrorException System.Data.InvalidExpressionException
System.Data.MissingPrimaryKeyException System.Data.DataException
System.Data.NoNullAllowedException System.Data.DataException
System.Net.CookieException System.FormatException
System.Net.Http.HttpRequestException System.Exception
System.Net.ProtocolViolationException System.InvalidOperationException
System.Net.WebException System.InvalidOperationException
System.Net.Mail.SmtpException System.Exception
System.Drawing.Printing.InvalidPrinterException System.SystemException
System.Net.NetworkInformation.PingException System.InvalidOperationException
System.Net.NetworkInformation.NetworkInformationException System.ComponentModel.Win32Exception
System.Net.Sockets.SocketException System.ComponentModel.Win32Exception
System.Runtime.InteropServices.ExternalException System.SystemException
System.Runtime.InteropServices.COMException System.Runtime.InteropServices.ExternalException
System.Security.SecurityException System.SystemException
System.Security.Authentication.AuthenticationException System.SystemException
System.Security.Cryptography.CryptographicException System.SystemException
System.Security.Principal.IdentityNotMappedException System.SystemException
System.Text.RegularExpressions.RegexMatchTimeoutException System.TimeoutException
System.Threading.ThreadAbortException System.SystemException
System.Transactions.TransactionException System.SystemException
System.Transactions.TransactionAbortedException System.Transactions.TransactionException
System.Xml.XmlException System.SystemException
System.Xml.XPath.XPathException System.SystemException
System.Management.ManagementException System.SystemException
Microsoft.Management.Infrastructure.CimException System.Exception
Microsoft.PowerShell.Cmdletization.Cim.CimJobException System.SystemException
Microsoft.PowerShell.Commands.WriteErrorException System.SystemException
Microsoft.PowerShell.Commands.ServiceCommandException System.SystemException
Microsoft.PowerShell.Commands.LocalAccountsException System.Exception
Microsoft.PowerShell.Commands.UserNotFoundException Microsoft.PowerShell.Commands.LocalAccountsException
Microsoft.PowerShell.Commands.GroupNotFoundException Microsoft.PowerShell.Commands.LocalAccountsException
Microsoft.PowerShell.Commands.PrincipalNotFoundException Microsoft.PowerShell.Commands.LocalAccountsException
Microsoft.PowerShell.Commands.MemberNotFoundException Microsoft.PowerShell.Commands.LocalAccountsException
Microsoft.PowerShell.Commands.UserExistsException Microsoft.PowerShell.Commands.LocalAccountsException
Microsoft.PowerShell.Commands.GroupExistsException Microsoft.PowerShell.Commands.LocalAccountsException
Microsoft.PowerShell.Commands.MemberExistsException Microsoft.PowerShell.Commands.LocalAccountsException
Microsoft.PowerShell.Commands.AccessDeniedException Microsoft.PowerShell.Commands.LocalAccountsException
Microsoft.PowerShell.Commands.InvalidNameException Microsoft.PowerShell.Commands.LocalAccountsException
Microsoft.PowerShell.Commands.ProcessCommandException System.SystemException
Microsoft.PowerShell.Commands.RestartComputerTimeoutException System.Management.Automation.RuntimeException
System.Management.Automation.RuntimeException System.SystemException
System.Management.Automation.ActionPreferenceStopException System.Management.Automation.RuntimeException
System.Management.Automation.ApplicationFailedException System.Management.Automation.RuntimeException
System.Management.Automation.CmdletInvocationException System.Management.Automation.RuntimeException
System.Management.Automation.CmdletProviderInvocationException
System.Management.Automation.CmdletInvocationException System.Management.Automation.CommandNotFoundException
System.Management.Automation.RuntimeException System.Management.Automation.IncompleteParseException
System.Management.Automation.ParseException System.Management.Automation.MetadataException
System.Management.Automation.RuntimeException
System.Management.Automation.ArgumentTransformationMetadataException
System.Management.Automation.MetadataException System.Management.Automation.ValidationMetadataException
System.Management.Automation.MetadataException System.Management.Automation.ExtendedTypeSystemException
System.Management.Automation.RuntimeException System.Management.Automation.GetValueException
System.Management.Automation.ExtendedTypeSystemException
System.Management.Automation.GetValueInvocationException System.Management.Automation.GetValueException
System.Management.Automation.MethodException System.Management.Automation.ExtendedTypeSystemException
System.Management.Automation.MethodInvocationException System.Management.Automation.MethodException
System.Management.Automation.SetValueException System.Management.Automation.ExtendedTypeSystemException
System.Management.Automation.SetValueInvocationException System.Management.Automation.SetValueException
System.Management.Automation.ParameterBindingException System.Management.Automation.RuntimeException
System.Management.Automation.ParameterBindingValidationException
System.Management.Automation.ParameterBindingException
System.Management.Automation.ParameterBindingArgumentTransformationException
System.Management.Automation.ParameterBindingException
System.Management.Automation.ParentContainsErrorRecordException System.SystemException
System.Management.Automation.ParseException System.Management.Automation.RuntimeException
System.Management.Automation.PSArgumentException System.ArgumentException
System.Management.Automation.PSArgumentNullException System.ArgumentNullException
System.Management.Automation.PSArgumentOutOfRangeException System.ArgumentOutOfRangeException
System.Management.Automation.PSInvalidCastException System.InvalidCastException
System.Management.Automation.PSInvalidOperationException System.InvalidOperationException
System.Management.Automation.Runspaces.InvalidRunspaceStateException System.SystemException
System.Management.Automation.Runspaces.InvalidRunspacePoolStateException System.SystemException
System.Management.Automation.PSNotImplementedException System.NotImplementedException
System.Management.Automation.PSNotSupportedException System.NotSupportedException
System.Management.Automation.PSSecurityException System.Management.Automation.RuntimeException
System.Management.Automation.PipelineStoppedException System.Management.Automation.RuntimeException
System.Management.Automation.PropertyNotFoundException
System.Management.Automation.ExtendedTypeSystemException System.Management.Automation.RemoteException
System.Management.Automation.RuntimeException System.Management.Automation.ScriptCallDepthException
System.SystemException System.Management.Automation.ScriptRequiresException
System.Management.Automation.RuntimeException Microsoft.PowerShell.Commands.HelpNotFoundException
System.SystemException System.Management.Automation.SessionStateException
System.Management.Automation.RuntimeException System.Management.Automation.DriveNotFoundException
System.Management.Automation.SessionStateException System.Management.Automation.ItemNotFoundException
System.Management.Automation.SessionStateException System.Management.Automation.ProviderNotFoundException
System.Management.Automation.SessionStateException
System.Management.Automation.SessionStateUnauthorizedAccessException
System.Management.Automation.SessionStateException System.Management.Automation.WildcardPatternException
System.Management.Automation.RuntimeException
System.Management.Automation.Remoting.PSRemotingDataStructureException
System.Management.Automation.RuntimeException
System.Management.Automation.Remoting.PSRemotingTransportException
System.Management.Automation.RuntimeException
System.Management.Automation.Host.HostException System.Management.Automation.RuntimeException
"""

EXTRA = {
    "System.ArgumentException": ("ParamName",),
    "System.ComponentModel.Win32Exception": ("NativeErrorCode",),
    "System.Runtime.InteropServices.ExternalException": ("ErrorCode",),
    "System.IO.FileNotFoundException": ("FileName",),
    "System.Management.Automation.ActionPreferenceStopException": ("ErrorRecord",),
    "System.Management.Automation.PSInvalidCastException": ("ErrorRecord",),
    "System.Management.Automation.RuntimeException": ("ErrorRecord", "WasThrownFromThrowStatement"),
    "System.Management.Automation.CommandNotFoundException": ("CommandName",),
    "System.Management.Automation.ItemNotFoundException": ("ItemName",),
    "System.Management.Automation.ParameterBindingException": ("ParameterName", "ErrorId"),
    "System.Management.Automation.ParseException": ("Errors",),
    "System.Net.WebException": ("Response", "Status"),
}


def base_exception(exception: ExceptionObject) -> ExceptionObject:
    """The innermost exception."""
    return exception.chain()[-1]


def _with_parameter(kind: PSType, parameter: str, message: str | None = None) -> ExceptionObject:
    text = message
    if text is None:
        text = (
            "Value cannot be null."
            if kind.name.endswith("ArgumentNullException")
            else "Specified argument was out of the range of valid values."
        )
    return ExceptionObject(kind, text, parameter=parameter)


def _extra(name: str) -> Any:
    key = name.lower()
    if key == "paramname":
        return lambda exception: exception.parameter
    if key == "wasthrownfromthrowstatement":
        return lambda exception: exception.extra.get(key, False)
    return lambda exception: exception.extra.get(key)


def _hresult(exception: ExceptionObject) -> int:
    return exception.hresult


def _win32(kind: PSType, code: int, message: str | None = None) -> ExceptionObject:
    if message is None:
        from emulator.powershell.dotnet.win32_messages import message_of

        message = message_of(code)
    return ExceptionObject(kind, message, nativeerrorcode=code)


_CONSTRUCT = {
    "new()": ExceptionObject,
    "new(string message)": ExceptionObject,
    "new(string message, System.Exception innerException)": ExceptionObject,
}
_ARGUMENT = {
    **_CONSTRUCT,
    "new(string message, string paramName)": lambda kind, message, name: ExceptionObject(
        kind, message, parameter=name
    ),
}
_PARAMETER_FIRST = {
    "new()": ExceptionObject,
    "new(string paramName)": _with_parameter,
    "new(string paramName, string message)": _with_parameter,
    "new(string message, System.Exception innerException)": ExceptionObject,
}

_WORDS = _TREE.split()
for _name, _base in zip(_WORDS[::2], _WORDS[1::2], strict=True):
    _table: Any = _CONSTRUCT
    if _name == "System.ArgumentException":
        _table = _ARGUMENT
    elif _name in ("System.ArgumentNullException", "System.ArgumentOutOfRangeException"):
        _table = _PARAMETER_FIRST
    elif _name == "System.ComponentModel.Win32Exception":
        _table = {
            **_CONSTRUCT,
            "new(int error)": _win32,
            "new(int error, string message)": _win32,
        }
    _own: dict[str, Any] = {}
    if _base == "-":
        _own = {
            "Message: string": lambda e: e.message,
            "Data": lambda e: e.extra.setdefault("data", _data()),
            "InnerException": lambda e: e.inner,
            "TargetSite": lambda _e: None,
            "StackTrace: string": lambda e: e.stack_trace,
            "HelpLink: string": lambda e: e.extra.get("helplink"),
            "Source: string": lambda e: e.source,
            "HResult: int": _hresult,
            "GetBaseException()": base_exception,
            "ToString()": str,
        }
    register(
        PSType(
            _name,
            base="System.Object" if _base == "-" else _base,
            instance=_own,
            construct=_table,
            properties=tuple(Property(one, _extra(one)) for one in EXTRA.get(_name, ())),
            to_text=str if _base == "-" else None,
        ),
        *((ExceptionObject,) if _base == "-" else ()),
    )


def _data() -> Any:
    from emulator.powershell.dotnet.collections import GenericDictionary

    return GenericDictionary((), builtin("System.Collections.ListDictionaryInternal"))


from emulator.powershell.dotnet.types import BY_CLASS  # noqa: E402

# An exception says its type itself; the class alone would make each of them a plain System.Exception.
del BY_CLASS[ExceptionObject]
