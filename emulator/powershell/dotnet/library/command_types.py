"""Script blocks, commands, parameters and modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.attributes import AttributeObject
from emulator.powershell.dotnet.collections import GenericDictionary, PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.parser.ast import AttributeAst, StringConstantExpressionAst, TypeExpressionAst
from emulator.powershell.runtime import (
    commands,
    metadata,
)
from emulator.powershell.runtime.command_table import MAXIMUM_ALIAS_STEPS
from emulator.powershell.runtime.conversion import to_bool
from emulator.powershell.runtime.errors import NotEmulatedError, PSError
from emulator.powershell.runtime.invocation import position_message
from emulator.powershell.runtime.invoke import invocation_error
from emulator.powershell.runtime.module import Module
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.steppable import SteppablePipeline
from emulator.powershell.runtime.syntax_text import set_text, syntax_of

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."


def _enum(name: str) -> EnumType:
    found = builtin(name)
    assert isinstance(found, EnumType)  # noqa: S101 - a table of this package
    return found


# Script blocks


def _invoke_block(block: ScriptBlock, arguments: Any) -> PSArray:
    values = list(arguments)
    try:
        return PSArray(block.invoke(values))
    except NotEmulatedError:
        raise
    except PSError as problem:
        raise invocation_error(
            "Invoke", len(values), problem.record.exception, record=problem.record
        ) from None


def _invoke_return(block: ScriptBlock, arguments: Any) -> Any:
    out = _invoke_block(block, arguments)
    if not out:
        return None
    return out[0] if len(out) == 1 else PSArray(out)


def _create_block(engine: Engine, text: str) -> ScriptBlock:
    try:
        made = engine.script_block(text)
    except PSError as problem:
        raise invocation_error("Create", 1, problem.record.exception, record=problem.record) from None
    # It runs where it is used, which is nearly always the module that made it.
    return ScriptBlock(made.compiled, engine, engine.frame.scope.home)


_DEFAULT_VARIABLES = ("PSCulture", "PSUICulture", "true", "false", "null")


def _check_restricted(block: ScriptBlock, commands: Any, variables: Any, environment: bool) -> None:
    from emulator.powershell.parser.restricted_language import restricted_language_errors
    from emulator.powershell.runtime.conversion import items_of, to_text
    from emulator.powershell.runtime.script_block import parse_failure

    names = [to_text(one) for one in items_of(variables)] if variables is not None else []
    allowed = None if "*" in names else (*_DEFAULT_VARIABLES, *names)
    found = restricted_language_errors(
        block.compiled.ast,
        [to_text(one) for one in items_of(commands)] if commands is not None else (),
        allowed,
        environment=environment or allowed is None,
    )
    if found:
        shown = [f"{position_message(one.extent)}\r\n{one.message}" for one in found[:10]]
        problem = parse_failure("\r\n\r\n".join(shown), found[0].error_id, found)
        raise invocation_error("CheckRestrictedLanguage", 3, problem.record.exception, record=problem.record)


def _tree(block: ScriptBlock) -> Any:
    from emulator.powershell.dotnet.library.syntax_trees import remember_root

    tree = block.compiled.ast
    if block.compiled.is_root:
        remember_root(tree)
    return tree


register(
    PSType(
        f"{_A}ScriptBlock",
        instance={
            "Ast": _tree,
            "File: string": lambda b: b.file,
            "IsFilter: bool": lambda b: b.is_filter,
            "@Module": lambda engine, b: engine.modules.of_scope(b.home),
            "Invoke(params object[] args)": _invoke_block,
            "InvokeReturnAsIs(params object[] args)": _invoke_return,
            "GetNewClosure()": lambda b: b.closure(),
            "GetSteppablePipeline()": SteppablePipeline,
            "GetSteppablePipeline(object commandOrigin)": lambda b, _origin: SteppablePipeline(b),
            "GetSteppablePipeline(object commandOrigin, object args)": lambda b, _origin, _args: (
                SteppablePipeline(b)
            ),
            "CheckRestrictedLanguage(object allowedCommands, object allowedVariables, "
            "bool allowEnvironmentVariables)": _check_restricted,
            "ToString()": str,
        },
        static={"@Create(string script)": _create_block},
        to_text=str,
    ),
    ScriptBlock,
)


def _begin(pipeline: SteppablePipeline, given: Any) -> PSArray:
    from emulator.powershell.runtime.script_cmdlet import ScriptCmdlet

    if isinstance(given, ScriptCmdlet):
        return pipeline.begin(given.processor.expects_input, given.processor.write)
    return pipeline.begin(to_bool(given))


register(
    PSType(
        f"{_A}SteppablePipeline",
        interfaces=("System.IDisposable",),
        instance={
            "Begin(object expectInput)": _begin,
            "Begin(object expectInput, object contextToRedirectTo)": lambda p, given, _context: _begin(
                p, given
            ),
            "Process()": lambda p: p.process(),
            "Process(object input)": lambda p, value: p.process(value),
            "End()": lambda p: p.end(),
            "Clean()": lambda p: p.dispose(),
            "Dispose()": lambda p: p.dispose(),
        },
    ),
    SteppablePipeline,
)

# Commands


def _module(engine: Engine, command: Any) -> Module | None:
    name = command.module_name
    if not name:
        return None
    return engine.commands.loaded.get(name.lower()) or engine.commands.module(name)


def _version(engine: Engine, command: Any) -> Version | None:
    found = _module(engine, command)
    return Version.parse(found.version) if found is not None else None


def _parameters(engine: Engine, command: commands.CommandInfo) -> Any:
    shape = command.metadata(engine)
    if shape is None:
        return None
    return GenericDictionary(
        [(one.name, one) for one in shape.parameters.values()],
        builtin("System.Collections.Generic.Dictionary`2"),
        case_sensitive=False,
    )


def _parameter_sets(engine: Engine, command: commands.CommandInfo) -> PSArray:
    shape = command.metadata(engine)
    return PSArray() if shape is None else PSArray(ParameterSet(shape, name) for name in shape.set_names)


class OutputType:
    """System.Management.Automation.PSTypeName: the name of a type that need not exist."""

    __slots__ = ("name", "type")

    def __init__(self, name: str, kind: PSType | None) -> None:
        self.name = name
        self.type = kind


register(
    PSType(
        f"{_A}PSTypeName",
        instance={"Name: string": lambda o: o.name, "Type": lambda o: o.type},
        construct={
            "@new(string name)": lambda engine, _kind, name: OutputType(name, engine.types.find(name))
        },
        to_text=lambda o: o.name,
    ),
    OutputType,
)


def _resolved(engine: Engine, alias: commands.AliasInfo) -> commands.Command | None:
    """The command behind an alias, and behind the aliases that this one names."""
    found: commands.Command | None = alias
    for _ in range(MAXIMUM_ALIAS_STEPS):
        if not isinstance(found, commands.AliasInfo):
            return found
        found = engine.commands.find(found.target, engine.frame.scope)
    return None


def _display_name(engine: Engine, alias: commands.AliasInfo) -> str:
    """What 5.1's types.ps1xml shows: a name with a dash alone, any other with the command behind it."""
    if "-" in alias.name:
        return alias.name
    return f"{alias.name} -> {getattr(_resolved(engine, alias), 'name', alias.target)}"


