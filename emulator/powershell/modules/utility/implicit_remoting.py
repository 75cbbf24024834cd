"""Import-PSSession and Export-PSSession (implicit remoting): commands of a session as functions here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.core.session_objects import Session
from emulator.powershell.modules.utility.format_bags import NotAView, definition_of
from emulator.powershell.modules.utility.format_definitions import TypeDefinition
from emulator.powershell.modules.utility.format_texts import format_file
from emulator.powershell.modules.utility.proxy_modules import RemoteCommandShape, manifest, module_text
from emulator.powershell.parser.quoting import quoted
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.command_pipeline import PipelineCommand
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.services import FileStore, FolderStore
from emulator.powershell.runtime.sinks import Collector

_ARGUMENT = "System.ArgumentException"
#: What a session needs itself, and what therefore nobody wants from it unless it is asked for by name.
_OF_THE_SESSION = frozenset(
    {
        *("get-command", "get-formatdata", "get-help", "select-object", "measure-object"),
        *("exit-pssession", "out-default"),
    }
)
_FORMAT_ERROR = "Running the Get-FormatData command in a remote session reported the following error: "
_UNKNOWN_PARAMETER = "NamedParameterNotFound"
#: CommandTypes without scripts and programs (MS-PSRP 2.2.3.19).
_ALIAS, _DEFAULT_KINDS = 1, 0x1FF & ~(16 | 32 | 64)
_SAFE_NAME = re.compile(r"[\w][\w.:%?-]*")


@cmdlet("Import-PSSession", reads=("ArgumentList", "CommandType", "FullyQualifiedModule", "Module"))
def import_session(
    call: CmdletCall,
    session: Session,
    command_name: list[str] | None = None,
    prefix: str | None = None,
    allow_clobber: bool = False,
    disable_name_checking: bool = False,
    certificate: Any = None,
    format_type_name: list[str] | None = None,
) -> None:
    """Bring commands of a session into this one, as functions of a temporary module."""
    session = unwrap(session)
    found = _wanted(call, session, command_name, prefix or "", allow_clobber)
    if not found:
        return
    views = _views(call, session, format_type_name)
    folder, name = _temporary(call)
    _write(call, session, found, views, folder, name, is_temporary=True, certificate=certificate)
    file = quoted(f"{folder}\\{name}.psd1")
    script = (
        "param($Session, $Prefix, $Unchecked)\n"
        "$options = if ($Prefix) { @{ Prefix = $Prefix } } else { @{} }\n"
        f"Import-Module -Name {file} -ArgumentList $Session -PassThru -Global "
        "-DisableNameChecking:$Unchecked @options"
    )
    for one in call.engine.script_block(script).invoke([session, prefix, disable_name_checking]):
        call.write(one)


@cmdlet(
    "Export-PSSession", reads=("ArgumentList", "CommandType", "Encoding", "FullyQualifiedModule", "Module")
)
def export_session(
    call: CmdletCall,
    session: Session,
    output_module: str,
    command_name: list[str] | None = None,
    allow_clobber: bool = False,
    force: bool = False,
    certificate: Any = None,
    format_type_name: list[str] | None = None,
) -> None:
    """Write the module with commands of a session to a folder, to be imported later."""
    session = unwrap(session)
    folder = _folder(call, output_module)
    folders = call.service(FolderStore)
    if folders.entry(folder) is not None and not force:
        text = (
            f"The directory '{folder}' already exists.  Use the -Force parameter if you want to overwrite "
            "the directory and files within the directory."
        )
        raise call.failure(_ARGUMENT, text, "ExportProxyCommand_OutputModuleExists", "ResourceExists", folder)
    found = _wanted(call, session, command_name, "", allow_clobber=True, is_export=not allow_clobber)
    if not found:
        return
    views = _views(call, session, format_type_name)
    folders.make_directory(folder)
    name = folder.rpartition("\\")[2]
    _write(call, session, found, views, folder, name, is_temporary=False, certificate=certificate)
    listing = call.engine.script_block("param($p) Get-ChildItem -LiteralPath $p")
    for one in listing.invoke([folder]):
        call.write(one)


def _wanted(
    call: CmdletCall,
    session: Session,
    names: list[str] | None,
    prefix: str,
    allow_clobber: bool,
    is_export: bool = False,
) -> list[RemoteCommandShape]:
    """The commands to bring; what is left out is reported. Those that would shadow commands of this session
    are left out unless that is allowed."""
    commands = _asked(call, session, names)
    chosen: list[RemoteCommandShape] = []
    shadowing: list[str] = []
    for one in commands:
        if names is None and one.name.lower() in _OF_THE_SESSION:
            continue
        if _SAFE_NAME.fullmatch(one.name) is None:
            _skip(
                call,
                f"Proxy creation has been skipped for the '{one.name}' command, because Windows PowerShell "
                "could not verify the safety of the command name.",
                "ErrorSkippedUnsafeCommandName",
                one.name,
            )
        elif not allow_clobber and _is_known(call, _prefixed(one.name, prefix)):
            shadowing.append(one.name)
        else:
            chosen.append(one)
    there = {one.name.lower() for one in chosen}
    for one in [one for one in chosen if one.is_alias and one.target.lower() not in there]:
        chosen.remove(one)
        if names is not None and not any(one.target.lower() == name.lower() for name in shadowing):
            text = f"Could not resolve remote alias '{one.name}'."
            call.error(call.record(_ARGUMENT, text, "ErrorCouldntResolveAlias", "OperationTimeout", one.name))
    if shadowing and not is_export:
        call.warning(
            f"Proxy creation has been skipped for the following command: '{', '.join(shadowing)}', because "
            "it would shadow an existing local command.  Use the AllowClobber parameter if you want to "
            "shadow existing local commands."
        )
        if not chosen:
            text = (
                "No command proxies have been created, because all of the requested remote commands would "
                "shadow existing local commands.  Use the AllowClobber parameter if you want to shadow "
                "existing local commands."
            )
            raise call.failure(_ARGUMENT, text, "ErrorNoCommandsImportedBecauseOfSkipping", "InvalidResult")
    return chosen


def _skip(call: CmdletCall, text: str, error_id: str, target: str) -> None:
    call.error(call.record(_ARGUMENT, text, error_id, "InvalidData", target))


def _asked(call: CmdletCall, session: Session, names: list[str] | None) -> list[RemoteCommandShape]:
    """What the session says of its commands. Raises PSError."""
    kinds = unwrap(call.get("CommandType"))
    modules = [*(call.get("Module") or ()), *map(_module_name, call.get("FullyQualifiedModule") or ())]
    try:
        rows = session.connection.metadata(
            call.engine,
            names or ["*"],
            _DEFAULT_KINDS if kinds is None else int(kinds.number),
            modules,
            list(call.get("ArgumentList") or ()),
            call.stopping,
        )
    except PSError as problem:
        text = (
            "Running the Get-Command command in a remote session reported the following error: "
            f"{problem.record.message}."
        )
        raise call.failure(_ARGUMENT, text, "ErrorFromRemoteCommand", "InvalidResult") from None
    found = [_shape(one) for one in rows if isinstance(one, PSObject) and one.note("Name") is not None]
    for name in names or ():
        if not is_wildcard(name) and not any(like(one.name, name) for one in found):
            text = (
                "Running the Get-Command command in a remote session reported the following error: The term "
                f"'{name}' is not recognized as the name of a cmdlet, function, script file, or operable "
                "program. Check the spelling of the name, or if a path was included, verify that the path is "
                "correct and try again.."
            )
            call.error(call.record(_ARGUMENT, text, "ErrorFromRemoteCommand", "InvalidResult", name))
    if not found and not names:
        text = "Running the Get-Command command in a remote session returned no results."
        raise call.failure(_ARGUMENT, text, "ErrorNoResultsFromRemoteEnd", "InvalidResult")
    unique: dict[str, RemoteCommandShape] = {}
    for one in found:
        unique.setdefault(one.name.lower(), one)
    return list(unique.values())


def _views(call: CmdletCall, session: Session, names: list[str] | None) -> list[TypeDefinition]:
    """The views that the session has for some types; script blocks of another machine are left out. Raises
    PSError."""
    if not names:
        return []
    found = _told(call, session, names, with_version=True)
    if isinstance(found, ErrorRecord) and found.fully_qualified_error_id.startswith(_UNKNOWN_PARAMETER):
        found = _told(call, session, names, with_version=False)  # the other side is older than 5.1
    try:
        if isinstance(found, ErrorRecord):
            raise PSError(found)
        return [definition_of(one, call.engine) for one in found]
    except (PSError, NotAView) as problem:
        message = problem.record.message if isinstance(problem, PSError) else str(problem)
        text = f"{_FORMAT_ERROR}{message}."
        raise call.failure(_ARGUMENT, text, "ErrorFromRemoteCommand", "InvalidResult") from None


def _told(
    call: CmdletCall, session: Session, names: list[str], *, with_version: bool
) -> list[Any] | ErrorRecord:
    """What Get-FormatData writes there, or its error."""
    arguments = [Argument("TypeName", PSArray(names))]
    if with_version:
        version = call.engine.session.version.ps_version
        arguments.append(Argument("PowerShellVersion", version))
    command = PipelineCommand("Get-FormatData", arguments=tuple(arguments))
    kept = Collector()
    try:
        started = session.connection.start(call.engine, [[command]], None)
    except PSError as problem:
        return problem.record
    started.receive(call.engine, kept, call.stopping)
    return started.failure or next(iter(kept.errors), None) or kept.outputs


def _module_name(value: Any) -> str:
    held = unwrap(value)
    return to_text(getattr(held, "name", held))


def _shape(row: PSObject) -> RemoteCommandShape:
    kind = unwrap(row.note("CommandType"))
    number = int(getattr(kind, "number", kind) or 0)
    target = row.note("ResolvedCommandName")
    parameters = []
    table = unwrap(row.note("Parameters"))
    for key, value in () if table is None else table.items():
        held = unwrap(value)
        aliases = unwrap(held.note("Aliases")) if isinstance(held, PSObject) else None
        is_switch = isinstance(held, PSObject) and bool(held.note("SwitchParameter"))
        parameters.append((to_text(key), tuple(map(to_text, aliases or ())), is_switch))
    return RemoteCommandShape(
        name=to_text(row.note("Name")),
        is_alias=number == _ALIAS,
        target="" if target is None else to_text(target),
        parameters=tuple(parameters),
    )


def _prefixed(name: str, prefix: str) -> str:
    verb, dash, noun = name.partition("-")
    return f"{verb}-{prefix}{noun}" if dash else f"{prefix}{name}"


def _is_known(call: CmdletCall, name: str) -> bool:
    engine = call.engine
    return engine.commands.find(name, engine.global_scope) is not None


def _temporary(call: CmdletCall) -> tuple[str, str]:
    """A new folder for a temporary module, and the module's name."""
    folders = call.service(FolderStore)
    letters = f"{call.engine.random.guid():x}"
    name = f"tmp_{letters[:8]}.{letters[8:11]}"
    folder = f"{call.engine.machine.temporary_path}{name}"
    folders.make_directory(folder)
    return folder, name


