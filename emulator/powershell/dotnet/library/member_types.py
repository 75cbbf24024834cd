"""Members of objects, variables, stream records."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import get_native_id
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import GenericDictionary, PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.library.objects import strings
from emulator.powershell.dotnet.numbers import UInt32
from emulator.powershell.dotnet.psobject import (
    AliasProperty,
    CodeMethod,
    CodeProperty,
    MemberGroup,
    NoteProperty,
    PropertySet,
    PSObject,
    ScriptMethod,
    ScriptProperty,
    unwrap,
)
from emulator.powershell.dotnet.types import BY_CLASS, PSType, bind_class, builtin, kept, register, type_of
from emulator.powershell.runtime import (
    host_objects,
    members,
    scope,
    script_cmdlet,
    streams,
)
from emulator.powershell.runtime.code_references import (
    CodeReference,
    FormatError,
    code_method,
    code_property,
    value_type,
)
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.member_definitions import overload_definitions
from emulator.powershell.runtime.type_data import TypeEntry
from emulator.powershell.runtime.type_finder import construct_generic

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."


def _enum(name: str) -> EnumType:
    found = builtin(name)
    assert isinstance(found, EnumType)  # noqa: S101 - a table of this package
    return found


# Members of objects


def _views(owner: Any, engine: Engine | None) -> members.PropertyViews:
    return _collection(owner, members.properties(owner, engine))


def _collection(owner: Any, found: Iterable[Any]) -> members.PropertyViews:
    """Members of an object, by place and by name."""
    made = members.PropertyViews(found)
    made.owner = owner
    return made


def _set_of_properties(engine: Engine, member_set: members.MemberSet) -> members.PropertyViews:
    return _views(member_set.owner, engine)


def _set_of_members(engine: Engine, member_set: members.MemberSet) -> members.PropertyViews:
    """The properties, and behind them the methods."""
    found = _views(member_set.owner, engine)
    found.extend(method_names(member_set.owner, engine))
    return found


def _set_of_methods(engine: Engine, member_set: members.MemberSet) -> members.PropertyViews:
    return _collection(member_set.owner, method_names(member_set.owner, engine))


def _base(member_set: members.MemberSet) -> Any:
    return unwrap(member_set.owner)


def _by_name(items: Any) -> dict[str, Any]:
    if items is None or any(one is None for one in items):
        raise null_argument("members")
    return {one.name.lower(): one for one in items}


def _copy(member_set: Any) -> Any:
    if isinstance(member_set, MemberGroup):
        return MemberGroup(member_set.name, dict(member_set.members))
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
            "@Members": _set_of_members,
            "@Methods": _set_of_methods,
            "TypeNames": lambda m: members.TypeNameList(m.owner),
            "BaseObject": _base,
            "ImmediateBaseObject": _base,
            "Copy()": _copy,
        },
        construct={
            "new(string name)": lambda _kind, name: MemberGroup(name, {}),
            f"new(string name, {_A}PSMemberInfo[] members)": (
                lambda _kind, name, items: MemberGroup(name, _by_name(items))
            ),
        },
    ),
    members.MemberSet,
)

bind_class(builtin(f"{_A}PSMemberSet"), members.BaseView)


def method_names(owner: Any, engine: Engine | None) -> list[Any]:
    """The methods of a value, and those that were added to it or to its type."""
    from emulator.powershell.dotnet.types import Method

    names = [one.name for one in type_of(unwrap(owner)).all_members().values() if isinstance(one, Method)]
    if isinstance(owner, PSObject):
        names += [one.name for one in owner.members.values() if isinstance(one, ScriptMethod)]
    if engine is not None and engine.type_data is not None:
        names += [one.name for one in engine.type_data.methods(owner)]
    return [members.MethodReference(owner, one) for one in names]


def _property_value(engine: Engine, view: members.PropertyView) -> Any:
    found = members.get_property(view.owner, view.name, engine)
    return None if found is members.MISSING else found


def _set_property_value(engine: Engine, view: members.PropertyView, value: Any) -> None:
    members.set_member(view.owner, view.name, value, engine)


register(
    PSType(
        f"{_A}PSPropertyInfo",
        base=f"{_A}PSMemberInfo",
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
    if member is None:
        raise null_argument("member")
    if isinstance(member, members.PropertyView):
        member = NoteProperty(member.name, members.get_property(member.owner, member.name))
    if isinstance(views.owner, PSObject):
        views.owner.add(member)


register(
    PSType(
        f"{_A}PSMemberInfoIntegratingCollection",
        base="System.Object[]",
        instance={
            "Remove(string name)": _remove_view,
            f"Add({_A}PSMemberInfo member)": _add_view,
            "Item(string name)": lambda v, name: next(
                (one for one in v if one.name.lower() == name.lower()), None
            ),
            "Match(string name)": lambda v, name: _collection(
                v.owner, (one for one in v if _like(one.name, name))
            ),
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
            "OverloadDefinitions": lambda m: strings(overload_definitions(m.owner, m.name)),
            "TypeNameOfValue: string": lambda _m: f"{_A}PSMethod",
            "Value": lambda m: m,
            "IsInstance: bool": lambda _m: True,
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
_INFO = "System.Reflection.MethodInfo"


def _code_property(engine: Engine, _kind: PSType, name: str, getter: Any, setter: Any = None) -> Any:
    return _well_formed(
        lambda: code_property(
            name, *(None if one is None else CodeReference(engine, one) for one in (getter, setter))
        )
    )


def _code_method(engine: Engine, _kind: PSType, name: str, info: Any) -> Any:
    return _well_formed(lambda: code_method(name, CodeReference(engine, info)))


def _well_formed(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except FormatError as problem:
        raise NetError(f"{_A}ExtendedTypeSystemException", problem.text) from None


def _info_of(code: Any) -> Any:
    reference = getattr(code, "reference", code)
    return getattr(reference, "info", None)


_CODE: tuple[tuple[type, str, dict[str, Any], dict[str, Any]], ...] = (
    (
        CodeProperty,
        "PSCodeProperty",
        {
            f"@new(string name, {_INFO} getterCodeReference)": _code_property,
            f"@new(string name, {_INFO} getterCodeReference, {_INFO} setterCodeReference)": _code_property,
        },
        {
            f"GetterCodeReference: {_INFO}": lambda m: _info_of(m.getter),
            f"SetterCodeReference: {_INFO}": lambda m: _info_of(m.setter),
            "TypeNameOfValue: string": value_type,
            "IsGettable: bool": lambda m: m.getter is not None,
            "IsSettable: bool": lambda m: m.setter is not None,
        },
    ),
    (
        CodeMethod,
        "PSCodeMethod",
        {f"@new(string name, {_INFO} codeReference)": _code_method},
        {
            f"CodeReference: {_INFO}": lambda m: _info_of(m.script),
            "OverloadDefinitions": lambda m: strings([m.script.definition]),
        },
    ),
)
register(PSType(f"{_A}PSMemberInfo", is_abstract=True))
for _added, _name, _maker, _own in _CODE:
    register(
        PSType(
            f"{_A}{_name}",
            base=f"{_A}PSMemberInfo",
            construct=_maker,
            instance={
                "Name: string": lambda m: m.name,
                "MemberType": lambda m: _enum(f"{_A}PSMemberTypes")[m.kind],
                **_own,
            },
        ),
        _added,
    )
for _added, _name, _maker in _ADDED:
    register(
        PSType(
            f"{_A}{_name}",
            base=f"{_A}PSMemberInfo",
            construct=_maker,
            instance={"Name: string": lambda m: m.name, "Value": lambda m: getattr(m, "value", None)},
        ),
        _added,
    )

register(
    PSType(
        f"{_A}PSPropertySet",
        base=f"{_A}PSMemberInfo",
        construct={
            "new(string name, string[] referencedPropertyNames)": lambda _k, n, names: PropertySet(n, names)
        },
        instance={
            "ReferencedPropertyNames": lambda m: strings(m.property_names),
            "Name: string": lambda m: m.name,
        },
        to_text=lambda m: f"{m.name} {{{', '.join(m.property_names)}}}",
    ),
    PropertySet,
)
_GROUP = PSType(
    f"{_A}PSMemberSet",
    base=f"{_A}PSMemberInfo",
    instance={"Name: string": lambda m: m.name, "Members": lambda m: PSArray(m.members.values())},
    to_text=lambda m: f"{m.name} {{{', '.join(one.name for one in m.members.values())}}}",
)
bind_class(_GROUP, MemberGroup)
bind_class(PSType(f"{_A}PSMemberSet", base=f"{_A}PSMemberInfo"), members.MemberGroupView)


def _standard(name: str) -> Any:
    return lambda entry: entry.standard.get(name.lower())


def _standard_set(name: str) -> Any:
    def read(entry: TypeEntry) -> Any:
        names = entry.standard.get(name.lower())
        return None if names is None else PropertySet(name, names)

    return read


def _members_of_entry(entry: TypeEntry) -> GenericDictionary:
    """The members by name; what a script adds counts once Update-TypeData gets the entry."""
    if entry.shown is None:
        kind = construct_generic(
            builtin("System.Collections.Generic.Dictionary`2"),
            (builtin("System.String"), builtin(f"{_A}Runspaces.TypeMemberData")),
        )
        entry.shown = GenericDictionary(
            [(one.name, one) for one in entry.members.values()], kind, case_sensitive=False
        )
    shown: GenericDictionary = entry.shown
    return shown


register(PSType(f"{_A}Runspaces.TypeMemberData", is_abstract=True))
_DATA: tuple[tuple[str, dict[str, Any]], ...] = (
    ("NotePropertyData", {"new(string name, object value)": lambda _k, n, v: NoteProperty(n, v)}),
    (
        "AliasPropertyData",
        {
            "new(string name, string referencedMemberName)": lambda _k, n, t: AliasProperty(n, t),
            "new(string name, string referencedMemberName, type type)": lambda _k, n, t, c: AliasProperty(
                n, t, c
            ),
        },
    ),
    (
        "ScriptPropertyData",
        {
            "new(string name, scriptblock getScriptBlock)": lambda _k, n, g: ScriptProperty(n, g),
            "new(string name, scriptblock getScriptBlock, scriptblock setScriptBlock)": lambda _k, n, g, s: (
                ScriptProperty(n, g, s)
            ),
        },
    ),
    (
        "ScriptMethodData",
        {"new(string name, scriptblock scriptToInvoke)": lambda _k, n, s: ScriptMethod(n, s)},
    ),
    (
        "CodePropertyData",
        {
            f"@new(string name, {_INFO} getMethod)": _code_property,
            f"@new(string name, {_INFO} getMethod, {_INFO} setMethod)": _code_property,
        },
    ),
    ("CodeMethodData", {f"@new(string name, {_INFO} methodToCall)": _code_method}),
)
for _kind_name, _new in _DATA:
    register(
        PSType(
            f"{_A}Runspaces.{_kind_name}",
            base=f"{_A}Runspaces.TypeMemberData",
            construct=_new,
        )
    )

register(
    PSType(
        f"{_A}Runspaces.TypeData",
        construct={"new(string typeName)": lambda _kind, name: TypeEntry(name)},
        instance={
            "TypeName: string": lambda e: e.name,
            "Members": _members_of_entry,
            "TypeConverter": lambda e: e.converter,
            "TypeAdapter": lambda e: e.adapter,
            **kept("IsOverride: bool", "is_override"),
            **{
                name: _standard(name)
                for name in (
                    "SerializationMethod",
                    "TargetTypeForDeserialization",
                    "SerializationDepth",
                    "DefaultDisplayProperty",
                    "InheritPropertySerializationSet",
                    "StringSerializationSource",
                )
            },
            **{
                name: _standard_set(name)
                for name in ("DefaultDisplayPropertySet", "DefaultKeyPropertySet", "PropertySerializationSet")
            },
        },
    ),
    TypeEntry,
)

# Variables and streams


def _time_of(engine: Engine, record: streams.InformationRecord) -> Any:
    if record.time is None:
        record.time = engine.now()
    return record.time


def _origin(engine: Engine, record: streams.InformationRecord) -> streams.RecordOrigin:
    """Who wrote the record; a sink that sends it to a client may have said so before."""
    if record.origin is None:
        machine = engine.machine
        user = f"{machine.user_domain}\\{machine.user_name}"
        thread = get_native_id() & 0xFFFF
        record.origin = streams.RecordOrigin(user, machine.computer_name, machine.process_id, thread)
    return record.origin


def _assign(engine: Engine, variable: scope.Variable, value: Any) -> None:
    variable.assign(value, engine)


_ATTRIBUTES = "System.Collections.ObjectModel.Collection[System.Attribute]"


def _new_variable(
    _kind: PSType, name: str, value: Any = None, options: Any = "None", attributes: Any = None
) -> scope.Variable:
    if not name:
        raise argument_error(
            'Cannot process argument because the value of argument "name" is not valid. Change the value of '
            'the "name" argument and run the operation again.',
            "name",
        )
    if attributes:
        raise not_emulated("A PSVariable with attributes")
    return scope.Variable(name, value, to_text(options))


VISIBILITY = EnumType(f"{_A}SessionStateEntryVisibility", {"Public": 0, "Private": 1})
register(VISIBILITY)
register(
    PSType(
        f"{_A}PSVariable",
        instance={
            "Name: string": lambda v: v.name,
            "Description: string": lambda v: v.description,
            "@Value": lambda _e, v: v.current,
            "@Value=": _assign,
            "Visibility": lambda v: VISIBILITY["Private" if type(v) is scope.HiddenVariable else "Public"],
            "Module": lambda _v: None,
            "ModuleName: string": lambda _v: "",
            "Options": lambda v: _enum(f"{_A}ScopedItemOptions").parse(v.options),
            "Attributes": lambda _v: PSArray(),
        },
        construct={
            "new(string name)": _new_variable,
            "new(string name, object value)": _new_variable,
            f"new(string name, object value, {_A}ScopedItemOptions options)": _new_variable,
            f"new(string name, object value, {_A}ScopedItemOptions options, {_ATTRIBUTES} attributes)": (
                _new_variable
            ),
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
            "@TimeGenerated: datetime": _time_of,
            "Tags: System.Collections.Generic.List[string]": lambda r: strings(list(r.tags)),
            "@User: string": lambda e, r: _origin(e, r).user,
            "@Computer: string": lambda e, r: _origin(e, r).computer,
            "@ProcessId: uint32": lambda e, r: UInt32(_origin(e, r).process_id),
            "@NativeThreadId: uint32": lambda e, r: UInt32(_origin(e, r).thread_id),
            "ManagedThreadId: uint32": lambda _r: UInt32(1),
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
            "ActivityId: int": lambda r: r.activity_id,
            "ParentActivityId: int": lambda r: r.parent_id,
            "ParentActivityId=": lambda r, value: setattr(r, "parent_id", value),
            "Activity: string": lambda r: r.activity,
            "Activity=": lambda r, value: setattr(r, "activity", value),
            "StatusDescription: string": lambda r: r.status,
            "StatusDescription=": lambda r, value: setattr(r, "status", value),
            "CurrentOperation: string": lambda r: r.current_operation,
            "CurrentOperation=": lambda r, value: setattr(r, "current_operation", value),
            "PercentComplete: int": lambda r: r.percent_complete,
            "PercentComplete=": lambda r, value: setattr(r, "percent_complete", value),
            "SecondsRemaining: int": lambda r: r.seconds_remaining,
            "SecondsRemaining=": lambda r, value: setattr(r, "seconds_remaining", value),
        },
        construct={
            "new(int activityId, string activity, string statusDescription)": (
                lambda _k, number, activity, status: streams.ProgressRecord(activity, status, number)
            ),
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
