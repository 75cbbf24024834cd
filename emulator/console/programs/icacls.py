"""icacls.exe: shows and changes owners and access lists of files and folders.

/save, /restore, /findsid, /verify, /substitute and integrity levels are not emulated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from emulator.console.cmd.wildcards import is_pattern, matches
from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.host import FilesystemError, Host, HostError
from emulator.host.security.access_control import INHERITED, AccessControl, AccessEntry
from emulator.host.security.security_names import name_of_sid, sid_of_name

_NOT_FOUND, _ACCESS_DENIED, _INVALID, _NONE_MAPPED = 2, 5, 87, 1332
_NO_MAPPING = "No mapping between account names and security IDs was done."
_FLAGS = {"OI": 0x1, "CI": 0x2, "NP": 0x4, "IO": 0x8}
#: Simple rights, and the single ones in the order in which the program shows them (its help).
_SIMPLE = {"F": 0x1F01FF, "M": 0x1301BF, "RX": 0x1200A9, "R": 0x120089, "W": 0x120116, "D": 0x110000}
_SINGLE = {
    "DE": 0x10000,
    "RC": 0x20000,
    "WDAC": 0x40000,
    "WO": 0x80000,
    "S": 0x100000,
    "AS": 0x1000000,
    "MA": 0x2000000,
    "GR": 1 << 31,
    "GW": 1 << 30,
    "GE": 1 << 29,
    "GA": 1 << 28,
    "RD": 0x1,
    "WD": 0x2,
    "AD": 0x4,
    "REA": 0x8,
    "WEA": 0x10,
    "X": 0x20,
    "DC": 0x40,
    "RA": 0x80,
    "WA": 0x100,
}
_RIGHTS = re.compile(r"((?:\((?:OI|CI|IO|NP)\))*)(?:\(([A-Z,]+)\)|([A-Z,]+))", re.IGNORECASE)
_NOT_EMULATED = frozenset({"/save", "/restore", "/findsid", "/verify", "/substitute", "/setintegritylevel"})
_SWITCHES = frozenset({"/t", "/c", "/l", "/q"})
_USAGE = (
    "",
    "ICACLS name /grant[:r] Sid:perm[...]",
    "       /deny Sid:perm [...]",
    "       /remove[:g|:d]] Sid[...] [/T] [/C] [/L] [/Q]",
    "       /setowner user [/T] [/C] [/L] [/Q]",
    "       /reset [/T] [/C] [/L] [/Q]",
    "       /inheritance:e|d|r",
)
Change = Callable[[AccessControl], AccessControl]


class _WrongUsage(Exception):
    """``code`` and the line that says what is wrong."""

    def __init__(self, text: str, code: int = _INVALID) -> None:
        super().__init__(text)
        self.code = code


def main(context: Context, tail: str) -> int:
    """`icacls NAME [/grant ...] [/deny ...] [/remove ...] [/setowner ...] [/inheritance:x] [/reset]`."""
    words = split_arguments(tail)
    if not words or words[0] in ("/?", "-?"):
        for line in _USAGE:
            context.line(line)
        return 0
    gap = next((word for word in words if word.lower().partition(":")[0] in _NOT_EMULATED), None)
    if gap is not None:
        context.host.gaps.record("program", f"icacls {gap}")
        context.error(f"icacls {gap} is not emulated.")
        return _INVALID
    switches = {word.lower() for word in words[1:] if word.lower() in _SWITCHES}
    try:
        changes = list(_changes(context.host, [word for word in words[1:] if word.lower() not in switches]))
        paths = _paths(context, words[0], everything="/t" in switches)
    except _WrongUsage as problem:
        context.error(str(problem))
        if problem.code == _NONE_MAPPED:
            context.line("Successfully processed 0 files; Failed processing 1 files")
        return problem.code
    done, code = 0, 0
    for path in paths:
        try:
            if changes:
                _change(context, path, changes)
                if "/q" not in switches:
                    context.line(f"processed file: {path}")
            else:
                _show(context, path)
        except HostError as problem:
            code = _code(problem)
            context.error(f"{path}: {_text(problem)}")
            if "/c" not in switches:
                break
        else:
            done += 1
    failed = 0 if code == 0 else 1
    context.line(f"Successfully processed {done} files; Failed processing {failed} files")
    return code


def _code(problem: HostError) -> int:
    return problem.hresult & 0xFFFF


def _text(problem: HostError) -> str:
    return problem.default_text if isinstance(problem, FilesystemError) else problem.text


# -- which files ------------------------------------------------------------------------------------


def _paths(context: Context, name: str, *, everything: bool) -> list[str]:
    host = context.host
    try:
        path = context.path(name)
    except HostError as problem:
        raise _WrongUsage(f"{name}: {_text(problem)}", _code(problem)) from None
    with host.looking():
        try:
            is_one = not is_pattern(path.rpartition("\\")[2])
            found = [path] if is_one else [each.path for each in matches(context, path)]
        except HostError:
            found = []
        below = [each for path in found for each in _below(host, path)] if everything else []
    if not found:
        raise _WrongUsage(f"{name}: The system cannot find the file specified.", _NOT_FOUND)
    return [*found, *below]


def _below(host: Host, path: str) -> Iterator[str]:
    if host.filesystem.is_directory(path):
        for entry in host.filesystem.list(path):
            yield entry.path
            yield from _below(host, entry.path)


# -- showing ----------------------------------------------------------------------------------------


def _show(context: Context, path: str) -> None:
    host = context.host
    with host.looking():
        security = host.filesystem.security.read_by(context.account, path)
        lines = [f"{_name(host, entry.sid)}:{_entry(entry)}" for entry in security.entries]
    indent = " " * len(path)
    for number, line in enumerate(lines or ["No permissions are set. All users have full control."]):
        context.line(f"{indent if number else path} {line}")
    context.line("")


def _name(host: Host, sid: str) -> str:
    return name_of_sid(host, sid) or sid


def _entry(entry: AccessEntry) -> str:
    flags = "(I)" if entry.flags & INHERITED else ""
    flags += "".join(f"({name})" for name, bit in _FLAGS.items() if entry.flags & bit)
    return f"{flags}{'' if entry.allows else '(DENY)'}({_rights(entry.mask)})"


def _rights(mask: int) -> str:
    """``F``, ``RX``, ``R,W`` or single rights."""
    if mask == _SINGLE["GA"]:
        return "F"
    found, left = [], mask
    for name in ("F", "M", "RX", "R", "W"):
        bits = _SIMPLE[name]
        if mask & bits == bits and left & bits:
            found.append(name)
            left &= ~bits
            if name in ("F", "M"):
                break
    found += [name for name, bit in _SINGLE.items() if left & bit]
    return ",".join(found) or "N"


# -- changing ---------------------------------------------------------------------------------------


def _changes(host: Host, words: list[str]) -> Iterator[Change]:
    """What the options say, in their order. Raises _WrongUsage."""
    at = 0
    while at < len(words):
        option = words[at].lower()
        at += 1
        values: list[str] = []
        while at < len(words) and not words[at].startswith("/"):
            values.append(words[at])
            at += 1
        if option in ("/inheritance:e", "/inheritance:d", "/inheritance:r") and not values:
            yield _inheritance(option[-1])
        elif option == "/reset" and not values:
            yield lambda security: security.replaced(entries=(), is_protected=False)
        elif option == "/setowner" and len(values) == 1:
            owner = _sid(host, values[0])
            yield lambda security, owner=owner: security.replaced(owner=owner)  # type: ignore[misc]
        elif option in ("/grant", "/grant:r", "/deny") and values:
            for value in values:
                yield _giving(host, value, option)
        elif option in ("/remove", "/remove:g", "/remove:d") and values:
            kinds = {"/remove:g": (True,), "/remove:d": (False,)}.get(option, (True, False))
            for value in values:
                yield _removing(_sid(host, value), kinds)
        else:
            raise _WrongUsage(f'Invalid parameter "{words[at - 1 - len(values)]}"')


def _sid(host: Host, name: str) -> str:
    if name.startswith("*"):
        if re.fullmatch(r"S-1(?:-\d{1,15}){1,16}", name[1:], re.IGNORECASE) is None:
            raise _WrongUsage(f'Invalid parameter "{name}"')
        return name[1:].upper()
    with host.looking():
        sid = sid_of_name(host, name)
    if sid is None:
        raise _WrongUsage(f"{name}: {_NO_MAPPING}", _NONE_MAPPED)
    return sid


def _giving(host: Host, value: str, option: str) -> Change:
    name, separator, rights = value.rpartition(":")
    match = _RIGHTS.fullmatch(rights)
    if not separator or match is None:
        raise _WrongUsage(f'Invalid parameter "{value}"')
    sid, mask = _sid(host, name), 0
    for right in (match[2] or match[3]).upper().split(","):
        bits = _SIMPLE.get(right, _SINGLE.get(right))
        if bits is None and right != "N":
            raise _WrongUsage(f'Invalid parameter "{value}"')
        mask |= bits or 0
    flags = sum(_FLAGS[each.upper()] for each in re.findall(r"\((\w\w)\)", match[1]))
    allows = option != "/deny"
    entry = AccessEntry(allows, sid, mask, flags)

    def change(security: AccessControl) -> AccessControl:
        own = [
            each
            for each in security.entries
            if each.flags & INHERITED
            or not (each.sid == sid and each.allows is allows and (option == "/grant:r" or each == entry))
        ]
        return security.replaced(entries=(*own, _joined(entry, own)))

    return change


def _joined(entry: AccessEntry, own: list[AccessEntry]) -> AccessEntry:
    """With what the same identity has by an entry of the same kind: rights are added."""
    for each in list(own):
        if (each.sid, each.allows, each.flags) == (entry.sid, entry.allows, entry.flags):
            own.remove(each)
            entry = entry.replaced(mask=entry.mask | each.mask)
    return entry


def _removing(sid: str, kinds: tuple[bool, ...]) -> Change:
    def change(security: AccessControl) -> AccessControl:
        left = (
            each
            for each in security.entries
            if each.flags & INHERITED or each.sid != sid or each.allows not in kinds
        )
        return security.replaced(entries=tuple(left))

    return change


def _inheritance(mode: str) -> Change:
    """Inherit (e), keep what was inherited as own entries (d), or drop it (r)."""

    def change(security: AccessControl) -> AccessControl:
        if mode == "e":
            return security.replaced(is_protected=False)
        kept = (
            each.replaced(flags=each.flags & ~INHERITED)
            for each in security.entries
            if mode == "d" or not each.flags & INHERITED
        )
        return security.replaced(entries=tuple(kept), is_protected=True)

    return change


def _change(context: Context, path: str, changes: list[Change]) -> None:
    host = context.host
    with host.looking():
        security = host.filesystem.security.of(path)
        host.filesystem.security.require_change(context.account, path)
        for change in changes:
            security = change(security)
        host.filesystem.security.set(path, security)
