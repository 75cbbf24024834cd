"""What the cmdlets over providers share: paths of parameters to places, and their errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.management.admission import SHARED, admission, admitted
from emulator.powershell.providers.file_system import FileSystemProvider
from emulator.powershell.providers.paths import Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import BINDING_EXCEPTION, NotEmulatedError, PSError

CHOICE = ("Filter", "Include", "Exclude", *SHARED)
"""Parameters of cmdlets that choose among the items of -Path."""


@contextmanager
def non_terminating(call: CmdletCall) -> Iterator[None]:
    """Report an error of one path and go on with the next one."""
    try:
        yield
    except NotEmulatedError:
        raise
    except PSError as problem:
        call.error(problem.record)


def choice_of(call: CmdletCall) -> tuple[list[str] | None, list[str] | None, str | None]:
    """-Include, -Exclude and -Filter of a cmdlet that reads CHOICE, as `places` and `targets` take them."""
    return call.get("Include"), call.get("Exclude"), call.get("Filter")


def places(
    call: CmdletCall,
    path: list[str] | None,
    literal_path: list[str] | None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    filter: str | None = None,
) -> Iterator[Place]:
    """The existing items of -Path or -LiteralPath; what is not there is reported."""
    literal = literal_path is not None
    admit = admission(call)
    for one in literal_path or path or ():
        with non_terminating(call):
            # A filter is for what a pattern finds; an item that is named is the one that is meant.
            chosen = None if literal or not is_wildcard(str(one)) else filter
            for place in call.engine.paths.expand(str(one), literal, admit=admit):
                if fits(leaf(place.path), include, exclude, chosen):
                    yield place


def targets(
    call: CmdletCall,
    path: list[str] | None,
    literal_path: list[str] | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    filter: str | None = None,
) -> Iterator[Place]:
    """The places to write to: existing items of a pattern, or the path itself."""
    paths = call.engine.paths
    literal = literal_path is not None
    admit = admission(call)
    for one in literal_path or path or ():
        with non_terminating(call):
            is_pattern = not literal and is_wildcard(str(one))
            for place in paths.expand(str(one), admit=admit) if is_pattern else [admitted(call, str(one))]:
                if fits(leaf(place.path), include, exclude, filter if is_pattern else None):
                    yield place


def require_files(call: CmdletCall, place: Place) -> FileSystemProvider:
    """The provider of a place for a parameter that only files have. Raises NamedParameterNotFound."""
    if isinstance(place.provider, FileSystemProvider):
        return place.provider
    raise unknown_parameter(call, "Stream")


def unknown_parameter(call: CmdletCall, name: str) -> PSError:
    """The error of a parameter that the provider of an item does not have."""
    text = f"A parameter cannot be found that matches parameter name '{name}'."
    return call.failure(BINDING_EXCEPTION, text, "NamedParameterNotFound", "InvalidArgument")


def leaf(path: str) -> str:
    """The last part of a path."""
    return path.rstrip("\\").rpartition("\\")[2]


def fits(name: str, include: list[str] | None, exclude: list[str] | None, filter: str | None) -> bool:
    """-Include, -Exclude and -Filter."""
    if filter is not None and not like(name, filter):
        return False
    if include and not any(like(name, one) for one in include):
        return False
    return not (exclude and any(like(name, one) for one in exclude))


Work = Callable[[Place], Any]