def _output_types(engine: Engine, command: commands.CommandInfo) -> PSArray:
    """The types of a cmdlet's table, or of a function's [OutputType()] attributes."""
    script = getattr(command, "script", None)
    shape = command.metadata(engine) if script is None else None
    if shape is not None:
        return PSArray(OutputType(one, engine.types.find(one)) for one in shape.output_types)
    block = script.compiled.ast.param_block if script is not None else None
    found = PSArray()
    for attribute in block.attributes if block is not None else ():
        if not isinstance(attribute, AttributeAst) or attribute.type_name.name.lower() != "outputtype":
            continue
        for one in attribute.positional_arguments:
            if isinstance(one, TypeExpressionAst):
                named = one.type_name.full_name
            elif isinstance(one, StringConstantExpressionAst):
                named = one.value
            else:
                continue
            kind = engine.types.find(named)
            found.append(OutputType(kind.name if kind is not None else named, kind))
    return found


_NO_POSITION = -2147483648
"""The position of a parameter that has none."""


class ParameterSet:
    """System.Management.Automation.CommandParameterSetInfo."""

    __slots__ = ("name", "shape")

    def __init__(self, shape: metadata.CommandMetadata, name: str) -> None:
        self.shape = shape
        self.name = name


class SetParameter:
    """System.Management.Automation.CommandParameterInfo: a parameter as a member of one set."""

    __slots__ = ("flags", "parameter")

    def __init__(self, parameter: metadata.Parameter, flags: metadata.SetFlags) -> None:
        self.parameter = parameter
        self.flags = flags


def _set_parameters(chosen: ParameterSet) -> PSArray:
    found = ((one, one.flags(chosen.name)) for one in chosen.shape.parameters.values())
    return PSArray(SetParameter(one, flags) for one, flags in found if flags is not None)


def _attributes(parameter: metadata.Parameter) -> PSArray:
    """The attributes that a description keeps: of each set, of the aliases and of the allowed values."""
    load_on_demand(f"{_A}parameterattribute".lower())
    found = PSArray()

    def add(kind: str, values: dict[str, Any]) -> None:
        made = AttributeObject(builtin(f"{_A}{kind}Attribute"))
        made.values.update(values)
        found.append(made)

    for name, flags in parameter.sets.items():
        values = {
            "parametersetname": name,
            "mandatory": flags.mandatory,
            "position": _position(flags),
            "valuefrompipeline": flags.by_value,
            "valuefrompipelinebypropertyname": flags.by_name,
            "valuefromremainingarguments": flags.remaining,
        }
        add("Parameter", values)
    if parameter.aliases:
        add("Alias", {"aliasnames": strings(list(parameter.aliases))})
    if parameter.values:
        add("ValidateSet", {"validvalues": strings(list(parameter.values))})
    found.extend(parameter.custom)
    return found


