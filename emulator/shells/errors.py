"""What the shells refuse; each door gives every error its own face."""

from __future__ import annotations


class ShellError(Exception):
    """Base of the errors of the shells; `str()` says what happened."""


class ShellNotFound(ShellError):
    """There is no shell with this id, or it has ended."""


class CommandNotFound(ShellError):
    """There is no command with this id in the shell, or it has completed and everything was received."""


class NotOwner(ShellError):
    """The shell belongs to another user."""


class InvalidShellParameter(ShellError):
    """A parameter of the request is wrong (stream name, code page, missing command id ...)."""


class InvalidIdentifier(ShellError):
    """An id chosen by the client is not a GUID."""


class IdentifierInUse(ShellError):
    """An id chosen by the client is taken."""


class ShellsNotAllowed(ShellError):
    """The service is configured to accept no remote shells."""


class TooManyShells(ShellError):
    """The user has as many shells as the quota allows."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"This user is allowed a maximum number of {limit} concurrent shells")
        self.limit = limit


class TooManyShellUsers(ShellError):
    """As many users have shells as the quota allows."""


class TooManyCommands(ShellError):
    """The shell runs as many commands as the quota allows."""


class CommandLineTooLong(ShellError):
    """The command line is longer than CreateProcess takes."""


class TimedOut(ShellError):
    """There was nothing to receive within the time that the client gave."""


class Aborted(ShellError):
    """The shell or the service ended while the request waited."""


class HostProcessLost(Aborted):
    """The process that hosts the shell was ended while the request waited."""


class DisconnectNotSupported(ShellError):
    """The shell cannot be left and found again: an old client made it, or the release cannot."""


class ShellDisconnected(ShellError):
    """The shell is disconnected; a client must reconnect first."""


class StreamDisconnected(ShellError):
    """The shell was disconnected while the request waited for output."""


class UnknownConfiguration(ShellError):
    """There is no such session configuration; `str()` is its name."""


class ConfigurationDisabled(ShellError):
    """The session configuration is switched off; `str()` is its name."""


class ConfigurationClosed(ShellError):
    """The session configuration does not let this user in; `str()` is its name."""


class ConfigurationNotEmulated(ShellError):
    """The session configuration exists on Windows and is not emulated; `str()` is its name."""


class SessionNotCreated(ShellError):
    """PowerShell's plug-in could not make the session; `str()` is what it says."""


class ProtocolViolation(ShellError):
    """The client broke MS-PSRP: a malformed fragment, message or object."""


class ProtocolVersionMissing(ShellError):
    """The client did not say which version of MS-PSRP it speaks (option `protocolversion`)."""


class ProtocolVersionMismatch(ShellError):
    """The client speaks another major version of MS-PSRP."""


class ObjectTooLarge(ShellError):
    """One object, or all data of a command, is larger than the session configuration allows."""
