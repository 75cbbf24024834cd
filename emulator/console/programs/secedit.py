"""secedit.exe: the local security policy as a template: /export, /configure, /import, /validate.

The database of Windows is a binary file; the emulator's holds the text of the template.
"""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.options import FLAG, VALUE, BadOption, Options
from emulator.console.programs.refusals import not_emulated
from emulator.host import HostError, NotFound
from emulator.host.security.callers import may_administer
from emulator.host.security.security_policy import AREAS
from emulator.host.security.security_template import (
    Template,
    decode_template,
    format_template,
    parse_template,
)

_DONE = "The task has completed successfully."
_SEE = "See log {} for detail info."
_USUAL_LOG = "%windir%\\security\\logs\\scesrv.log"
_OPTIONS = {
    **dict.fromkeys(("db", "cfg", "log"), VALUE),
    **dict.fromkeys(("quiet", "overwrite", "mergedpolicy", "verbose"), FLAG),
}
#: Areas that the emulator has not, as they name objects of other kinds.
_OTHER_AREAS = frozenset({"GROUP_MGMT", "REGKEYS", "FILESTORE", "SERVICES"})
_FAILED = 1
_UTF16 = b"\xff\xfe"


def main(context: Context, tail: str) -> int:
    """`secedit /export | /configure | /import | /validate ...`."""
    words = split_arguments(tail)
    command = words[0].lower().lstrip("/-") if words and words[0][:1] in "/-" else ""
    if command == "validate" and len(words) == 2:
        return _validate(context, words[1])
    if command in ("analyze", "generaterollback"):
        return not_emulated(context, f"secedit /{command}")
    if command not in _COMMANDS:
        context.line("The syntax of this command is:")
        context.line()
        context.line("secedit [/configure | /analyze | /import | /export | /validate | /generaterollback]")
        return _FAILED
    try:
        options, sections = _read(words[1:])
    except BadOption as wrong:
        context.line(str(wrong))
        return _FAILED
    if not may_administer(context.account):
        context.line("You do not have sufficient permissions to perform this command. Make sure that you")
        context.line("are running as the local administrator or have opened the command prompt using")
        context.line("the 'Run as administrator' option.")
        return _FAILED
    try:
        with context.host.looking():
            _COMMANDS[command](context, options, sections)
    except HostError as problem:
        _log(context, options, f"Error {problem.hresult & 0xFFFF}: {problem.text}")
        _say(context, options, "The task has completed with an error.")
        return _FAILED
    _log(context, options, _DONE)
    _say(context, options, _DONE)
    return 0


def _read(words: list[str]) -> tuple[Options, tuple[str, ...]]:
    """The options, and the sections of the areas that are meant. Raises BadOption."""
    found, areas, rest = Options(), list(AREAS), list(words)
    while rest:
        name = rest.pop(0).lower().lstrip("/-")
        if name == "areas":
            areas = []
            while rest and rest[0][:1] not in "/-":
                areas.append(rest.pop(0).upper())
            if not areas or not set(areas) <= set(AREAS) | _OTHER_AREAS:
                raise BadOption("Invalid parameter: /areas")
        elif name not in _OPTIONS:
            raise BadOption(f"Invalid parameter: /{name}")
        elif _OPTIONS[name] == FLAG:
            found.add(name, "")
        elif not rest:
            raise BadOption(f"A value is missing: /{name}")
        else:
            found.add(name, rest.pop(0))
    return found, tuple(section for area in areas for section in AREAS.get(area, ()))


def _export(context: Context, options: Options, sections: tuple[str, ...]) -> None:
    if "cfg" not in options:
        raise NotFound("The file of the template is missing.", hresult=0x80070057)
    _write(context, options["cfg"], format_template(context.host.security_policy.export(sections)))


def _write(context: Context, path: str, text: str) -> None:
    """In UTF-16, unless there is a file in the ANSI code page."""
    files, folder = context.files, context.directory
    before = files.read(path, folder) if files.exists(path, folder) else b""
    is_ansi = bool(before) and not before.startswith(_UTF16)
    data = text.encode("cp1252", "replace") if is_ansi else _UTF16 + text.encode("utf-16-le")
    files.write(path, data, cwd=folder)


def _template(context: Context, path: str) -> Template:
    return parse_template(decode_template(context.files.read(path, context.directory)))


def _import(context: Context, options: Options, _sections: tuple[str, ...]) -> Template:
    """Put a template into a database: beside what is in it, or instead with /overwrite."""
    if "db" not in options:
        raise NotFound("The database is missing.", hresult=0x80070057)
    path, folder = options["db"], context.directory
    merged: Template = {}
    if context.files.exists(path, folder) and not ("overwrite" in options and "cfg" in options):
        merged = _template(context, path)
    for section, values in (_template(context, options["cfg"]) if "cfg" in options else {}).items():
        merged.setdefault(section, {}).update(values)
    text = format_template({section: values.items() for section, values in merged.items()})
    context.files.write(path, _UTF16 + text.encode("utf-16-le"), cwd=folder)
    return merged


def _configure(context: Context, options: Options, sections: tuple[str, ...]) -> None:
    template = _import(context, options, sections)
    context.host.security_policy.configure(template, sections)


def _validate(context: Context, path: str) -> int:
    try:
        _template(context, path)
    except HostError as problem:
        context.line(f"{path}: {problem.text}")
        return _FAILED
    context.line(_DONE)
    return 0


def _log(context: Context, options: Options, text: str) -> None:
    """What secedit notes in the file of /log; that of Windows itself is not kept."""
    path = options.get("log")
    if path is None:
        return
    moment = context.host.clock.now() + context.host.operating_system.utc_offset()
    line = f"{moment:%A, %B %d, %Y %I:%M:%S %p}\r\n{text}\r\n"
    try:
        before = (
            context.files.read(path, context.directory)
            if context.files.exists(path, context.directory)
            else b""
        )
        data = before or _UTF16
        context.files.write(path, data + line.encode("utf-16-le"), cwd=context.directory)
    except HostError:
        return


def _say(context: Context, options: Options, text: str) -> None:
    if "quiet" not in options:
        context.line()
        context.line(text)
        context.line(_SEE.format(options.get("log", _USUAL_LOG)))


_COMMANDS = {"configure": _configure, "export": _export, "import": _import}