def _folder(call: CmdletCall, name: str) -> str:
    """Where a module is written: a plain name lies with the user's modules."""
    files = call.service(FileStore)
    if re.search(r"[\\/:]", name):
        return files.resolve(name).rstrip("\\")
    return f"{call.engine.machine.home}\\Documents\\WindowsPowerShell\\Modules\\{name}"


def _write(
    call: CmdletCall,
    session: Session,
    commands: list[RemoteCommandShape],
    views: list[TypeDefinition],
    folder: str,
    name: str,
    *,
    is_temporary: bool,
    certificate: Any,
) -> None:
    """Write the files of the module, signed with a certificate that is given."""
    files = call.service(FileStore)
    encoding = to_text(call.get("Encoding") or "utf8").lower()
    text = module_text(commands, session.request, is_temporary=is_temporary)
    for ending, content in _files(call, name, text, session, views):
        path = f"{folder}\\{name}{ending}"
        files.write_text(path, content, False, encoding)
        if certificate is not None:
            signing = "param($Path, $Certificate) Set-AuthenticodeSignature $Path $Certificate"
            call.engine.script_block(signing).invoke([path, certificate])


def _files(
    call: CmdletCall, name: str, text: str, session: Session, views: list[TypeDefinition]
) -> Iterator[tuple[str, str]]:
    guid = to_text(call.engine.random.guid())
    identifier = f"{int(guid):032x}" if guid.isdigit() else guid
    yield ".psm1", text
    yield ".psd1", manifest(name, identifier, session.request.computer)
    yield ".format.ps1xml", format_file(views, blocks=False)
