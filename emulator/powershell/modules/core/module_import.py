"""Import-Module."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.modules.core.cim_discovery import tells_modules
from emulator.powershell.modules.core.command_names import tell_exported, tell_imported
from emulator.powershell.modules.core.module_listing import described
from emulator.powershell.modules.core.module_specifications import bounds_of, plain_name
from emulator.powershell.modules.core.remote_modules import check_cim_modules, import_from_session
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.members import get_property
from emulator.powershell.runtime.module import Module, cmdlet
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_module import ScriptModule, VersionBounds
from emulator.powershell.runtime.services import FileStore


@cmdlet(
    "Import-Module",
    reads=("Assembly", "CimSession", "CimNamespace", "CimResourceUri", "Global", "PSSession"),
)
def import_module(
    call: CmdletCall,
    name: list[str] | None = None,
    fully_qualified_name: list[Any] | None = None,
    module_info: list[Module] | None = None,
    minimum_version: Version | None = None,
    required_version: Version | None = None,
    maximum_version: str | None = None,
    argument_list: list[Any] | None = None,
    function: list[str] | None = None,
    alias: list[str] | None = None,
    variable: list[str] | None = None,
    cmdlet: list[str] | None = None,
    no_clobber: bool = False,
    prefix: str | None = None,
    force: bool = False,
    pass_thru: bool = False,
    as_custom_object: bool = False,
    scope: str | None = None,
    disable_name_checking: bool = False,
    **others: Any,
) -> Iterator[Any]:
    """Load modules: those of the machine by name, script modules by name or path, those of a session as
    functions that run there."""
    commands = call.engine.commands
    limits = VersionBounds(
        None if minimum_version is None else str(minimum_version),
        None if required_version is None else str(required_version),
        maximum_version,
    )
    wanted = [(one, limits) for one in name or ()]
    wanted.extend((one.name, bounds_of(one)) for one in fully_qualified_name or ())
    session = unwrap(others.get("pssession"))
    if session is not None:
        for one, _ in wanted:
            for module in import_from_session(call, session, one, argument_list or [], prefix, force):
                if pass_thru:
                    yield module
        return
    if others.get("cimsession") is not None:
        if not tells_modules(call, others["cimsession"]):
            for one, bounds in wanted:
                call.error(_no_module(call, one, bounds))
            return
        wanted = check_cim_modules(call, wanted)
    found: list[Module] = [*(module_info or ()), *_of_assemblies(call, others.get("assembly"))]
    for one, bounds in wanted:
        if is_wildcard(one):
            found.extend(each for each in commands.available() if like(each.name, one))
            continue
        found_module = _find(call, one, bounds, force, argument_list or [])
        if found_module is None:
            call.error(_no_module(call, one, bounds))
            continue
        found.append(found_module)
    target = _target(call, scope, bool(others.get("global")))
    only = None
    if not (function is None and alias is None and variable is None and cmdlet is None):
        # What one of these parameters does not name, whatever its kind, stays away.
        only = {"function": function or [], "alias": alias or [], "variable": variable or []}
    for module in found:
        if isinstance(module, ScriptModule):
            module.prefix = prefix or str(module.manifest.get("defaultcommandprefix") or "")
        imported = commands.load(module, target, only, clobber=not no_clobber)
        tell_imported(call, module, imported, checks_names=not disable_name_checking)
        if as_custom_object and isinstance(module, ScriptModule):
            yield module.as_custom_object()
        elif pass_thru:
            yield module


def _of_assemblies(call: CmdletCall, assemblies: Any) -> Iterator[Module]:
    """The modules of Windows that lie in assemblies. One without cmdlets is an empty module of its own."""
    for one in map(unwrap, assemblies or ()):
        name = to_text(get_property(one, "FullName", call.engine)).partition(",")[0]
        found = next((each for each in call.engine.commands.available() if name in each.assemblies), None)
        if found is None:
            found = call.engine.commands.module(name)
        if found is None:
            location = to_text(get_property(one, "Location", call.engine))
            shown = name if location else f"dynamic_code_module_{to_text(one)}"
            found = call.engine.commands.loaded.get(shown.lower()) or _binary(call, one, shown, location)
        yield found


def _binary(call: CmdletCall, assembly: Any, name: str, path: str) -> Module:
    """The module that an assembly is, with the cmdlets that were compiled into it."""
    compiled = next((one.assembly for one in assembly.types if hasattr(one, "assembly")), None)
    if compiled is None:
        return Module(name=name, version="0.0.0.0", module_type="Binary", path=path)
    from emulator.powershell.csharp.cmdlets import module_of

    return module_of(compiled, name, path, call.engine)


def _target(call: CmdletCall, scope: str | None, is_global: bool) -> Scope | None:
    if is_global or (scope or "").lower() == "global":
        return None
    if (scope or "").lower() == "local":
        return call.frame.scope
    return call.frame.scope.home


def _find(
    call: CmdletCall, name: str, bounds: VersionBounds, force: bool, arguments: list[Any]
) -> Module | None:
    commands, modules = call.engine.commands, call.engine.modules
    builtin = commands.module(name)
    if builtin is not None:
        return builtin if bounds.allow(builtin.version) else None
    if name.lower().endswith(".dll"):
        return _of_assembly(call, name)
    loaded = commands.loaded.get(plain_name(name).lower())
    path = modules.find(name, bounds)
    if isinstance(loaded, ScriptModule) and (path is None or loaded.path.lower() == path.lower()):
        if not force:
            return loaded if bounds.allow(loaded.version) else None
        commands.unload(loaded)
    if path is None or (bounds != VersionBounds() and not bounds.allow(described(call, path).version)):
        return None
    call.verbose(f"Loading module from path '{path}'.")
    made = modules.load(path, arguments, call.frame)
    root = made.files_of("rootmodule") or made.files_of("moduletoprocess")
    for one in root:
        call.verbose(f"Loading module from path '{one}'.")
    tell_exported(call, made)
    return made


def _of_assembly(call: CmdletCall, path: str) -> Module | None:
    """A module of Windows by the file of its assembly, which lies in the folder of that name."""
    store = call.engine.find_service(FileStore)
    file = "" if store is None else store.resolve(path)
    folder = ntpath.dirname(file)
    is_of_windows = ntpath.basename(ntpath.dirname(folder)).lower() == "modules"
    if store is None or not store.exists(file):
        return None
    known = call.engine.commands.module(ntpath.basename(folder)) if is_of_windows else None
    if known is not None:
        return known
    from emulator.powershell.csharp.cmdlets import module_of
    from emulator.powershell.modules.utility.compiling import loaded

    compiled = loaded(call, file)
    if compiled is None:
        return None
    name = ntpath.splitext(ntpath.basename(file))[0]
    return call.engine.commands.loaded.get(name.lower()) or module_of(compiled, name, file, call.engine)


def _no_module(call: CmdletCall, name: str, bounds: VersionBounds) -> Any:
    minimum, required, maximum = bounds.minimum, bounds.required, bounds.maximum
    wanted = ""
    if required is not None:
        wanted = f" with version '{required}'"
    elif minimum is not None and maximum is not None:
        wanted = f" with MinimumVersion '{minimum}' and MaximumVersion '{maximum}'"
    elif minimum is not None:
        wanted = f" with version '{minimum}'"
    elif maximum is not None:
        wanted = f" with MaximumVersion '{maximum}'"
    text = (
        f"The specified module '{name}'{wanted} was not loaded because no valid module file was found in any "
        "module directory."
    )
    identifier = "Modules_ModuleWithVersionNotFound" if wanted else "Modules_ModuleNotFound"
    return call.record("System.IO.FileNotFoundException", text, identifier, "ResourceUnavailable", name)
