"""What goes wrong with the help of a module, and how it is told once for all modules
(UpdatableHelpSystemException of 5.1)."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.modules.management.web_messages import WebRefused
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PREFERENCE_STOP, NotEmulatedError, PSError

CULTURE = "HelpCultureNotSupported"
_EXCEPTION = "System.Exception"
_NO_SERVER = (
    "Unable to connect to Help content. The server on which Help content is stored might not be available. "
    "Verify that the server is available, or wait until the server is back online, and then try the command "
    "again."
)
#: Exceptions of files by what they become around a module.
_FILES = {
    "System.UnauthorizedAccessException": ("AccessIsDenied", "PermissionDenied"),
    **dict.fromkeys(
        (
            "System.IO.IOException",
            "System.IO.FileNotFoundException",
            "System.IO.DirectoryNotFoundException",
            "System.IO.PathTooLongException",
        ),
        ("FailedToCopyFile", "InvalidOperation"),
    ),
}


class HelpProblem(Exception):
    """Why the help of a module cannot be taken in: error id, message, category, target."""

    def __init__(
        self, error_id: str, message: str, category: str = "InvalidOperation", target: Any = None
    ) -> None:
        super().__init__(message)
        self.error_id = error_id
        self.message = message
        self.category = category
        self.target = target


#: What help problems come of.
CAUSES = (HelpProblem, WebRefused, NetError, PSError, ValueError)


def as_problem(cause: Exception, *, of_files: bool = False) -> HelpProblem:
    """What one of `CAUSES` becomes; ``of_files``: those of files have errors of their own.

    Raises again what is not emulated, and what stops the command as preferences have it.
    """
    if isinstance(cause, HelpProblem):
        return cause
    if isinstance(cause, NotEmulatedError):
        raise cause
    if isinstance(cause, PSError) and cause.wrapper == PREFERENCE_STOP:
        raise cause
    if isinstance(cause, WebRefused):
        return HelpProblem("UnableToConnect", _NO_SERVER)
    message, kind = str(cause), ""
    if isinstance(cause, NetError | PSError):
        exception = cause.exception if isinstance(cause, NetError) else cause.record.exception
        message, kind = exception.message, exception.ps_type.name
    if of_files and kind in _FILES:
        error_id, category = _FILES[kind]
        return HelpProblem(error_id, message, category)
    return HelpProblem("UnknownErrorId", message)


class Problems:
    """The problems of a command by error id, each with the modules and languages that had it."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[HelpProblem, dict[str, None], dict[str, None]]] = {}

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, module: str, culture: str | None, problem: HelpProblem) -> None:
        """One more."""
        _, modules, cultures = self._found.setdefault(problem.error_id, (problem, {}, {}))
        modules[module] = None
        if culture is not None:
            cultures[culture] = None

    def tell(self, call: CmdletCall) -> None:
        """An error for each kind, at the end of the command."""
        verb = call.info.name.partition("-")[0].lower()
        for problem, modules, cultures in self._found.values():
            names = ", ".join(sorted(modules, key=str.lower))
            languages = ", ".join(sorted(cultures, key=str.lower))
            message, category, target = problem.message, problem.category, problem.target
            if problem.error_id == CULTURE and (len(cultures) > 1 or len(modules) > 1):
                message = (
                    f"No UI culture was found that matches the following pattern: {', '.join(cultures)}. "
                    "Verify the pattern and then try the command again."
                )
                category, target = "InvalidArgument", list(cultures)
            if languages:
                head = (
                    f"Failed to {verb} Help for the module(s) '{names}' with UI culture(s) {{{languages}}} : "
                )
            elif verb == "update":
                head = f"Failed to update Help for the module(s) : \n'{names}'\n"
            else:
                head = f"Failed to save Help for the module(s) '{names}' : "
            call.error(call.record(_EXCEPTION, head + message, problem.error_id, category, target))
