"""Types of System.Management.Automation: error records, invocation, script blocks, commands, members,
variables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import GenericDictionary, PSArray
from emulator.powershell.dotnet.enums import EnumType, EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.psobject import (
    AliasProperty,
    NoteProperty,
    PSObject,
    ScriptMethod,
    ScriptProperty,
    unwrap,
)
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.dotnet.types import BY_CLASS, Property, PSType, builtin, register, type_of
from emulator.powershell.runtime import (
    commands,
    host_objects,
    members,
    metadata,
    scope,
    script_cmdlet,
    streams,
)
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, record_of_exception
from emulator.powershell.runtime.invocation import InvocationInfo
from emulator.powershell.runtime.module import Module
from emulator.powershell.runtime.script_block import ScriptBlock

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."


def _enum(name: str) -> EnumType:
    found = builtin(name)
    assert isinstance(found, EnumType)  # noqa: S101 - a table of this package
    return found


# Error records


class CategoryInfo:
    """System.Management.Automation.ErrorCategoryInfo, a view of a record."""

    __slots__ = ("record",)

    def __init__(self, record: ErrorRecord) -> None:
        self.record = record

    @property
    def target_name(self) -> str:
        """The text of the target object."""
        record = self.record
        if record.target_name is not None:
            return record.target_name
        return to_text(record.target) if record.target is not None else ""

    @property
    def target_type(self) -> str:
        """The short type name of the target object."""
        record = self.record
        if record.target_type is not None:
            return record.target_type
        target = record.target
        if target is None:
            return ""
        base = unwrap(target)
        return "PSCustomObject" if isinstance(base, PSObject) else type_of(base).short_name

    def __str__(self) -> str:
        record = self.record
        name = _shortened(self.target_name)
        return f"{record.category}: ({name}:{self.target_type}) [{record.activity}], {record.category_reason}"


def _shortened(text: str) -> str:
    # ErrorCategoryInfo.Ellipsize: 40 characters, the middle cut out.
    return text if len(text) <= 40 else f"{text[:15]}...{text[-15:]}"


def _category(record: ErrorRecord) -> CategoryInfo:
    return CategoryInfo(record)


def _set_category_part(name: str) -> Any:
    def assign(info: CategoryInfo, value: Any) -> None:
        setattr(info.record, name, to_text(value))

    return assign


register(
    PSType(
        f"{_A}ErrorCategoryInfo",
        instance={
            "Category": lambda c: _enum(f"{_A}ErrorCategory")[c.record.category],
            "Activity: string": lambda c: c.record.activity,
            "Activity=": _set_category_part("activity"),
            "Reason: string": lambda c: c.record.category_reason,
            "Reason=": _set_category_part("reason"),
            "TargetName: string": lambda c: c.target_name,
            "TargetName=": _set_category_part("target_name"),
            "TargetType: string": lambda c: c.target_type,
            "TargetType=": _set_category_part("target_type"),
            "GetMessage()": str,
            "ToString()": str,
        },
        to_text=str,
    ),
    CategoryInfo,
)


class ErrorDetails:
    """System.Management.Automation.ErrorDetails."""

    __slots__ = ("message", "recommended_action")

    def __init__(self, message: str) -> None:
        self.message = message
        self.recommended_action = ""


register(
    PSType(
        f"{_A}ErrorDetails",
        instance={
            "Message: string": lambda d: d.message,
            "RecommendedAction: string": lambda d: d.recommended_action,
            "ToString()": lambda d: d.message,
        },
        construct={"new(string message)": lambda _kind, text: ErrorDetails(text)},
        to_text=lambda d: d.message,
    ),
    ErrorDetails,
)


def _set_details(record: ErrorRecord, value: Any) -> None:
    record.details = value.message if isinstance(value, ErrorDetails) else None


def _new_record(
    _kind: PSType, exception: ExceptionObject, error_id: str, category: EnumValue, target: Any
) -> ErrorRecord:
    return ErrorRecord(exception, error_id or "", str(category), target)


register(
    PSType(
        f"{_A}ErrorRecord",
        instance={
            "Exception": lambda r: r.exception,
            "TargetObject": lambda r: r.target,
            "CategoryInfo": _category,
            "FullyQualifiedErrorId: string": lambda r: r.fully_qualified_error_id,
            "ErrorDetails": lambda r: ErrorDetails(r.details) if r.details is not None else None,
            "ErrorDetails=": _set_details,
            "InvocationInfo": lambda r: r.invocation,
            "ScriptStackTrace: string": lambda r: r.script_stack_trace or stack_trace(r),
            "PipelineIterationInfo": lambda _r: PSArray(),
            "ToString()": lambda r: r.message,
        },
        construct={
            f"new(System.Exception exception, string errorId, {_A}ErrorCategory errorCategory, object "
            f"targetObject)": (_new_record),
            f"new({_A}ErrorRecord errorRecord, System.Exception replaceParentContainsErrorRecordException)": (
                lambda _k, record, _e: record.copy()
            ),
        },
        properties=(
            Property("PSMessageDetails", lambda r: r.message_details, kind="NoteProperty", hidden=True),
        ),
        to_text=lambda r: r.message,
    ),
    ErrorRecord,
)


def stack_trace(record: ErrorRecord) -> str:
    """``at <ScriptBlock>, <No file>: line 1``."""
    invocation = record.invocation
    if invocation is None or invocation.extent is None:
        return "at <ScriptBlock>, <No file>: line 1"
    extent = invocation.extent
    return f"at <ScriptBlock>, {extent.file or '<No file>'}: line {extent.start_line}"


def exception_record(exception: ExceptionObject) -> ErrorRecord:
    """``$exception.ErrorRecord``."""
    return record_of_exception(exception)


builtin(f"{_A}RuntimeException").own_members["errorrecord"] = Property("ErrorRecord", exception_record)


def _bound(info: InvocationInfo) -> GenericDictionary:
    return GenericDictionary(
        info.bound.items(), builtin("System.Collections.Generic.Dictionary`2"), case_sensitive=False
    )


def _line(info: InvocationInfo) -> str:
    return info.extent.start_line_text if info.extent is not None else ""


def _script_name(info: InvocationInfo) -> str:
    return (info.extent.file if info.extent is not None else None) or ""


def _my_command_path(info: InvocationInfo) -> str:
    script = getattr(info.command, "script", None)
    return getattr(script, "file", None) or ""


def _root(info: InvocationInfo) -> str:
    return _my_command_path(info).rpartition("\\")[0]


register(
    PSType(
        f"{_A}InvocationInfo",
        instance={
            "MyCommand": lambda i: i.command,
            "BoundParameters": _bound,
            "UnboundArguments": lambda i: i.unbound,
            "ScriptLineNumber: int": lambda i: i.extent.start_line if i.extent else 0,
            "OffsetInLine: int": lambda i: i.extent.start_column if i.extent else 0,
            "HistoryId": lambda _i: 1,
            "ScriptName: string": _script_name,
            "Line: string": _line,
            "PositionMessage: string": lambda i: i.position_message,
            "PSScriptRoot: string": _root,
            "PSCommandPath: string": _my_command_path,
            "InvocationName: string": lambda i: i.invocation_name,
            "PipelineLength: int": lambda i: i.pipeline_length,
            "PipelinePosition: int": lambda i: i.pipeline_position,
            "ExpectingInput: bool": lambda i: i.expecting_input,
            "CommandOrigin": lambda _i: "Internal",
        },
    ),
    InvocationInfo,
)

# Script blocks


def _invoke_block(block: ScriptBlock, arguments: Any) -> PSArray:
    return PSArray(block.invoke(list(arguments)))


def _invoke_return(block: ScriptBlock, arguments: Any) -> Any:
    out = block.invoke(list(arguments))
    if not out:
        return None
    return out[0] if len(out) == 1 else PSArray(out)


register(
    PSType(
        f"{_A}ScriptBlock",
        instance={
            "Ast": lambda b: b.compiled.ast,
            "File: string": lambda b: b.file,
            "IsFilter: bool": lambda b: b.is_filter,
            "Module": lambda _b: None,
            "Invoke(params object[] args)": _invoke_block,
            "InvokeReturnAsIs(params object[] args)": _invoke_return,
            "GetNewClosure()": lambda b: b.closure(),
            "ToString()": str,
        },
        static={"@Create(string script)": lambda engine, text: engine.script_block(text)},
        to_text=str,
    ),
    ScriptBlock,
)

# Commands


def _module(engine: Engine, command: Any) -> Module | None:
    return engine.commands.module(command.module_name) if command.module_name else None


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


class ParameterSet:
    """System.Management.Automation.CommandParameterSetInfo."""

    __slots__ = ("name", "shape")

    def __init__(self, shape: metadata.CommandMetadata, name: str) -> None:
        self.shape = shape
        self.name = name


register(
    PSType(
        f"{_A}CommandParameterSetInfo",
        instance={
            "Name: string": lambda s: s.name,
            "IsDefault: bool": lambda s: s.name == s.shape.default_set,
            "Parameters": lambda s: PSArray(one for one in s.shape.parameters.values() if one.flags(s.name)),
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
        },
    ),
    (commands.FunctionInfo, {"ScriptBlock": lambda c: c.script}),
    (
        commands.AliasInfo,
        {
            "ResolvedCommandName: string": lambda c: c.target,
            "DisplayName: string": lambda c: f"{c.name} -> {c.target}",
            "@ReferencedCommand": lambda e, c: e.commands.find(c.target),
            "@ResolvedCommand": lambda e, c: e.commands.find(c.target),
            "Options": lambda c: _enum(f"{_A}ScopedItemOptions").parse(c.options),
            "Description: string": lambda c: c.description,
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
            "IsMandatory: bool": lambda p: any(f.mandatory for f in p.sets.values()),
        },
        to_text=lambda p: p.name,
    ),
    metadata.Parameter,
)


def _exported(engine: Engine, module: Module) -> Any:
    release = engine.release
    names = module.cmdlet_names(release)
    return GenericDictionary(
        [(name, engine.commands.find(f"{module.name}\\{name}")) for name in names],
        builtin("System.Collections.Generic.Dictionary`2"),
        case_sensitive=False,
    )


register(
    PSType(
        f"{_A}PSModuleInfo",
        instance={
            "Name: string": lambda m: m.name,
            "Path: string": lambda m: m.path,
            "Description: string": lambda m: m.description,
            "Version": lambda m: Version.parse(m.version),
            "ModuleType: string": lambda m: m.module_type,
            "@ExportedCommands": _exported,
            "@ExportedCmdlets": _exported,
            "ToString()": lambda m: m.name,
        },
        to_text=lambda m: m.name,
    ),
    Module,
)

# Members of objects


def _views(owner: Any, engine: Engine | None) -> members.PropertyViews:
    made = members.PropertyViews(members.properties(owner, engine))
    made.owner = owner
    return made


def _set_of_properties(engine: Engine, member_set: members.MemberSet) -> members.PropertyViews:
    return _views(member_set.owner, engine)


def _base(member_set: members.MemberSet) -> Any:
    return unwrap(member_set.owner)


def _copy(member_set: members.MemberSet) -> Any:
    owner = member_set.owner
    if isinstance(owner, PSObject):
        made = PSObject(owner.base, tuple(owner.type_names))
        for added in owner.members.values():
            made.add(NoteProperty(added.name, added.value) if isinstance(added, NoteProperty) else added)
        return made
    return owner


register(
    PSType(
        f"{_A}PSMemberSet",
        instance={
            "@Properties": _set_of_properties,
            "@Members": _set_of_properties,
            "@Methods": lambda e, m: PSArray(method_names(m.owner, e)),
            "TypeNames": lambda m: PSArray(members.type_names(m.owner)),
            "BaseObject": _base,
            "ImmediateBaseObject": _base,
            "Copy()": _copy,
        },
    ),
    members.MemberSet,
)


def method_names(owner: Any, _engine: Engine | None) -> list[Any]:
    """The methods of a value."""
    from emulator.powershell.dotnet.types import Method

    base = unwrap(owner)
    found: list[Any] = [
        members.MethodReference(owner, one.name)
        for one in type_of(base).all_members().values()
        if isinstance(one, Method)
    ]
    if isinstance(owner, PSObject):
        found += [
            members.MethodReference(owner, m.name)
            for m in owner.members.values()
            if isinstance(m, ScriptMethod)
        ]
    return found


def _property_value(engine: Engine, view: members.PropertyView) -> Any:
    found = members.get_property(view.owner, view.name, engine)
    return None if found is members.MISSING else found


def _set_property_value(engine: Engine, view: members.PropertyView, value: Any) -> None:
    members.set_member(view.owner, view.name, value, engine)


register(
    PSType(
        f"{_A}PSPropertyInfo",
        instance={
            "MemberType": lambda v: _enum(f"{_A}PSMemberTypes")[v.kind],
            "IsSettable: bool": lambda v: v.kind == "NoteProperty",
            "IsGettable: bool": lambda _v: True,
            "@Value": _property_value,
            "@Value=": _set_property_value,
            "TypeNameOfValue: string": lambda v: v.type_name,
            "Name: string": lambda v: v.name,
            "IsInstance: bool": lambda v: v.kind == "NoteProperty",
        },
        to_text=lambda v: v.name,
    ),
    members.PropertyView,
)


def _remove_view(views: members.PropertyViews, name: str) -> None:
    if isinstance(views.owner, PSObject):
        views.owner.members.pop(name.lower(), None)


def _add_view(views: members.PropertyViews, member: Any) -> None:
    if isinstance(views.owner, PSObject):
        views.owner.add(member)


register(
    PSType(
        f"{_A}PSMemberInfoIntegratingCollection",
        base="System.Object[]",
        instance={
            "Remove(string name)": _remove_view,
            "Add(object member)": _add_view,
            "Item(string name)": lambda v, name: next(
                (one for one in v if one.name.lower() == name.lower()), None
            ),
            "Match(string name)": lambda v, name: PSArray(one for one in v if _like(one.name, name)),
        },
    ),
    members.PropertyViews,
)


def _like(text: str, pattern: str) -> bool:
    from emulator.powershell.dotnet.regex import like

    return like(text, pattern)


register(
    PSType(
        f"{_A}PSMethod",
        instance={
            "Name: string": lambda m: m.name,
            "MemberType": lambda _m: _enum(f"{_A}PSMemberTypes")["Method"],
            "@Invoke(params object[] args)": lambda e, m, a: _invoke_method(e, m, a),  # noqa: PLW0108 - defined below
        },
        to_text=lambda m: f"{m.name}()",
    ),
    members.MethodReference,
)


def _invoke_method(engine: Engine, reference: members.MethodReference, arguments: Any) -> Any:
    from emulator.powershell.runtime.invoke import call_method, call_static

    if isinstance(reference.owner, PSType) and reference.owner.static_member(reference.name):
        return call_static(reference.owner, reference.name, list(arguments), engine)
    return call_method(reference.owner, reference.name, list(arguments), engine)


_ADDED: tuple[tuple[type, str, dict[str, Any]], ...] = (
    (NoteProperty, "PSNoteProperty", {"new(string name, object value)": lambda _k, n, v: NoteProperty(n, v)}),
    (
        AliasProperty,
        "PSAliasProperty",
        {"new(string name, string referencedMemberName)": lambda _k, n, t: AliasProperty(n, t)},
    ),
    (
        ScriptProperty,
        "PSScriptProperty",
        {
            "new(string name, scriptblock getterScript)": lambda _k, n, g: ScriptProperty(n, g),
            "new(string name, scriptblock getterScript, scriptblock setterScript)": lambda _k, n, g, s: (
                ScriptProperty(n, g, s)
            ),
        },
    ),
    (
        ScriptMethod,
        "PSScriptMethod",
        {"new(string name, scriptblock script)": lambda _k, n, s: ScriptMethod(n, s)},
    ),
)
for _added, _name, _maker in _ADDED:
    register(
        PSType(
            f"{_A}{_name}",
            construct=_maker,
            instance={"Name: string": lambda m: m.name, "Value": lambda m: getattr(m, "value", None)},
        ),
        _added,
    )

# Variables and streams


def _assign(engine: Engine, variable: scope.Variable, value: Any) -> None:
    variable.assign(value, engine)


register(
    PSType(
        f"{_A}PSVariable",
        instance={
            "Name: string": lambda v: v.name,
            "Description: string": lambda v: v.description,
            "@Value": lambda _e, v: v.current,
            "@Value=": _assign,
            "Visibility": lambda _v: "Public",
            "Module": lambda _v: None,
            "ModuleName: string": lambda _v: "",
            "Options": lambda v: _enum(f"{_A}ScopedItemOptions").parse(v.options),
            "Attributes": lambda _v: PSArray(),
        },
    ),
    scope.Variable,
)
register(
    PSType(
        f"{_A}InformationalRecord",
        instance={"Message: string": lambda r: r.message, "ToString()": str},
        to_text=str,
    ),
    streams.MessageRecord,
)
for _kind in ("Warning", "Verbose", "Debug"):
    register(
        PSType(
            f"{_A}{_kind}Record",
            base=f"{_A}InformationalRecord",
            construct={"new(string message)": lambda _k, m, kind=_kind: streams.MessageRecord(kind, m)},
        )
    )
register(
    PSType(
        f"{_A}InformationRecord",
        instance={
            "MessageData": lambda r: r.data,
            "Source: string": lambda r: r.source,
            "Tags": lambda r: strings(list(r.tags)),
            "ToString()": lambda r: to_text(r.data),
        },
        to_text=lambda r: to_text(r.data),
    ),
    streams.InformationRecord,
)
register(
    PSType(
        f"{_A}ProgressRecord",
        instance={
            "Activity: string": lambda r: r.activity,
            "StatusDescription: string": lambda r: r.status,
            "PercentComplete: int": lambda r: r.percent_complete,
        },
    ),
    streams.ProgressRecord,
)

host_objects.register_types()
script_cmdlet.register_types()

# A message says its own kind.
del BY_CLASS[streams.MessageRecord]
streams.MessageRecord.ps_type = property(  # type: ignore[attr-defined]
    lambda record: builtin(f"{_A}{record.kind}Record")
)
