"""Get-Module and Test-ModuleManifest: modules that are loaded, or that could be, here or in a session."""

from __future__ import annotations

import ntpath
from collections.abc import Iterator
from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.modules.core.cim_discovery import tells_modules
from emulator.powershell.modules.core.module_specifications import is_meant, plain_name
from emulator.powershell.modules.core.remote_modules import modules_of_session
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.members import get_property
from emulator.powershell.runtime.module import Module, cmdlet
from emulator.powershell.runtime.module_autoloading import files_of_modules
from emulator.powershell.runtime.script_module import ScriptModule
from emulator.powershell.runtime.services import FileStore


@cmdlet("Get-Module", reads=("CimSession", "CimNamespace", "CimResourceUri"))
def get_module(
    call: CmdletCall,
    name: list[str] | None = None,
    fully_qualified_name: list[Any] | None = None,
    list_available: bool = False,
    all: bool = False,
    ps_session: Any = None,
    ps_edition: str | None = None,
) -> Iterator[Module]:
    """Loaded modules, with -All also those nested in them, or those that could be loaded, here or there. A
    CIM session is of this machine."""
    specifications = [one for one in fully_qualified_name or () if one is not None]
    names = name if fully_qualified_name is None else [one.name for one in specifications]
    is_remote = ps_session is not None or call.has("CimSession")
    if is_remote and not list_available:
        raise call.failure(
            "System.ArgumentException",
            "Running the Get-Module cmdlet against a remote computer can only list available modules. Add "
            "the ListAvailable parameter to your command, and then try again.",
            "RemoteDiscoveryWorksOnlyInListAvailableMode",
            "InvalidArgument",
        )
    if is_remote:
        _refuse_paths(call, names)
    if call.has("CimSession") and not tells_modules(call, call.get("CimSession")):
        return
    if ps_session is not None:
        found: Iterator[Module] = modules_of_session(call, unwrap(ps_session), names)
    else:
        found = modules_here(call, names, list_available, all)
    for one in found:
        if specifications and not any(is_meant(one, each) for each in specifications):
            continue
        if ps_edition is None or ps_edition.lower() in _editions(call, one):
            yield one


def _editions(call: CmdletCall, module: Module) -> list[str]:
    listed = items_of(get_property(module, "CompatiblePSEditions", call.engine))
    return [to_text(one).lower() for one in listed]


def _refuse_paths(call: CmdletCall, names: list[str] | None) -> None:
    for one in names or ():
        if "\\" in one or "/" in one:
            raise call.failure(
                "System.ArgumentException",
                "Running the Get-Module cmdlet against a remote computer can only be done for module names "
                f"that do not include a path. Name parameter has this element '{one}' which resolves to a "
                "path. Update the Name parameter to not have path elements, and then try again.",
                "RemoteDiscoveryWorksOnlyForUnQualifiedNames",
                "InvalidArgument",
                one,
            )


def modules_here(
    call: CmdletCall, name: list[str] | None, list_available: bool, all: bool
) -> Iterator[Module]:
    """The modules of this machine that names or patterns mean, as Get-Module finds them."""
    commands = call.engine.commands
    modules: list[Module] = list(commands.available() if list_available else commands.loaded.values())
    if all and not list_available:
        modules = _with_nested(modules)
    if list_available:
        known = {one.name.lower() for one in modules}
        for wanted in name if name is not None else ("*",):
            if not is_wildcard(wanted):
                if wanted.lower() not in known:
                    modules.extend(_from_disk(call, wanted))
                continue
            for path in files_of_modules(call.engine):
                plain = plain_name(path)
                if plain.lower() not in known and like(plain, wanted):
                    known.add(plain.lower())
                    modules.append(described(call, path))
    for one in sorted(modules, key=lambda module: module.name.lower()):
        if one.name == "Microsoft.PowerShell.Core" and name is None:
            continue
        if name is None or any(like(one.name, plain_name(pattern)) for pattern in name):
            yield one


def _with_nested(modules: list[Module]) -> list[Module]:
    """Modules and, once each, those nested in them."""
    found: dict[int, Module] = {}
    pending = list(modules)
    while pending:
        one = pending.pop(0)
        if id(one) not in found:
            found[id(one)] = one
            pending += one.nested if isinstance(one, ScriptModule) else []
    return list(found.values())


def _from_disk(call: CmdletCall, name: str) -> Iterator[Module]:
    """A module of a folder, described and not loaded."""
    modules = call.engine.modules
    path = modules.find(name)
    if path is not None:
        yield described(call, path)


def described(call: CmdletCall, path: str) -> ScriptModule:
    """The module of a file, not loaded."""
    found = ScriptModule(name=plain_name(path), version="0.0", module_type="Script", path=path)
    if path.lower().endswith(".psd1"):
        found.take_manifest(call.engine.modules.read_manifest(path))
    return found


@cmdlet("Test-ModuleManifest")
def test_module_manifest(call: CmdletCall, path: str) -> Iterator[Module]:
    """Describe the module of a manifest whose files are all there."""
    store = call.engine.find_service(FileStore)
    if store is None:
        raise call.complete(not_emulated("Test-ModuleManifest"))
    file = store.resolve(path)
    if not file.lower().endswith(".psd1"):
        raise call.failure(
            "System.InvalidOperationException",
            f"The specified path '{path}' is not valid. Specify a path with the file name extension '.psd1'.",
            "Modules_InvalidModuleManifestPath",
            "InvalidArgument",
            path,
        )
    if not store.exists(file):
        raise call.failure(
            "System.IO.FileNotFoundException",
            f"The specified module '{path}' was not loaded because no valid module file was found in any "
            "module directory.",
            "Modules_ModuleNotFound",
            "ResourceUnavailable",
            path,
        )
    found = described(call, file)
    found.base = ntpath.dirname(file)
    if found.manifest.get("moduleversion") is None:
        raise _invalid_manifest(
            call,
            file,
            f"The module manifest '{file}' could not be processed because it is not a valid Windows "
            "PowerShell module manifest file. It must have the key ModuleVersion.",
        )
    for key in ("rootmodule", "moduletoprocess", "scriptstoprocess", "typestoprocess", "formatstoprocess"):
        for one in found.files_of(key):
            if ntpath.splitext(one)[1] and not store.exists(one):
                raise _invalid_manifest(
                    call,
                    file,
                    f"The module manifest '{file}' names the file '{one}' under {key}, which does not exist.",
                )
    yield found


def _invalid_manifest(call: CmdletCall, file: str, text: str) -> Any:
    return call.failure(
        "System.IO.InvalidDataException", text, "Modules_InvalidManifest", "ResourceUnavailable", file
    )
