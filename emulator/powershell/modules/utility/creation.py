"""New-Object, New-Guid, Add-Member."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES
from emulator.powershell.dotnet.core_types import is_core
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import (
    AddedMember,
    AliasProperty,
    MemberGroup,
    NoteProperty,
    PropertySet,
    PSObject,
    ScriptMethod,
    ScriptProperty,
    unwrap,
)
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.dotnet.types import PSType, array_of, builtin, type_of
from emulator.powershell.modules.utility.type_data import no_conversion, table_of
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.code_references import (
    CodeReference,
    FormatError,
    code_method,
    code_property,
    reference_of,
)
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import PSError, not_emulated
from emulator.powershell.runtime.invoke import construct, invocation_error
from emulator.powershell.runtime.members import MISSING, get_property, set_member
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.services import ComObjects

_OBJECTS = (
    "System.Management.Automation.PSObject",
    "System.Management.Automation.PSCustomObject",
    "System.Object",
)
_CUSTOM_OBJECT = "system.management.automation.pscustomobject"
"""By its full name this class has no constructor; its accelerator [pscustomobject] stands for PSObject."""

#: COM classes that a locked down machine lets scripts have (about_Language_Modes).
_APPROVED = frozenset({"scripting.dictionary", "scripting.filesystemobject", "vbscript.regexp"})


@cmdlet("New-Object")
def new_object(
    call: CmdletCall,
    type_name: str | None = None,
    argument_list: list[Any] | None = None,
    property: Any = None,
    com_object: str | None = None,
) -> None:
    """A new object of a .NET type."""
    engine = call.engine
    if com_object is not None:
        if engine.constrained and not (engine.locked_down and com_object.lower() in _APPROVED):
            raise _refused(call, "CannotCreateComTypeConstrainedLanguage")
        classes = engine.find_service(ComObjects)
        found = classes.create(com_object) if classes is not None else None
        if found is not None:
            call.write(found)
            return
        engine.gap("COM object", com_object)
        raise call.complete(not_emulated(f"The COM object {com_object}"))
    kind = engine.types.find(type_name or "")
    if kind is None:
        engine.gap("type", type_name or "")
        raise call.failure(
            "System.Management.Automation.PSArgumentException",
            f"Cannot find type [{type_name}]: verify that the assembly containing this type is loaded.",
            "TypeNotFound",
            "InvalidType",
        )
    if engine.constrained and not is_core(kind):
        raise _refused(call, "CannotCreateTypeConstrainedLanguage")
    if (type_name or "").lower() == _CUSTOM_OBJECT:
        raise _no_constructor(call, type_name or "")
    if kind.name in _OBJECTS and not argument_list:
        made: Any = PSObject()
    elif (
        kind.is_value_type and not argument_list and (kind.construct is None or "new()" not in kind.construct)
    ):
        made = construct(array_of(kind), [1], engine)[0]
    else:
        try:
            made = construct(kind, [unwrap(one) for one in argument_list or ()], engine)
        except PSError as problem:
            raise _failed(call, kind, bool(argument_list), problem) from None
    if property is not None:
        made = _with_properties(call, made, property)
    call.write(made)


def _refused(call: CmdletCall, error_id: str) -> PSError:
    return call.failure(
        "System.Management.Automation.PSNotSupportedException",
        "Cannot create type. Only core types are supported in this language mode.",
        error_id,
        "PermissionDenied",
    )


def _failed(call: CmdletCall, kind: PSType, given: bool, problem: PSError) -> PSError:
    """The error of a constructor that is not there or failed: with arguments none had a place for them."""
    record = problem.record
    if record.error_id == "MethodCountCouldNotFindBest":
        if kind.is_abstract and not kind.is_interface and not given:
            inner = ExceptionObject("System.MemberAccessException", "Cannot create an abstract class.")
            record = invocation_error(".ctor", 0, inner, constructor=True).record
        elif not given or kind.is_interface or kind.construct is None:
            return _no_constructor(call, kind.name)
    if record.category == "NotImplemented":
        return problem
    return call.failure(
        record.exception,
        error_id="ConstructorInvokedThrowException",
        category="InvalidOperation",
    )


def _no_constructor(call: CmdletCall, name: str) -> PSError:
    return call.failure(
        "System.Management.Automation.PSArgumentException",
        f"A constructor was not found. Cannot find an appropriate constructor for type {name}.",
        "CannotFindAppropriateCtor",
        "ObjectNotFound",
    )


def _with_properties(call: CmdletCall, made: Any, table: Any) -> Any:
    for key, value in table.items():
        name = to_text(key)
        if isinstance(made, PSObject) and made.base is None:
            made.add(NoteProperty(name, value))
        elif get_property(made, name, call.engine) is MISSING:
            raise call.failure(
                "System.InvalidOperationException",
                f'The member "{name}" was not found for the specified .NET object.',
                "InvalidOperationException",
                "InvalidOperation",
            )
        else:
            set_member(made, name, value, call.engine)
    return made


@cmdlet("New-Guid")
def new_guid(call: CmdletCall) -> None:
    """A new GUID."""
    call.write(Guid(call.engine.random.guid()))


@cmdlet("Add-Member")
def add_member(
    call: CmdletCall,
    input_object: Any = None,
    type_name: str | None = None,
    pass_thru: bool = False,
    force: bool = False,
    note_property_members: Any = None,
    note_property_name: str | None = None,
    note_property_value: Any = None,
    member_type: Any = None,
    name: str | None = None,
    value: Any = None,
    second_value: Any = None,
) -> None:
    """Add members to an object.

    An object that cannot carry members (a number, text, a .NET object) gets a wrapper, which only -PassThru
    hands on.
    """
    target = call.input_object if call.input_object is not UNBOUND else input_object
    holder = target if isinstance(target, PSObject) else PSObject(target)
    added: list[AddedMember] = []
    if note_property_members is not None:
        added = [NoteProperty(to_text(key), item) for key, item in note_property_members.items()]
    elif note_property_name is not None:
        added = [NoteProperty(note_property_name, note_property_value)]
    elif member_type is not None:
        added = [_member(call, to_text(member_type), name or "", value, second_value)]
    for one in added:
        exists = one.name.lower() in holder.members or (
            holder.base is not None
            and type(holder.base) not in DICTIONARY_TYPES
            and get_property(holder.base, one.name, call.engine) is not MISSING
        )
        if exists and not force:
            call.error(
                call.record(
                    "System.InvalidOperationException",
                    f'Cannot add a member with the name "{one.name}" because a member with that name already '
                    f"exists. "
                    "To overwrite the member anyway, add the Force parameter to your command.",
                    "MemberAlreadyExists",
                    "InvalidOperation",
                    target,
                )
            )
            continue
        if holder is not target and not _is_value(target):
            table_of(call).attach(target, one)
        else:
            holder.add(one)
    if type_name is not None:
        holder.type_names.insert(0, type_name)
    if pass_thru:
        call.write(holder)


def _member(call: CmdletCall, kind: str, name: str, value: Any, second: Any) -> AddedMember:
    two = ("AliasProperty", "ScriptProperty", "CodeProperty")
    if kind in ("Method", "Property", "ParameterizedProperty", "Properties", "Methods", "All", "Dynamic"):
        raise call.failure(
            "System.InvalidOperationException",
            f'Cannot add a member with type "{kind}". Specify a different type for the MemberTypes '
            "parameter.",
            "CannotAddMemberType",
            "InvalidOperation",
        )
    if second is not None and kind not in two:
        raise call.failure(
            "System.InvalidOperationException",
            f'The SecondValue parameter should not be specified for a member of type "{kind}".',
            "Value2ShouldNotBeSpecified",
            "InvalidOperation",
        )
    if value is None and kind in ("AliasProperty", "ScriptMethod", "CodeMethod", "PropertySet"):
        raise _bad_value(call, "Value1ShouldNotBeNull", f"The Value parameter is required for a {kind}.")
    if value is None and second is None and kind in ("ScriptProperty", "CodeProperty"):
        raise _bad_value(
            call,
            "Value1AndValue2AreNotBothNull",
            f"The Value and SecondValue parameters cannot both be null for a {kind}.",
        )
    if kind == "NoteProperty":
        return NoteProperty(name, value)
    if kind == "AliasProperty":
        return _alias(call, name, value, second)
    if kind in ("ScriptProperty", "ScriptMethod"):
        first, last = _block(call, value), _block(call, second)
        return ScriptProperty(name, first, last) if kind == "ScriptProperty" else ScriptMethod(name, first)  # type: ignore[arg-type]
    if kind == "MemberSet":
        return MemberGroup(name, {one.name.lower(): one for one in _members(call, value)})
    if kind == "PropertySet":
        return PropertySet(name, [to_text(one) for one in items_of(unwrap(value))])
    first_code, second_code = (_code(call, one) for one in (value, second))
    try:
        if kind == "CodeProperty":
            return code_property(name, first_code, second_code)
        return code_method(name, first_code)
    except FormatError as problem:
        raise call.failure(
            "System.Management.Automation.ExtendedTypeSystemException",
            problem.text,
            problem.error_id,
        ) from None


def _code(call: CmdletCall, value: Any) -> CodeReference | None:
    if value is None:
        return None
    found = reference_of(call.engine, unwrap(value))
    if found is None:
        raise no_conversion(call, value, "System.Reflection.MethodInfo")
    return found


def _members(call: CmdletCall, value: Any) -> list[Any]:
    """The members of a new set."""
    items = items_of(unwrap(value))
    member = builtin("System.Management.Automation.PSMemberInfo")
    if not all(type_of(unwrap(one)).is_assignable_to(member) for one in items):
        raise no_conversion(
            call,
            value,
            "System.Collections.ObjectModel.Collection`1[System.Management.Automation.PSMemberInfo]",
        )
    return [unwrap(one) for one in items]


def _is_value(value: Any) -> bool:
    """Whether a value has no identity: what is added to one stays with its wrapper."""
    return (
        value is None
        or isinstance(value, str)
        or type_of(value).is_assignable_to(builtin("System.ValueType"))
    )


def _bad_value(call: CmdletCall, error_id: str, text: str) -> PSError:
    return call.failure("System.InvalidOperationException", text, error_id, "InvalidOperation")


def _alias(call: CmdletCall, name: str, value: Any, second: Any) -> AddedMember:
    """An alias; with a type what it reads is converted."""
    target = to_text(value)
    if second is None:
        return AliasProperty(name, target)
    kind = unwrap(second)
    if not isinstance(kind, PSType):
        kind = call.engine.types.find(to_text(second))
    if kind is None:
        raise call.failure(
            "System.Management.Automation.PSInvalidCastException",
            f'Cannot convert the "{to_text(second)}" value of type "System.String" to type "System.Type".',
            "InvalidCastFromStringToType",
            "InvalidArgument",
        )
    return AliasProperty(name, target, kind)


def _block(call: CmdletCall, value: Any) -> ScriptBlock | None:
    held = unwrap(value)
    if held is None or isinstance(held, ScriptBlock):
        return held
    raise no_conversion(call, value, "System.Management.Automation.ScriptBlock")
