"""What a client says of a session that it does not get: identifier and words of the service's refusal."""

from __future__ import annotations

from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.runtime.errors import ErrorRecord, PSError, not_emulated
from emulator.shells import errors as shells
from emulator.signed_numbers import signed32

_HELP = "For more information, see the about_Remote_Troubleshooting Help topic."
_SERVICE = "The WS-Management service cannot process the request."
_DENIED = ("AccessDenied", "Access is denied.")


def remote_exception(text: str) -> ExceptionObject:
    """What PowerShell says of the way to a session."""
    return ExceptionObject("System.Management.Automation.Remoting.PSRemotingTransportException", text)


def opening_error(computer: str, problem: shells.ShellError) -> PSError:
    """The error of a session that was not opened. Its id is the first part, that of the transport."""
    if isinstance(problem, shells.ConfigurationNotEmulated):
        return not_emulated(f"The session configuration {problem}")
    error_id, reason = _reason(computer, problem)
    text = (
        f"[{computer}] Connecting to remote server {computer} failed with the following error message : "
        f"{reason} {_HELP}"
    )
    return PSError(ErrorRecord(remote_exception(text), error_id, "OpenError", computer))


def _reason(computer: str, problem: shells.ShellError) -> tuple[str, str]:
    if isinstance(problem, shells.UnknownConfiguration):
        return (
            "InvalidResourceUri",
            f"{_SERVICE} Cannot find the {problem} session configuration in the WSMan: drive on the "
            f"{computer} computer.",
        )
    if isinstance(problem, shells.ConfigurationDisabled | shells.ConfigurationClosed | shells.NotOwner):
        return _DENIED
    if isinstance(problem, shells.TooManyShells):
        return (
            _number(0x803381A5),
            f"{_SERVICE} This user is allowed a maximum number of {problem.limit} concurrent shells, which "
            "has been exceeded. Close existing shells or raise the quota for this user.",
        )
    if isinstance(problem, shells.TooManyShellUsers):
        return (
            _number(0x803381AB),
            f"{_SERVICE} The maximum number of users executing shell operations has been exceeded. Retry "
            "after some time or raise the quota for concurrent shell users.",
        )
    if isinstance(problem, shells.ShellsNotAllowed):
        return (
            _number(0x803381AC),
            f"{_SERVICE} The service is configured to not accept any remote shell requests.",
        )
    if isinstance(problem, shells.SessionNotCreated):
        return _number(0x80540FA0), str(problem)
    return "", str(problem)


def _number(code: int) -> str:
    """A code that has no name in PowerShell stands in the identifier as a signed number."""
    return str(signed32(code))
