"""Which session a cmdlet wants: its computers, credential, configuration and session option."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, Hashtable
from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.dotnet.library.session_options import SessionOption
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.remote_sessions import OWN_PATH, ConnectionRequest, RemoteSessions

DEFAULT_CONFIGURATION = "Microsoft.PowerShell"
#: The parameters of a cmdlet that reads what `requests` reads.
READS = (
    *("Credential", "ConfigurationName", "Port", "UseSSL", "SessionOption", "ConnectionUri"),
    *("Authentication", "CertificateThumbprint", "ApplicationName"),
)
_NOT_SERVED = (
    "The client cannot connect to the destination specified in the request. Verify that the service on the "
    "destination is running and is accepting requests."
)


def requests(call: CmdletCall) -> Iterator[ConnectionRequest]:
    """A request for each computer of -ComputerName or -ConnectionUri; this one without either."""
    uris = call.get("ConnectionUri")
    if uris is not None:
        for one in uris if isinstance(uris, list | tuple) else [uris]:
            yield _of_uri(call, to_text(one))
        return
    for computer in _names(call):
        yield request(call, computer)


def _names(call: CmdletCall) -> list[str]:
    found = call.get("ComputerName")
    if found is None:
        return ["localhost"]
    names = [found] if isinstance(found, str) else list(found)
    # A dot is this computer, and is shown as such.
    return ["localhost" if one.strip() == "." else one for one in names]


def request(call: CmdletCall, computer: str) -> ConnectionRequest:
    """A request for one computer, with what the call says of how to reach it."""
    option = _option(call)
    made = ConnectionRequest(
        computer=computer,
        configuration=configuration_of(call),
        arguments=_arguments(call, option),
        port=call.get("Port") or None,
        use_ssl=bool(call.get("UseSSL")),
        path=_path(call),
        **_proof(call),
    )
    return made if option is None else made.replaced(**_options(option))


def _of_uri(call: CmdletCall, text: str) -> ConnectionRequest:
    try:
        parts = urlsplit(text)
    except ValueError:  # what is an address for .NET need not be one here
        parts = urlsplit("")
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        raise call.failure(
            "System.ArgumentException",
            "The connection URI must be absolute and have the scheme HTTP or HTTPS.",
            "CreateRemoteRunspaceFailed",
            "InvalidArgument",
            text,
        )
    made = request(call, re.sub(r"^\[|\]$", "", parts.hostname))
    path = parts.path.strip("/") or made.path
    return made.replaced(port=parts.port, use_ssl=parts.scheme.lower() == "https", path=path)


def _path(call: CmdletCall) -> str:
    """-ApplicationName, $PSSessionApplicationName, or that of WinRM."""
    value = call.get("ApplicationName") or call.frame.scope.value("pssessionapplicationname")
    return ("" if value is None else to_text(value)) or OWN_PATH


def configuration_of(call: CmdletCall) -> str:
    """-ConfigurationName, $PSSessionConfigurationName, or Microsoft.PowerShell; a URI's last part."""
    value = call.get("ConfigurationName") or call.frame.scope.value("pssessionconfigurationname")
    text = "" if value is None else to_text(value)
    return text.rpartition("/")[2] or DEFAULT_CONFIGURATION


def _option(call: CmdletCall) -> SessionOption | None:
    """-SessionOption, or $PSSessionOption."""
    held = unwrap(call.get("SessionOption") or call.frame.scope.value("pssessionoption"))
    return held if isinstance(held, SessionOption) else None


def _proof(call: CmdletCall) -> dict[str, Any]:
    """How the user proves who he is. Raises PSError for what excludes each other."""
    scheme = to_text(call.get("Authentication") or "Default")
    thumbprint = call.get("CertificateThumbprint")
    credential = _credential(call)
    if thumbprint and (credential or scheme != "Default"):
        other = "Credential" if credential else scheme
        raise _ambiguous(call, "CertificateThumbprint", "CertificateThumbPrint", other)
    if scheme == "NegotiateWithImplicitCredential" and credential:
        raise _ambiguous(call, "Authentication", "Credential", scheme)
    return {"authentication": scheme, "thumbprint": to_text(thumbprint or ""), **credential}


def _ambiguous(call: CmdletCall, parameter: str, given: str, other: str) -> PSError:
    return call.failure(
        "System.Management.Automation.ParameterBindingException",
        f'Cannot bind parameter \'{parameter}\' to the target. Exception setting "{parameter}": "A {given} '
        f'cannot be specified when {other} is specified."',
        "ParameterBindingFailed",
        "WriteError",
    )


def _credential(call: CmdletCall) -> dict[str, Any]:
    held = unwrap(call.get("Credential"))
    if not isinstance(held, Credential) or not held.user_name:
        return {}
    return {"user": held.user_name, "password": held.password.text}


def _arguments(call: CmdletCall, option: SessionOption | None) -> Hashtable:
    """ApplicationArguments; PowerShell adds what it is itself."""
    made = Hashtable()
    given: Any = unwrap(option.values["ApplicationArguments"]) if option is not None else None
    if type(given) in DICTIONARY_TYPES:
        for key, value in given.items():
            made[to_text(key)] = value
    if "PSVersionTable" not in made:
        made["PSVersionTable"] = call.engine.global_scope.value("psversiontable")
    return made


def _options(option: SessionOption) -> dict[str, Any]:
    values = option.values
    mode = to_text(values["OutputBufferingMode"])
    found = {
        "idle_timeout": option.seconds("IdleTimeout"),
        "buffer_mode": None if mode == "None" else mode,
        "no_machine_profile": bool(values["NoMachineProfile"]),
        "maximum_object_size": values["MaximumReceivedObjectSize"],
        "maximum_data_size": values["MaximumReceivedDataSizePerCommand"],
    }
    for name, field in (("Culture", "culture"), ("UICulture", "ui_culture")):
        if values[name] is not None:
            found[field] = to_text(values[name])
    return found


def service_of(call: CmdletCall, computer: str) -> RemoteSessions:
    """What reaches computers. Raises PSError: without it, no service answers anywhere."""
    found = call.engine.find_service(RemoteSessions)
    if found is not None:
        return found
    raise PSError(
        call.record(
            "System.Management.Automation.Remoting.PSRemotingTransportException",
            f"[{computer}] Connecting to remote server {computer} failed with the following error message : "
            f"{_NOT_SERVED} For more information, see the about_Remote_Troubleshooting Help topic.",
            "CannotConnect",
            "OpenError",
            computer,
        )
    )
