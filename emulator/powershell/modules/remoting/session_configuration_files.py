"""New- and Test-PSSessionConfigurationFile and New-PSRoleCapabilityFile: the files of session configurations.

The order of the keys, their comments and their examples are those of the files that 5.1 writes (published).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.remoting.configuration_tables import configuration_table, items, pairs
from emulator.powershell.parser.quoting import quoted
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.services import FileStore
from emulator.record import Record

_APPLIED = "when applied to a session"


class _Entry(Record):
    """A key: its comment, the example that stands there when nothing was given, and whether the short file
    has
    it too. Without an example it is left out unless it was given; ``default`` is a value, not an example."""

    key: str
    comment: str
    example: str = ""
    always: bool = False
    default: Callable[[CmdletCall], Any] | None = None
    parameter: str = ""


def _author(call: CmdletCall) -> Any:
    return call.get("Author") or call.engine.machine.user_name


def _rights(call: CmdletCall) -> Any:
    return f"(c) {call.engine.clock.now().year} {_author(call)}. All rights reserved."


def _language(call: CmdletCall) -> Any:
    kind = to_text(call.get("SessionType") or "Default")
    return "FullLanguage" if kind == "Default" else "NoLanguage"


_HEAD = (
    _Entry(
        "SchemaVersion",
        "Version number of the schema used for this document",
        always=True,
        default=lambda _c: "2.0.0.0",
    ),
    _Entry(
        "GUID",
        "ID used to uniquely identify this document",
        always=True,
        default=lambda c: Guid(c.engine.random.guid()),
    ),
    _Entry("Author", "Author of this document", always=True, default=_author),
    _Entry("Description", "Description of the functionality provided by these settings", "''", always=True),
    _Entry("CompanyName", "Company associated with this document", default=lambda _c: "Unknown"),
    _Entry("Copyright", "Copyright statement for this document", default=_rights),
)
_SESSION = (
    _Entry(
        "SessionType",
        "Session type defaults to apply for this session configuration. Can be 'RestrictedRemoteServer' "
        "(recommended), 'Empty', or 'Default'",
        always=True,
        default=lambda _c: "Default",
    ),
    _Entry(
        "TranscriptDirectory",
        "Directory to place session transcripts for this session configuration",
        "'C:\\Transcripts\\'",
        always=True,
    ),
    _Entry(
        "RunAsVirtualAccount",
        "Whether to run this session configuration as the machine's (virtual) administrator account",
        "$true",
        always=True,
    ),
    _Entry(
        "RunAsVirtualAccountGroups",
        "Groups associated with machine's (virtual) administrator account",
        "'Remote Desktop Users', 'Remote Management Users'",
    ),
    _Entry(
        "MountUserDrive",
        "Creates a 'User' PSDrive in the session for use with Copy-Item when File System provider is not "
        "visible.",
        "$true",
    ),
    _Entry(
        "UserDriveMaximumSize",
        "Optional maximum size in bytes of user drive created with MountUserDrive parameter. Default maximum "
        "size for User drive is 50MB.",
        "50000000",
    ),
    _Entry(
        "GroupManagedServiceAccount",
        "Group managed service account name under which the configuration will run",
        "'CONTOSO\\GroupManagedServiceAccount'",
    ),
)
_SCRIPTS = _Entry(
    "ScriptsToProcess",
    f"Scripts to run {_APPLIED}",
    "'C:\\ConfigData\\InitScript1.ps1', 'C:\\ConfigData\\InitScript2.ps1'",
    always=True,
)
_ROLES = (
    _Entry(
        "RoleDefinitions",
        "User roles (security groups), and the role capabilities that should be applied to them when applied "
        "to a session",
        "@{ 'CONTOSO\\SqlAdmins' = @{ RoleCapabilities = 'SqlAdministration' }; 'CONTOSO\\SqlManaged' = @{ "
        "RoleCapabilityFiles = 'C:\\RoleCapability\\SqlManaged.psrc' }; 'CONTOSO\\ServerMonitors' = @{ "
        "VisibleCmdlets = 'Get-Process' } }",
        always=True,
    ),
    _Entry(
        "RequiredGroups",
        "Group accounts for which membership is required to use the session.",
        "@{ And = @{ Or = 'CONTOSO\\SmartCard-Logon1', 'CONTOSO\\SmartCard-Logon2' }, 'Administrators' }",
    ),
    _Entry(
        "LanguageMode",
        "Language mode to apply when applied to a session. Can be 'NoLanguage' (recommended), "
        "'RestrictedLanguage', 'ConstrainedLanguage', or 'FullLanguage'",
        default=_language,
    ),
    _Entry(
        "ExecutionPolicy",
        f"Execution policy to apply {_APPLIED}",
        default=lambda _c: "Restricted",
    ),
    _Entry("PowerShellVersion", f"Version of the PowerShell engine to use {_APPLIED}", "'5.1'"),
)
_MODULES = _Entry(
    "ModulesToImport",
    f"Modules to import {_APPLIED}",
    "'MyCustomModule', @{ ModuleName = 'MyCustomModule'; ModuleVersion = '1.0.0.0'; "
    "GUID = '4d30d5f0-cb16-4898-812d-f20a6c596bdf' }",
)


def _limited(noun: str) -> str:
    return (
        f"'Invoke-{noun}1', @{{ Name = 'Invoke-{noun}2'; Parameters = @{{ Name = 'Parameter1'; ValidateSet = "
        "'Item1', 'Item2' }, @{ Name = 'Parameter2'; ValidatePattern = 'L*' } }"
    )


_VISIBLE = (
    _Entry("VisibleAliases", f"Aliases to make visible {_APPLIED}", "'Item1', 'Item2'"),
    _Entry("VisibleCmdlets", f"Cmdlets to make visible {_APPLIED}", _limited("Cmdlet")),
    _Entry("VisibleFunctions", f"Functions to make visible {_APPLIED}", _limited("Function")),
    _Entry(
        "VisibleExternalCommands",
        f"External commands (scripts and applications) to make visible {_APPLIED}",
        "'Item1', 'Item2'",
    ),
    _Entry("VisibleProviders", f"Providers to make visible {_APPLIED}", "'Item1', 'Item2'"),
)
_DEFINITIONS = (
    _Entry(
        "AliasDefinitions",
        f"Aliases to be defined {_APPLIED}",
        "@{ Name = 'Alias1'; Value = 'Invoke-Alias1'}, @{ Name = 'Alias2'; Value = 'Invoke-Alias2'}",
    ),
    _Entry(
        "FunctionDefinitions",
        f"Functions to define {_APPLIED}",
        "@{ Name = 'MyFunction'; ScriptBlock = { param($MyInput) $MyInput } }",
    ),
    _Entry(
        "VariableDefinitions",
        f"Variables to define {_APPLIED}",
        "@{ Name = 'Variable1'; Value = { 'Dynamic' + 'InitialValue' } }, @{ Name = 'Variable2'; "
        "Value = 'StaticInitialValue' }",
    ),
    _Entry(
        "EnvironmentVariables",
        f"Environment variables to define {_APPLIED}",
        "@{ Variable1 = 'Value1'; Variable2 = 'Value2' }",
    ),
    _Entry(
        "TypesToProcess",
        f"Type files (.ps1xml) to load {_APPLIED}",
        "'C:\\ConfigData\\MyTypes.ps1xml', 'C:\\ConfigData\\OtherTypes.ps1xml'",
    ),
    _Entry(
        "FormatsToProcess",
        f"Format files (.ps1xml) to load {_APPLIED}",
        "'C:\\ConfigData\\MyFormats.ps1xml', 'C:\\ConfigData\\OtherFormats.ps1xml'",
    ),
    _Entry(
        "AssembliesToLoad",
        f"Assemblies to load {_APPLIED}",
        "'System.Web', 'System.OtherAssembly, Version=4.0.0.0, Culture=neutral, "
        "PublicKeyToken=b03f5f7f11d50a3a'",
    ),
)
_OF_SESSION = (*_HEAD, *_SESSION, _SCRIPTS, *_ROLES, _MODULES, *_VISIBLE, *_DEFINITIONS)
_OF_ROLE = (*_HEAD[1:], _MODULES, *_VISIBLE, _SCRIPTS, *_DEFINITIONS)
_KNOWN = {one.key.lower() for one in (*_OF_SESSION, *_OF_ROLE)} | {"userdrivemaxsize"}
_TABLES = {
    "aliasdefinitions": ("Name", "Value"),
    "functiondefinitions": ("Name", "ScriptBlock"),
    "variabledefinitions": ("Name", "Value"),
}


@cmdlet("New-PSSessionConfigurationFile", reads=tuple(one.key for one in _OF_SESSION))
def new_configuration_file(call: CmdletCall, path: str, full: bool = False, **given: Any) -> None:
    """Write a .pssc file (UTF-16)."""
    file = _target(call, path, ".pssc", "InvalidPSSessionConfigurationFilePath", "PSSession Configuration")
    _check_definitions(call, given, file)
    _write(call, file, _OF_SESSION, given, full=full)


@cmdlet("New-PSRoleCapabilityFile", reads=tuple(one.key for one in _OF_ROLE))
def new_capability_file(call: CmdletCall, path: str, **given: Any) -> None:
    """Write a .psrc file (UTF-16)."""
    file = _target(call, path, ".psrc", "InvalidRoleCapabilityFilePath", "Role Capability")
    _check_definitions(call, given, file)
    _write(call, file, _OF_ROLE, given, full=True)


@cmdlet("Test-PSSessionConfigurationFile")
def check_configuration_file(call: CmdletCall, path: str) -> bool:
    """Whether a file is a table of known keys with the values that they take; -Verbose says what is wrong."""
    store = call.service(FileStore)
    file = store.resolve(path)
    if not store.exists(file):
        raise call.failure(
            "System.Management.Automation.ItemNotFoundException",
            f"Cannot find path '{file}' because it does not exist.",
            "PSSessionConfigurationFileNotFound",
            "ResourceUnavailable",
            path,
        )
    if not file.lower().endswith(".pssc"):
        raise _bad_path(
            call, file, path, "InvalidPSSessionConfigurationFilePath", "PSSession Configuration", ".pssc"
        )
    try:
        table = configuration_table(call, file)
    except PSError:
        call.write(False)
        return False
    problem = next(_problems(table, file), None)
    if problem is not None:
        call.verbose(problem)
    call.write(problem is None)
    return problem is None


def _problems(table: Any, file: str) -> Iterator[str]:
    entries = {key.lower(): (key, value) for key, value in pairs(table)}
    if "schemaversion" not in entries:
        yield (
            "The member 'SchemaVersion' is not present in the configuration file. This member must exist and "
            "be assigned a version number of the form 'n.n.n.n'. Please add the missing member to the file "
            f"{file}."
        )
    for lowered, (key, value) in entries.items():
        if lowered not in _KNOWN:
            yield (
                f"The member '{key}' is not a valid key. Please change the member to a valid key in the file "
                f"{file}."
            )
        elif lowered in _TABLES:
            yield from _problems_of_tables(key, value, file)
    kind = entries.get("sessiontype")
    kinds = ("Empty", "RestrictedRemoteServer", "Default")
    if kind is not None and to_text(kind[1]).lower() not in {one.lower() for one in kinds}:
        yield (
            f"The member 'SessionType' must be a valid enumeration type \"SessionType\". Valid enumeration "
            f'values are "{", ".join(kinds)}". Change the member to the correct type in the file {file}.'
        )


def _problems_of_tables(key: str, value: Any, file: str) -> Iterator[str]:
    for one in items(value):
        held = unwrap(one)
        if type(held) not in DICTIONARY_TYPES:
            yield (
                f"The member '{key}' must be a hashtable array. Change the member to the correct type in the "
                f"file {file}."
            )
            continue
        names = {name.lower() for name, _ in pairs(held)}
        for needed in _TABLES[key.lower()]:
            if needed.lower() not in names:
                yield (
                    f"The member '{key}' must contain the required key '{needed}'. Add the require key to "
                    f"the "
                    f"file {file}."
                )


def _check_definitions(call: CmdletCall, given: dict[str, Any], file: str) -> None:
    for key in _TABLES:
        name = next(one.key for one in _DEFINITIONS if one.key.lower() == key)
        problem = next(_problems_of_tables(name, given.get(key), file), None)
        if problem is not None:
            raise call.failure(
                "System.Management.Automation.PSArgumentException", problem, "Argument", "InvalidArgument"
            )


def _target(call: CmdletCall, path: str, extension: str, error_id: str, what: str) -> str:
    store = call.service(FileStore)
    file = store.resolve(path)
    if not file.lower().endswith(extension):
        raise _bad_path(call, file, path, error_id, what, extension)
    return file


def _bad_path(call: CmdletCall, file: str, path: str, error_id: str, what: str, extension: str) -> PSError:
    return call.failure(
        "System.InvalidOperationException",
        f"{what} file path '{file}' is not valid. The path argument must resolve to a single file in the "
        f"file "
        f"system with a '{extension}' extension. Please fix the path specification and try again.",
        error_id,
        "InvalidArgument",
        path,
    )


def _write(
    call: CmdletCall, file: str, entries: tuple[_Entry, ...], given: dict[str, Any], *, full: bool
) -> None:
    lines = ["@{", ""]
    for one in entries:
        value = given.get(one.key.lower())
        is_given = value is not None and value is not False and items(value) != []
        if not (is_given or one.always or full):
            continue
        if not is_given and one.default is not None:
            value, is_given = one.default(call), True
        mark = "" if is_given else "# "
        lines += [f"# {one.comment}", f"{mark}{one.key} = {_shown(value) if is_given else one.example}", ""]
    text = "\r\n".join([*lines, "}", ""])
    call.service(FileStore).write_text(file, text, False, "unicode")


def _shown(value: Any) -> str:
    """A value as the file writes it: texts in quotes, lists with commas, tables with a line for each key."""
    held = unwrap(value)
    if isinstance(held, bool):
        return "$true" if held else "$false"
    if isinstance(held, int):
        return str(held)
    if isinstance(held, ScriptBlock):
        return f"{{{held.text}}}"
    if type(held) in DICTIONARY_TYPES:
        return _table(held, 1)
    if type(held) in LIST_TYPES or isinstance(held, list):
        return ", ".join(map(_shown, held))
    return quoted(to_text(held))


def _table(table: Any, depth: int) -> str:
    indent = "    " * depth
    rows = []
    for key, value in sorted(pairs(table), key=lambda pair: pair[0].lower()):
        held = unwrap(value)
        shown = _table(held, depth + 1) if type(held) in DICTIONARY_TYPES else _shown(held)
        rows.append(f"{indent}'{key}' = {shown}")
    return "@{\r\n" + "\r\n".join(rows) + " }"
