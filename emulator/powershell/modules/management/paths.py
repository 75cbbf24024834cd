"""Test-Path, Join-Path, Split-Path, Resolve-Path, Convert-Path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.regex import is_wildcard
from emulator.powershell.modules.management.admission import SHARED, admission, expanded
from emulator.powershell.modules.management.support import fits, leaf, non_terminating, places
from emulator.powershell.providers.paths import PathInfo, Place
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import NotEmulatedError, PSError
from emulator.powershell.runtime.module import cmdlet

_QUALIFIER = re.compile(r"([^:\\/]+::|[^:\\/]+:)")
_INVALID = re.compile(r'[<>"|\0-\x1f]')


@cmdlet("Test-Path", reads=SHARED)
def path_exists(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    path_type: str = "Any",
    is_valid: bool = False,
    filter: str | None = None,
    include: list[str] | None = None,
    exclude: list[str] | None = None,
    older_than: Any = None,
    newer_than: Any = None,
) -> Iterator[bool]:
    """Whether there is an item (Leaf: no container, Container) at each path."""
    kind = str(path_type).lower()
    admit = admission(call)
    for one in literal_path or path or ():
        if is_valid:
            yield _INVALID.search(one) is None
            continue
        try:
            found = call.engine.paths.expand(one, literal_path is not None, admit=admit)
        except NotEmulatedError:
            raise
        except PSError:
            found = []
        yield any(
            fits(leaf(place.path), include, exclude, filter)
            and _is_kind(place, kind)
            and _is_aged(call, place, older_than, newer_than)
            for place in found
        )


def _is_kind(place: Place, kind: str) -> bool:
    if kind == "any":
        return True
    return place.provider.is_container(place.path) is (kind == "container")


def _is_aged(call: CmdletCall, place: Place, older_than: Any, newer_than: Any) -> bool:
    if older_than is None and newer_than is None:
        return True
    from emulator.powershell.runtime.members import get_property

    moment = get_property(call.engine.paths.item(place), "LastWriteTime", call.engine)
    return (older_than is None or moment < older_than) and (newer_than is None or newer_than < moment)


@cmdlet("Join-Path", reads=SHARED)
def join_path(call: CmdletCall, path: list[str], child_path: str, resolve: bool = False) -> Iterator[Any]:
    """Paths with a child's name behind them."""
    for one in path:
        with non_terminating(call):
            _require_admission(call, one)
            found = _QUALIFIER.match(one)
            if found is not None and not found[0].endswith("::"):
                call.engine.paths.place(found[0] + "\\")
            joined = joined_path(one, child_path)
            if resolve:
                for place in expanded(call, joined):
                    yield place.shown
            else:
                yield joined


def _require_admission(call: CmdletCall, path: str) -> None:
    """Ask the provider of a path that is only text for what was given; without a provider nobody refuses."""
    admit = admission(call)
    if admit is not None:
        admit(call.engine.paths.place(path))


def joined_path(parent: str, child: str) -> str:
    """Two parts with one backslash between them."""
    parent, child = parent.replace("/", "\\"), child.replace("/", "\\")
    if not parent:
        return child
    return f"{parent.rstrip(chr(92))}\\{child.lstrip(chr(92))}"


@cmdlet("Split-Path", reads=SHARED)
def split_path(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    leaf: bool = False,
    qualifier: bool = False,
    no_qualifier: bool = False,
    is_absolute: bool = False,
    resolve: bool = False,
) -> Iterator[Any]:
    """A part of each path."""
    texts: list[str] = []
    for one in literal_path or path or ():
        if resolve:
            with non_terminating(call):
                texts.extend(place.shown for place in expanded(call, one, literal_path is not None))
        elif qualifier or no_qualifier or is_absolute:
            texts.append(one)
        else:
            with non_terminating(call):
                _require_admission(call, one)
                texts.append(one)
    for text in texts:
        found = _QUALIFIER.match(text)
        if is_absolute:
            yield found is not None or text.startswith("\\\\")
        elif qualifier:
            if found is None:
                call.error(
                    call.record(
                        "System.FormatException",
                        f"Cannot parse path because path '{text}' does not have a qualifier specified.",
                        "ParsePathFormatError",
                        "InvalidArgument",
                        text,
                    )
                )
            else:
                yield found[0].removesuffix("::") if found[0].endswith("::") else found[0]
        elif no_qualifier:
            yield text[found.end() :] if found is not None else text
        elif leaf:
            yield leaf_of(text)
        else:
            yield parent_of(text)


def leaf_of(text: str) -> str:
    """The last part."""
    plain = text.replace("/", "\\")
    trimmed = plain.rstrip("\\")
    if trimmed.endswith(":") and "\\" not in trimmed:
        return plain if plain.endswith("\\") else trimmed
    return trimmed.rpartition("\\")[2]


def parent_of(text: str) -> str:
    """All but the last part."""
    plain = text.replace("/", "\\")
    trimmed = plain.rstrip("\\")
    head, found, _ = trimmed.rpartition("\\")
    if not found:
        return ""
    if head.endswith(":") or head == "":
        return head + "\\"
    return head


@cmdlet("Resolve-Path", reads=SHARED)
def resolve_path(
    call: CmdletCall,
    path: list[str] | None = None,
    literal_path: list[str] | None = None,
    relative: bool = False,
) -> Iterator[Any]:
    """The items that paths lead to."""
    here = call.engine.paths.location.path.rstrip("\\")
    for place in places(call, path, literal_path):
        if not relative:
            yield PathInfo(place)
        elif place.path.lower().startswith(here.lower() + "\\"):
            yield f".{place.path[len(here) :]}"
        else:
            yield place.path


@cmdlet("Convert-Path", reads=("UseTransaction",))
def convert_path(
    call: CmdletCall, path: list[str] | None = None, literal_path: list[str] | None = None
) -> Iterator[str]:
    """The paths of the providers."""
    for one in literal_path or path or ():
        if literal_path is None and is_wildcard(one):
            yield from (place.path for place in places(call, [one], None))
        else:
            yield from (place.path for place in places(call, None, [one]))
