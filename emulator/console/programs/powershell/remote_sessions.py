"""Sessions that a script opens to computers: the machine itself, or other hosts of this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from emulator.host import Account, Host
from emulator.host.neighbourhood import means_itself
from emulator.host.session_door import SessionDoor
from emulator.host.winrm.client_errors import ClientError
from emulator.host.winrm.client_schemes import (
    SchemeRefused,
    account_of_certificate,
    certificate_of_client,
    check_scheme,
)
from emulator.host.winrm.client_targets import NotReached, account_there, reached_service
from emulator.host.winrm.winrm_listeners import Transport
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.signed_numbers import signed32

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.remote_sessions import ConnectionRequest, RemoteConnection

_HELP = "For more information, see the about_Remote_Troubleshooting Help topic."
_LOOPBACK = "127.0.0.1"
#: AuthenticationMechanism -> the scheme.
_SCHEMES = {
    "Basic": "Basic",
    "Digest": "Digest",
    "Negotiate": "Negotiate",
    "NegotiateWithImplicitCredential": "Negotiate",
    "Kerberos": "Kerberos",
    "Credssp": "CredSSP",
}
#: Errors of the transport that PowerShell has names for; others are shown by their number.
_ERROR_IDS = {
    5: "AccessDenied",
    0x8033810C: "WorkgroupCannotUseKerberos",
    0x8033810E: "InvalidAuthentication",
    0x803380E2: "ClientKerberosDisabled",
}
_REASON_IDS = {
    ClientError.UNKNOWN_NAME: "ComputerNotFound",
    ClientError.NOT_SERVED: "CannotConnect",
    ClientError.NO_PATH: "URLNotAvailable",
    ClientError.ACCESS_DENIED: "AccessDenied",
    ClientError.LOGON_FAILURE: "LogonFailure",
}
_RESOURCES = "http://schemas.microsoft.com/powershell/"


class ReachedSessions:
    """Opens sessions for the account that a script runs as, or for whom its credential names."""

    def __init__(self, host: Host, account: Account) -> None:
        self._host = host
        self._account = account

    def is_own(self, computer: str) -> bool:
        """Whether a name means the machine itself."""
        return means_itself(self._host, computer)

    def open(self, engine: Engine, request: ConnectionRequest) -> RemoteConnection:
        """A new session. Raises PSError: the id of its record is that of the transport."""
        door, account = self._reach(request)
        address = _LOOPBACK if self.is_own(request.computer) else self._address()
        kind = "NTLM" if account.is_local else "Kerberos"
        return cast("RemoteConnection", door.open(account, request, engine, address, kind))

    def sessions(self, engine: Engine, request: ConnectionRequest) -> list[RemoteConnection]:  # noqa: ARG002
        """The sessions of the user on a computer. Raises PSError."""
        door, account = self._reach(request)
        return door.sessions(account, request)

    def _reach(self, request: ConnectionRequest) -> tuple[SessionDoor, Account]:
        computer = request.computer
        transport: Transport | None = "HTTPS" if request.use_ssl else "HTTP" if request.port else None
        try:
            host = reached_service(self._host, computer, transport, request.port, request.path)
            if host.sessions is None:
                raise NotReached(ClientError.NOT_SERVED)
            if request.thumbprint or request.authentication != "Default":
                self._check_scheme(host, request)
            if request.thumbprint:
                return host.sessions, self._of_certificate(host, request)
            account = account_there(self._host, host, self._account, request.user, request.password)
        except NotReached as problem:
            raise refused(computer, problem.reason[1], _REASON_IDS[problem.reason]) from None
        return host.sessions, account

    def _check_scheme(self, service: Host, request: ConnectionRequest) -> None:
        """Whether both sides take the scheme that was asked for. Raises PSError."""
        scheme = "Certificate" if request.thumbprint else _SCHEMES[request.authentication]
        try:
            check_scheme(
                self._host,
                service,
                request.computer,
                scheme,
                has_credential=request.user is not None,
                is_secure=request.use_ssl,
            )
        except SchemeRefused as problem:
            raise _scheme_error(request.computer, problem) from None

    def _of_certificate(self, service: Host, request: ConnectionRequest) -> Account:
        """Whom the certificate stands for at the other side. Raises PSError, NotReached."""
        try:
            shown = certificate_of_client(self._host, self._account, request.thumbprint)
        except SchemeRefused as problem:
            raise _scheme_error(request.computer, problem) from None
        uri = f"{_RESOURCES}{request.configuration}"
        found = account_of_certificate(service, shown, uri)
        if found is None:
            raise NotReached(ClientError.ACCESS_DENIED)
        return found

    def _address(self) -> str:
        """From where the other side sees the requests come."""
        adapters = self._host.hardware.facts.network_adapters
        found = (str(one) for adapter in adapters for one in adapter.ipv4_addresses)
        return next(found, _LOOPBACK)


def _scheme_error(computer: str, problem: SchemeRefused) -> PSError:
    number = problem.number
    return refused(computer, str(problem), _ERROR_IDS.get(number, str(signed32(number))))


def refused(computer: str, reason: str, error_id: str) -> PSError:
    """What PowerShell says of a session that it does not get."""
    exception = ExceptionObject(
        "System.Management.Automation.Remoting.PSRemotingTransportException",
        f"[{computer}] Connecting to remote server {computer} failed with the following error message : "
        f"{reason} {_HELP}",
    )
    return PSError(ErrorRecord(exception, error_id, "OpenError", computer))
