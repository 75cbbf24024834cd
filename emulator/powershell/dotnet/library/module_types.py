"""System.Management.Automation.PSModuleInfo and the enumerations of its members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, GenericDictionary, PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.library.globalization import Uri
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.simple import Guid, Version
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.host_objects import SessionState
from emulator.powershell.runtime.module import Module
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.script_module import ScriptModule
from emulator.powershell.runtime.services import FileStore

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."
_KIND = EnumType(f"{_A}ModuleType", {"Script": 0, "Binary": 1, "Manifest": 2, "Cim": 3, "Workflow": 4})
_ACCESS = EnumType(f"{_A}ModuleAccessMode", {"ReadWrite": 0, "ReadOnly": 1, "Constant": 2})
_PROCESSOR = EnumType(
    "System.Reflection.ProcessorArchitecture",
    {"None": 0, "MSIL": 1, "X86": 2, "IA64": 3, "Amd64": 4, "Arm": 5},
)
for _one in (_KIND, _ACCESS, _PROCESSOR):
    register(_one)


def _by_name(entries: Iterable[tuple[str, Any]]) -> GenericDictionary:
    return GenericDictionary(
        list(entries), builtin("System.Collections.Generic.Dictionary`2"), case_sensitive=False
    )


def _cmdlets(engine: Engine, module: Module) -> list[tuple[str, Any]]:
    names = module.cmdlet_names(engine.release)
    return [(name, engine.commands.find(f"{module.name}\\{name}")) for name in names]


def _functions(engine: Engine, module: Module) -> list[tuple[str, Any]]:
    if isinstance(module, ScriptModule):
        return [(module.prefixed(name), one) for name, one in module.exported_functions().items()]
    own = engine.global_scope.functions or {}
    found = [own.get(name.lower()) for name in module.functions]
    return [(one.name, one) for one in found if one is not None and one.module_name == module.name]


def _aliases(engine: Engine, module: Module) -> list[tuple[str, Any]]:
    if isinstance(module, ScriptModule):
        return list(module.exported_aliases().items())
    own = engine.global_scope.aliases or {}
    names = module.aliases_of(engine.release)
    return [(one.name, one) for name, one in own.items() if name in names and one.module_name == module.name]


def _variables(module: Module) -> GenericDictionary:
    return _by_name(module.exported_variables().items() if isinstance(module, ScriptModule) else ())


def _commands(engine: Engine, module: Module) -> GenericDictionary:
    return _by_name([*_functions(engine, module), *_aliases(engine, module), *_cmdlets(engine, module)])


def _manifest(module: Module) -> dict[str, Any]:
    return module.manifest if isinstance(module, ScriptModule) else {}


def _entry(key: str) -> Callable[[Module], str | None]:
    """A text of the manifest."""

    def read(module: Module) -> str | None:
        value = _manifest(module).get(key)
        return None if value is None else to_text(value)

    return read


def _help_address(engine: Engine, module: Module) -> str | None:
    return _entry("helpinfouri")(module) or module.help_address(engine.release) or None


def _version(key: str) -> Callable[[Module], Version | None]:
    def read(module: Module) -> Version | None:
        value = _manifest(module).get(key)
        return None if value is None else Version.parse(to_text(value))

    return read


def _list(key: str) -> Callable[[Module], PSArray]:
    def read(module: Module) -> PSArray:
        value = _manifest(module).get(key)
        return strings([] if value is None else [to_text(one) for one in items_of(value)])

    return read


def _gallery(key: str) -> Callable[[Module], Any]:
    """An entry of PrivateData.PSData, where the PowerShell Gallery has its own."""

    def read(module: Module) -> Any:
        private = unwrap(_manifest(module).get("privatedata"))
        data: Any = unwrap(private.get("PSData")) if type(private) in DICTIONARY_TYPES else None
        return data.get(key) if type(data) in DICTIONARY_TYPES else None

    return read


def _address(key: str) -> Callable[[Module], Uri | None]:
    read = _gallery(key)

    def address(module: Module) -> Uri | None:
        value = read(module)
        return None if value is None else Uri(to_text(value))

    return address


def _tags(module: Module) -> PSArray:
    value = _gallery("Tags")(module)
    return strings([] if value is None else [to_text(one) for one in items_of(value)])


def _required(engine: Engine, module: Module) -> PSArray:
    """The modules that the manifest needs and that are loaded."""
    value = _manifest(module).get("requiredmodules")
    found = []
    for one in [] if value is None else items_of(value):
        held = unwrap(one)
        name = to_text(held.get("ModuleName") if type(held) in DICTIONARY_TYPES else held)
        loaded = engine.commands.loaded.get(name.lower())
        if loaded is not None:
            found.append(loaded)
    return PSArray(found)


def _definition(module: Module) -> str:
    block = module.block if isinstance(module, ScriptModule) else None
    return block.text if block is not None else ""


def _state(engine: Engine, module: Module) -> SessionState | None:
    scope = module.scope if isinstance(module, ScriptModule) else None
    return None if scope is None else SessionState(engine, scope)


def _bound(engine: Engine, module: Module, block: ScriptBlock) -> ScriptBlock:
    home = module.scope if isinstance(module, ScriptModule) else None
    return ScriptBlock(block.compiled, engine, home, block.is_filter)


def _invoke(engine: Engine, module: Module, block: ScriptBlock, arguments: Any) -> Any:
    return _bound(engine, module, block).evaluate_with_arguments(list(arguments))


def _set_access_mode(module: Module, value: Any) -> None:
    """AccessMode. A constant module stays what it is."""
    if module.access_mode == "Constant":
        raise NetError(
            "System.Management.Automation.PSInvalidOperationException",
            "The access mode of a constant module cannot be changed.",
        )
    found = _ACCESS.parse(to_text(value))
    module.access_mode = module.access_mode if found is None else str(found)


def _set_on_remove(module: Module, block: Any) -> None:
    if isinstance(module, ScriptModule):
        module.on_remove = unwrap(block)


def _as_custom_object(module: Module) -> Any:
    return module.as_custom_object() if isinstance(module, ScriptModule) else None


def _type_definitions(engine: Engine, module: Module) -> GenericDictionary:
    """The classes and enumerations of a module and of those nested in it; the last of a name wins."""
    load_on_demand("system.management.automation.language.typedefinitionast")
    found: dict[str, Any] = {}
    for nested in getattr(module, "nested", ()):
        found.update(dict(_type_definitions(engine, nested).items()))
    block = getattr(module, "block", None)
    blocks = [block] if block is not None else _blocks_of_files(engine, module)
    for one in blocks:
        found.update((node.name, node) for node in one.compiled.type_nodes)
    return _by_name(found.items())


def _blocks_of_files(engine: Engine, module: Module) -> Iterator[ScriptBlock]:
    """The scripts of a module that is not loaded: those nested in it, then its own."""
    store = engine.find_service(FileStore)
    if store is None or not isinstance(module, ScriptModule):
        return
    manifest = module.manifest
    root = manifest.get("rootmodule") or manifest.get("moduletoprocess")
    named = [*items_of(manifest.get("nestedmodules") or ()), *([root] if root else ())]
    names = (to_text(one) for one in named if type(one) not in DICTIONARY_TYPES)
    files = [engine.modules.file_of_part(one, module.folder) for one in names]
    for file in [*files, module.path]:
        if file is not None and file.lower().endswith(".psm1") and store.exists(file):
            try:
                yield engine.script_block(store.read_text(file), file)
            except PSError:  # a text with errors tells no types
                continue


def _processor(module: Module) -> Any:
    value = _manifest(module).get("processorarchitecture")
    return _PROCESSOR.value(0) if value is None else _PROCESSOR.parse(to_text(value))


register(
    PSType(
        f"{_A}PSModuleInfo",
        instance={
            "LogPipelineExecutionDetails: bool": lambda _m: False,
            "Name: string": lambda m: m.name,
            "Path: string": lambda m: m.path,
            "ImplementingAssembly": lambda _m: None,
            "Definition: string": _definition,
            "Description: string": lambda m: m.description,
            "Guid: guid": lambda m: Guid.parse(m.guid),
            "@HelpInfoUri: string": _help_address,
            "ModuleBase: string": lambda m: m.folder,
            "PrivateData": lambda m: _manifest(m).get("privatedata"),
            "Tags": _tags,
            "ProjectUri": _address("ProjectUri"),
            "IconUri": _address("IconUri"),
            "LicenseUri": _address("LicenseUri"),
            "ReleaseNotes: string": _gallery("ReleaseNotes"),
            "Version": lambda m: Version.parse(m.version),
            "ModuleType": lambda m: _KIND.parse(m.module_type),
            "Author: string": _entry("author"),
            "AccessMode": lambda m: _ACCESS.parse(m.access_mode),
            "AccessMode=": _set_access_mode,
            "ClrVersion": _version("clrversion"),
            "CompanyName: string": _entry("companyname"),
            "Copyright: string": _entry("copyright"),
            "DotNetFrameworkVersion": _version("dotnetframeworkversion"),
            "@ExportedFunctions": lambda e, m: _by_name(_functions(e, m)),
            "Prefix: string": lambda m: m.prefix if isinstance(m, ScriptModule) else "",
            "@ExportedCmdlets": lambda e, m: _by_name(_cmdlets(e, m)),
            "@ExportedCommands": _commands,
            "FileList": _list("filelist"),
            "CompatiblePSEditions": _list("compatiblepseditions"),
            "NestedModules": lambda m: PSArray(m.nested if isinstance(m, ScriptModule) else ()),
            "PowerShellHostName: string": _entry("powershellhostname"),
            "PowerShellHostVersion": _version("powershellhostversion"),
            "PowerShellVersion": _version("powershellversion"),
            "ProcessorArchitecture": _processor,
            "Scripts": _list("scriptstoprocess"),
            "RequiredAssemblies": _list("requiredassemblies"),
            "@RequiredModules": _required,
            "RootModule: string": lambda m: _entry("rootmodule")(m) or _entry("moduletoprocess")(m),
            "ExportedVariables": _variables,
            "@ExportedAliases": lambda e, m: _by_name(_aliases(e, m)),
            "ExportedDscResources": _list("dscresourcestoexport"),
            "@SessionState": _state,
            "OnRemove": lambda m: m.on_remove if isinstance(m, ScriptModule) else None,
            "OnRemove=": _set_on_remove,
            "ExportedFormatFiles": _list("formatstoprocess"),
            "ExportedTypeFiles": _list("typestoprocess"),
            "@GetExportedTypeDefinitions()": _type_definitions,
            "@Invoke(scriptblock sb, params object[] args)": _invoke,
            "@NewBoundScriptBlock(scriptblock scriptBlockToBind)": _bound,
            "AsCustomObject()": _as_custom_object,
            "ToString()": lambda m: m.name,
        },
        to_text=lambda m: m.name,
    ),
    Module,
)
