"""robocopy.exe: a folder like another one; what is the same already is left alone."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.console.programs.tabular import clock_text
from emulator.host import FileNotFound, HostError
from emulator.host.storage.filesystem import Entry
from emulator.record import MutableRecord, field

_RULE = "-" * 79
_SHORT_RULE = "-" * 78
#: Bits of the exit code.
_COPIED, _EXTRA, _FAILED, _FATAL = 1, 2, 8, 16
#: Options that change what is done, what is said, or (the last) nothing here.
_DONE = frozenset({"s", "e", "mir", "purge", "l", "mov", "move", "xo", "xx", "is", "create"})
_SAID = frozenset({"nfl", "ndl", "njh", "njs", "np", "ns", "nc", "fp", "bytes", "v", "eta", "ts", "tee"})
_WITHOUT_EFFECT = frozenset(
    {"z", "b", "zb", "j", "r", "w", "mt", "dcopy", "copy", "fft", "nooffload", "unicode"}
)
_LISTS = frozenset({"xf", "xd"})
#: What these options may name: data, attributes and times go with a file in any case; security, owner and
#: auditing do not.
_COPIED_FACTS = {"copy": frozenset("dat"), "dcopy": frozenset("dat")}


class _Copy(MutableRecord):
    """One run: what is wanted, and what was counted (total, copied, skipped, failed, extra)."""

    context: Context
    options: dict[str, str]
    patterns: list[str]
    without: dict[str, list[str]]
    lines: list[str] = field(default_factory=list)
    directories: list[int] = field(default_factory=lambda: [0] * 5)
    files: list[int] = field(default_factory=lambda: [0] * 5)
    size: list[int] = field(default_factory=lambda: [0] * 5)
    code: int = 0

    def wants(self, *names: str) -> bool:
        return any(name in self.options for name in names)


def main(context: Context, tail: str) -> int:
    """`robocopy source destination [file...] [/s | /e | /mir | /purge] [/l] [/mov | /move] [/xo] [/xf f...]
    [/xd d...] [/log:file] [/nfl /ndl /njh /njs]`: bits 1 copied, 2 extra, 8 failed, 16 nothing done."""
    run = _Copy(context, {}, [], {"xf": [], "xd": []})
    names: list[str] = []
    several = ""
    for word in split_arguments(tail):
        if word[:1] != "/":
            (run.without[several] if several else names).append(word)
            continue
        name, _, value = word[1:].partition(":")
        name = name.lower()
        several = name if name in _LISTS else ""
        if name not in _DONE | _SAID | _WITHOUT_EFFECT | _LISTS | {"log"}:
            return not_emulated(context, f"robocopy /{name}", _FATAL)
        if set(value.lower()) - _COPIED_FACTS.get(name, set(value.lower())):
            return not_emulated(context, f"robocopy /{name}:{value}", _FATAL)
        run.options[name] = value
    if len(names) < 2:
        context.line("ERROR : Insufficient arguments" if names else "ERROR : No source directory specified.")
        return _FATAL
    run.patterns = names[2:] or ["*.*"]
    source, target = (context.path(name).rstrip("\\") for name in names[:2])
    source, target = (f"{each}\\" if len(each) == 2 else each for each in (source, target))
    return _run(run, source, target)


def _run(run: _Copy, source: str, target: str) -> int:
    context = run.context
    if not run.wants("njh"):
        _head(run, source, target)
    if not context.files.is_directory(source):
        _failed(run, FileNotFound(source), f"Accessing Source Directory {source}\\")
        run.code = _FATAL
    else:
        _folder(run, source, target)
        if not run.wants("njs"):
            _foot(run)
    text = "".join(f"{line}\r\n" for line in run.lines)
    if run.options.get("log"):
        context.files.write(context.path(run.options["log"]), text.encode("cp437", "replace"))
        if not run.wants("tee"):
            context.line(f"\r\n Log File : {context.path(run.options['log'])}")
            return run.code
    context.stdout.write(text)
    return run.code


def _folder(run: _Copy, source: str, target: str) -> None:
    """A folder and, if wanted, those in it."""
    files = run.context.files
    try:
        inside = files.list(source)
        there = {one.name.lower(): one for one in files.list(target)} if files.is_directory(target) else None
    except HostError as problem:
        _failed(run, problem, f"Accessing Directory {source}\\")
        run.directories[3] += 1
        run.code |= _FAILED
        return
    wanted = [one for one in inside if not one.is_directory and _is_meant(run, one)]
    below = [one for one in inside if one.is_directory and not _is_without(run, one)]
    deep = run.wants("s", "e", "mir", "move")
    run.directories[0] += 1
    run.directories[1 if there is None else 2] += 1
    if not run.wants("ndl"):
        state = "New Dir" if there is None else ""
        run.lines.append(f"\t{state:^12}{len(wanted):>8}\t{source}\\".replace("\\\\", "\\"))
    if there is None and not run.wants("l"):
        try:
            files.make_directory(target)
        except HostError as problem:
            _failed(run, problem, f"Creating Destination Directory {target}\\")
            run.directories[3] += 1
            run.code |= _FATAL
            return
    kept = {one.name.lower() for one in (*wanted, *(below if deep else ()))}
    for one in sorted(there.values(), key=lambda each: each.name.lower()) if there else ():
        if one.name.lower() not in kept and not (one.is_directory and not deep):
            _extra(run, one)
    for one in wanted:
        _file(run, one, f"{target}\\{one.name}", None if there is None else there.get(one.name.lower()))
    for one in below if deep else ():
        if run.wants("e", "mir", "move") or any(not each.is_directory for each in _all(run, one.path)):
            _folder(run, one.path, f"{target}\\{one.name}")
    if run.wants("move") and not run.wants("l"):
        _remove_emptied(run, source)


def _remove_emptied(run: _Copy, source: str) -> None:
    """A move takes the folder as well, unless something is left in it."""
    try:
        if not run.context.files.list(source):
            run.context.files.remove(source)
    except HostError as problem:
        _failed(run, problem, f"Deleting Source Directory {source}\\")
        run.code |= _FAILED


def _failed(run: _Copy, problem: HostError, what: str) -> None:
    number = problem.hresult & 0xFFFF
    run.lines.append(f"{_moment(run)} ERROR {number} (0x{number:08X}) {what}")
    run.lines.append(problem.text)


def _all(run: _Copy, path: str) -> Iterator[Entry]:
    for one in run.context.files.list(path):
        yield one
        if one.is_directory:
            yield from _all(run, one.path)


def _is_meant(run: _Copy, one: Entry) -> bool:
    patterns = ("*" if pattern == "*.*" else pattern.lower() for pattern in run.patterns)
    if not any(fnmatch(one.name.lower(), pattern) for pattern in patterns):
        return False
    return not any(
        fnmatch(one.name.lower(), pattern.lower()) or one.path.lower() == pattern.lower()
        for pattern in run.without["xf"]
    )


def _is_without(run: _Copy, one: Entry) -> bool:
    return any(
        fnmatch(one.name.lower(), pattern.lower()) or one.path.lower() == pattern.lower().rstrip("\\")
        for pattern in run.without["xd"]
    )


def _file(run: _Copy, one: Entry, target: str, there: Entry | None) -> None:
    run.files[0] += 1
    run.size[0] += one.size
    if there is not None and not run.wants("is"):
        same = (there.size, there.modified) == (one.size, one.modified)
        if same or (run.wants("xo") and there.modified > one.modified):
            run.files[2] += 1
            run.size[2] += one.size
            return
    state = "New File" if there is None else "Newer" if one.modified > there.modified else "Older"
    files = run.context.files
    if not run.wants("nfl"):
        run.lines.append(f"\t{state:>12}  \t\t{one.size:>8}\t{one.name}")
    try:
        if not run.wants("l"):
            files.copy(one.path, target, overwrite=True)
            if run.wants("mov", "move"):
                files.remove(one.path)
    except HostError as problem:
        _failed(run, problem, f"Copying File {one.path}")
        run.files[3] += 1
        run.size[3] += one.size
        run.code |= _FAILED
        return
    run.files[1] += 1
    run.size[1] += one.size
    run.code |= _COPIED


def _extra(run: _Copy, one: Entry) -> None:
    """What is only at the target; a mirror has none of it."""
    counted = run.directories if one.is_directory else run.files
    counted[4] += 1
    run.size[4] += one.size
    run.code |= _EXTRA
    if not run.wants("ndl" if one.is_directory else "nfl"):
        kind = "*EXTRA Dir" if one.is_directory else "*EXTRA File"
        run.lines.append(f"\t  {kind} \t\t{-1 if one.is_directory else one.size:>8}\t{one.name}")
    if run.wants("mir", "purge") and not run.wants("l"):
        try:
            run.context.files.remove(one.path, recursive=True)
        except HostError as problem:
            _failed(run, problem, f"Deleting Extra {'Directory' if one.is_directory else 'File'} {one.path}")
            run.code |= _FAILED


def _moment(run: _Copy) -> str:
    host = run.context.host
    return f"{host.clock.now() + host.operating_system.utc_offset():%Y/%m/%d %H:%M:%S}"


def _long_moment(run: _Copy) -> str:
    host = run.context.host
    local = host.clock.now() + host.operating_system.utc_offset()
    return f"{local:%A, %B} {local.day}, {local.year} {clock_text(local)}"


def _head(run: _Copy, source: str, target: str) -> None:
    given = " ".join(f"/{name.upper()}{':' + value if value else ''}" for name, value in run.options.items())
    run.lines += [
        *("", _RULE, f"{'   ROBOCOPY     ::     Robust File Copy for Windows':<79}", _RULE, ""),
        f"  Started : {_long_moment(run)}",
        f"   Source : {source.rstrip(chr(92))}\\",
        f"     Dest : {target.rstrip(chr(92))}\\",
        *("", f"    Files : {' '.join(run.patterns)}", "\t    "),
        f"  Options : {' '.join(run.patterns)} {given} ",
        *("", _SHORT_RULE, ""),
    ]


def _foot(run: _Copy) -> None:
    run.lines += [
        *("", _SHORT_RULE, ""),
        "               Total    Copied   Skipped  Mismatch    FAILED    Extras",
    ]
    for label, counts in (("Dirs", run.directories), ("Files", run.files), ("Bytes", run.size)):
        total, copied, skipped, failed, extra = counts
        run.lines.append(f"{label:>8} : {total:>9} {copied:>9} {skipped:>9} {0:>9} {failed:>9} {extra:>9}")
    run.lines.append("   Times :   0:00:00   0:00:00                       0:00:00   0:00:00")
    run.lines.append(f"   Ended : {_long_moment(run)}")
    run.lines.append("")
