"""SecureString, PSCredential and NetworkCredential."""

from __future__ import annotations

from emulator.powershell.dotnet.credentials import Credential, NetworkCredential, SecureString
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.types import PSType, register

_MAXIMUM_LENGTH = 65_536


def _append(value: SecureString, character: str) -> None:
    if value.read_only:
        raise NetError("System.InvalidOperationException", "Instance is read-only.")
    if len(value.text) >= _MAXIMUM_LENGTH:
        raise argument_error("The length of the secure string is at its maximum.")
    value.text += character


def _clear(value: SecureString) -> None:
    if value.read_only:
        raise NetError("System.InvalidOperationException", "Instance is read-only.")
    value.text = ""


def _make_read_only(value: SecureString) -> None:
    value.read_only = True


register(
    PSType(
        "System.Security.SecureString",
        interfaces=("System.IDisposable",),
        instance={
            "Length: int": lambda s: len(s.text),
            "AppendChar(char c)": _append,
            "Clear()": _clear,
            "Copy()": lambda s: SecureString(s.text),
            "MakeReadOnly()": _make_read_only,
            "IsReadOnly()": lambda s: s.read_only,
            "Dispose()": lambda _s: None,
        },
        construct={"new()": lambda _kind: SecureString()},
    ),
    SecureString,
)


#: PSCredential.Empty: what a cmdlet takes for no credential at all.
EMPTY_CREDENTIAL = Credential("", SecureString())


def _credential(_kind: PSType, user_name: str, password: SecureString | None) -> Credential:
    if not user_name:
        raise argument_error(
            'Cannot process argument because the value of argument "userName" is not valid. Change the value '
            'of the "userName" argument and run the operation again.'
        )
    if password is None:
        raise null_argument("password")
    return Credential(user_name, password)


register(
    PSType(
        "System.Management.Automation.PSCredential",
        interfaces=("System.Runtime.Serialization.ISerializable",),
        instance={
            "UserName: string": lambda c: c.user_name,
            "Password: System.Security.SecureString": lambda c: c.password,
            "GetNetworkCredential()": NetworkCredential.of,
        },
        static={"Empty: System.Management.Automation.PSCredential": lambda: EMPTY_CREDENTIAL},
        construct={"new(string userName, System.Security.SecureString password)": _credential},
    ),
    Credential,
)


def _network_credential(
    _kind: PSType, user_name: str, password: str | SecureString | None, domain: str = ""
) -> NetworkCredential:
    text = password.text if isinstance(password, SecureString) else password or ""
    return NetworkCredential(user_name or "", text, domain or "")


register(
    PSType(
        "System.Net.NetworkCredential",
        instance={
            "UserName: string": lambda c: c.user_name,
            "Password: string": lambda c: c.password,
            "SecurePassword: System.Security.SecureString": lambda c: SecureString(c.password),
            "Domain: string": lambda c: c.domain,
        },
        construct={
            "new()": lambda _kind: NetworkCredential("", ""),
            **{
                f"new(string userName, {kind} password{rest})": _network_credential
                for kind in ("string", "System.Security.SecureString")
                for rest in ("", ", string domain")
            },
        },
    ),
    NetworkCredential,
)