def _position(flags: metadata.SetFlags) -> int:
    return flags.position if flags.position is not None else _NO_POSITION


register(
    PSType(
        f"{_A}CommandParameterInfo",
        instance={
            "Name: string": lambda p: p.parameter.name,
            "@ParameterType": lambda engine, p: p.parameter.kind(engine),
            "IsMandatory: bool": lambda p: p.flags.mandatory,
            "IsDynamic: bool": lambda _p: False,
            "Position: int": lambda p: _position(p.flags),
            "ValueFromPipeline: bool": lambda p: p.flags.by_value,
            "ValueFromPipelineByPropertyName: bool": lambda p: p.flags.by_name,
            "ValueFromRemainingArguments: bool": lambda p: p.flags.remaining,
            "HelpMessage: string": lambda _p: "",
            "Aliases": lambda p: strings(list(p.parameter.aliases)),
            "Attributes": lambda p: _attributes(p.parameter),
        },
    ),
    SetParameter,
)
register(
    PSType(
        f"{_A}ParameterSetMetadata",
        instance={
            "IsMandatory: bool": lambda f: f.mandatory,
            "Position: int": _position,
            "ValueFromPipeline: bool": lambda f: f.by_value,
            "ValueFromPipelineByPropertyName: bool": lambda f: f.by_name,
            "ValueFromRemainingArguments: bool": lambda f: f.remaining,
            "HelpMessage: string": lambda _f: "",
        },
    ),
    metadata.SetFlags,
)
register(
    PSType(
        f"{_A}CommandParameterSetInfo",
        instance={
            "Name: string": lambda s: s.name,
            "IsDefault: bool": lambda s: s.name == s.shape.default_set,
            "Parameters": _set_parameters,
            "@ToString()": lambda engine, s: set_text(s.shape, s.name, engine),
        },
    ),
    ParameterSet,
)
_COMMAND: dict[str, Any] = {
    "Name: string": lambda c: c.name,
    "CommandType": lambda c: _enum(f"{_A}CommandTypes")[c.kind],
    "ModuleName: string": lambda c: c.module_name,
    "@Source: string": lambda _e, c: c.path if isinstance(c, commands.ApplicationInfo) else c.module_name,
    "@Version": _version,
    "@Module": _module,
    "@Definition: string": lambda e, c: c.definition(e),
    "Visibility": lambda _c: "Public",
    "@Parameters": _parameters,
    "@OutputType": _output_types,
    "@ParameterSets": _parameter_sets,
    "ToString()": lambda c: c.name,
}
register(PSType(f"{_A}CommandInfo", instance=_COMMAND, to_text=lambda c: c.name))
_KINDS: tuple[tuple[type, dict[str, Any]], ...] = (
    (
        commands.CmdletInfo,
        {
            "Verb: string": lambda c: c.name.partition("-")[0],
            "Noun: string": lambda c: c.name.partition("-")[2],
            "@Definition: string": lambda engine, c: syntax_of(c, engine),
        },
    ),
    (commands.FunctionInfo, {"ScriptBlock": lambda c: c.script}),
    (
        commands.AliasInfo,
        {
            "@ResolvedCommandName: string": lambda e, c: getattr(_resolved(e, c), "name", None),
            "@DisplayName: string": _display_name,
            "@ReferencedCommand": lambda e, c: e.commands.find(c.target),
            "@ResolvedCommand": _resolved,
            "Options": lambda c: _enum(f"{_A}ScopedItemOptions").parse(c.options),
            "Description: string": lambda c: c.description,
            "Description=": lambda c, text: setattr(c, "description", text),
        },
    ),
    (
        commands.ApplicationInfo,
        {"Path: string": lambda c: c.path, "Extension: string": lambda c: "." + c.path.rpartition(".")[2]},
    ),
    (commands.ExternalScriptInfo, {"Path: string": lambda c: c.path, "ScriptBlock": lambda c: c.script}),
    (commands.ScriptInfo, {"ScriptBlock": lambda c: c.script}),
)
for _class, _more in _KINDS:
    register(PSType(f"{_A}{_class.__name__}", base=f"{_A}CommandInfo", instance=_more), _class)


def _parameter_type(engine: Engine, parameter: metadata.Parameter) -> Any:
    return parameter.kind(engine)


register(
    PSType(
        f"{_A}ParameterMetadata",
        instance={
            "Name: string": lambda p: p.name,
            "@ParameterType": _parameter_type,
            "Aliases": lambda p: strings(list(p.aliases)),
            "IsDynamic: bool": lambda _p: False,
            "SwitchParameter: bool": lambda p: p.is_switch,
            "ParameterSets": lambda p: GenericDictionary(
                list(p.sets.items()), builtin("System.Collections.Generic.Dictionary`2"), case_sensitive=False
            ),
            "Attributes": _attributes,
        },
    ),
    metadata.Parameter,
)
