"""ConvertFrom-StringData, Import-PowerShellDataFile and Import-LocalizedData."""

from __future__ import annotations

import ntpath
import re
from collections.abc import Callable
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, Hashtable
from emulator.powershell.dotnet.cultures.culture import ENGLISH, Culture, find
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.utility.files import bytes_of, resolved, store_of
from emulator.powershell.parser import parse
from emulator.powershell.parser.restricted_language import DATA_COMMANDS, restricted_language_errors
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import compile_text

_LINE = re.compile(r"\r\n|\n")


@cmdlet("ConvertFrom-StringData")
def convert_from_string_data(call: CmdletCall, string_data: str) -> None:
    """A hash table from lines of ``name=value``."""
    table = Hashtable(comparer="OrdinalIgnoreCase")
    for raw in _LINE.split(string_data):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or not name:
            raise call.failure(
                "System.Management.Automation.PSInvalidOperationException",
                f"Data line '{line}' is not in 'name=value' format.",
                "InvalidOperation",
                "InvalidOperation",
            )
        if name in table:
            raise call.failure(
                "System.Management.Automation.PSInvalidOperationException",
                f"Data item '{name}' in line '{line}' is already defined.",
                "InvalidOperation",
                "InvalidOperation",
            )
        table[name] = _unescaped(call, value.strip())
    call.write(table)


_ESCAPES = {"a": "\a", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "b": "\b"}
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|c([A-Za-z])|(0[0-7]{0,2})|(.)|$)", re.DOTALL)


def _unescaped(call: CmdletCall, text: str) -> str:
    """Regex.Unescape. Raises for a backslash at the end."""

    def character(found: re.Match[str]) -> str:
        code = found[1] or found[2]
        if code:
            return chr(int(code, 16))
        if found[3]:
            return chr(ord(found[3].upper()) - 64)
        if found[4]:
            return chr(int(found[4], 8))
        if found[5] is None:
            raise call.failure(
                "System.ArgumentException",
                f'parsing "{text}" - Illegal \\ at end of pattern.',
                "System.ArgumentException",
            )
        return _ESCAPES.get(found[5], found[5])

    return _ESCAPE.sub(character, text)


def data_of(call: CmdletCall, text: str, path: str, commands: tuple[str, ...]) -> Any:
    """The value of a data file. Raises what restricted language forbids as the parser's error."""
    from emulator.powershell.runtime.script_block import ScriptBlock

    compiled = compile_text(text, path)
    problems = restricted_language_errors(compiled.ast, commands)
    if problems:
        raise call.failure(
            "System.Management.Automation.ParseException",
            problems[0].message,
            problems[0].error_id,
            "ParserError",
        )
    out: list[Any] = []
    ScriptBlock(compiled, call.engine).inline(call.frame, out.append)
    return out[0] if len(out) == 1 else (out or None)


@cmdlet("Import-PowerShellDataFile")
def import_data_file(
    call: CmdletCall, path: list[str] | None = None, literal_path: list[str] | None = None
) -> None:
    """The hash table of a .psd1 file; nothing in it runs."""
    from emulator.powershell.modules.utility.files import files_of

    for name in files_of(call, literal_path or path, literal=literal_path is not None):
        text = store_of(call).read_text(name)
        value: Any = None
        if not parse(text, name).errors:
            value = unwrap(data_of(call, text, name, DATA_COMMANDS))
        if type(value) not in DICTIONARY_TYPES:
            call.error(
                call.record(
                    "System.InvalidOperationException",
                    f"The file '{name}' could not be parsed as a PowerShell Data File.",
                    "CouldNotParseAsPowerShellDataFile",
                    "InvalidData",
                    name,
                )
            )
            continue
        call.write(value)


@cmdlet("Import-LocalizedData")
def import_localized_data(
    call: CmdletCall,
    binding_variable: str | None = None,
    ui_culture: str | None = None,
    base_directory: str | None = None,
    file_name: str | None = None,
    supported_command: list[str] | None = None,
) -> None:
    """Texts of a script in the user's language: a .psd1 file in the folder of the culture or of one of its
    parents."""
    script = call.frame.scope.value("pscommandpath")
    root = str(call.frame.scope.value("psscriptroot") or "")
    folder = resolved(call, base_directory) if base_directory else root
    if not file_name:
        if not script:
            raise call.failure(
                "System.Management.Automation.PSInvalidOperationException",
                "The FileName parameter was not specified. The FileName parameter is required when "
                "Import-LocalizedData is not called from a script file.",
                "ImportLocalizedData",
                "NotSpecified",
            )
        file_name = ntpath.splitext(ntpath.basename(str(script)))[0]
    if ntpath.dirname(file_name):
        raise call.failure(
            "System.Management.Automation.PSInvalidOperationException",
            "The argument for the FileName parameter should not contain a path.",
            "ImportLocalizedData",
            "NotSpecified",
            file_name,
        )
    bare, ending = ntpath.splitext(file_name)
    stem = bare if ending.lower() in (".psd1", ".ps1", ".psm1") else file_name
    cultures = _searched(call, ui_culture)
    found = _localized(folder, cultures, stem, bytes_of(call).exists)
    if found is None:
        call.error(
            call.record(
                "System.Management.Automation.PSInvalidOperationException",
                f"Cannot find the Windows PowerShell data file '{stem}.psd1' in directory "
                f"'{folder}\\{cultures[0].name}\\', or in any parent culture directories.",
                "ImportLocalizedData",
                "ObjectNotFound",
                f"{folder}\\{cultures[0].name}\\{stem}.psd1",
            )
        )
        return
    if supported_command is not None and call.engine.constrained:
        raise call.failure(
            "System.Management.Automation.PSNotSupportedException",
            "Cannot import localized data. The definition of additional supported commands is not allowed in "
            "this language mode.",
            "CannotDefineSupportedCommand",
            "PermissionDenied",
        )
    commands = (*DATA_COMMANDS, *(supported_command or ()))
    value = data_of(call, store_of(call).read_text(found), found, commands)
    if binding_variable is None:
        call.write(value)
        return
    qualifier, colon, name = binding_variable.removeprefix("$").rpartition(":")
    scope = call.frame.scope.numbered(qualifier) if colon else call.frame.scope
    (scope or call.frame.scope).assign(name, value, call.engine)


def _searched(call: CmdletCall, given: str | None) -> list[Culture]:
    """The cultures in whose folders texts are looked for. Without -UICulture that of the thread, behind which
    .NET Framework 4.8 has English (United States). Raises the error of a culture that is none."""
    from emulator.powershell.dotnet.library.cultures import culture_named, current_ui_culture

    if given is None:
        current = current_ui_culture(call.engine)
        return [current] if current.name == "en-US" else [current, ENGLISH]
    try:
        return [culture_named(given, call.engine)]
    except NetError:
        raise call.failure(
            "System.Management.Automation.PSArgumentException",
            'Cannot process argument because the value of argument "Culture" is not valid. Change the value '
            'of the "Culture" argument and run the operation again.',
            "Argument",
            "InvalidArgument",
        ) from None


def _localized(folder: str, cultures: list[Culture], stem: str, exists: Callable[[str], bool]) -> str | None:
    """The first file there is: of the cultures and of those above each, then in the folder itself."""
    names: list[str] = []
    for culture in cultures:
        one: Culture | None = culture
        while one is not None and one.name:
            names.append(one.name)
            one = find(one.facts["parent"])
    for name in (*names, ""):
        path = "\\".join(part for part in (folder.rstrip("\\"), name, f"{stem}.psd1") if part)
        if exists(path):
            return path
    return None
