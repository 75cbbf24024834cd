"""Members of any value: reading, writing and listing properties, the way PowerShell adapts objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from emulator.powershell import language
from emulator.powershell.dotnet.collections import (
    DICTIONARY_TYPES,
    LIST_TYPES,
    GenericList,
    HashSet,
    PSArray,
)
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.framework_members import is_listed, property_places
from emulator.powershell.dotnet.psobject import (
    CUSTOM_OBJECT,
    AliasProperty,
    MemberGroup,
    NoteProperty,
    PropertySet,
    PSObject,
    ScriptProperty,
)
from emulator.powershell.dotnet.types import BUILTIN, Method, Property, type_of
from emulator.powershell.runtime.errors import ConversionError, PSError, error, not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine


class _Missing:
    def __repr__(self) -> str:
        return "<missing>"


MISSING: Any = _Missing()
"""What `get_property` gives for a property that does not exist."""

CONTENT_FIRST: set[type] = set()
"""Classes whose own content (``dynamic_property``) hides the members of their type: XML elements."""

_TYPE_NAMES = "pstypenames"
_DESERIALIZED = "Deserialized."


class MethodReference:
    """``$x.Method`` without parentheses (PSMethod)."""

    __slots__ = ("name", "owner")

    def __init__(self, owner: Any, name: str) -> None:
        self.owner = owner
        self.name = name


class MemberSet:
    """The value of ``.PSObject``."""

    __slots__ = ("owner",)

    def __init__(self, owner: Any) -> None:
        self.owner = owner


class BaseView(MemberSet):
    """The value of ``.PSBase``: the object itself, with the methods and properties of its class of .NET."""

    __slots__ = ()

    @property
    def base(self) -> Any:
        """The object without what PowerShell has added to it."""
        owner = self.owner
        return owner.base if type(owner) is PSObject and owner.base is not None else owner

    def call_dynamic_method(self, engine: Engine, name: str, arguments: list[Any]) -> tuple[bool, Any]:
        """A method of the object."""
        from emulator.powershell.runtime.invoke import call_method

        return True, call_method(self.base, name, arguments, engine)

    def dynamic_property(self, name: str, missing: Any = None) -> Any:
        """A property of the object."""
        return get_property(self.base, name) if name.lower() != "psbase" else missing


class StandardMembers(MemberGroup):
    """PSStandardMembers of a type: the members are plain values and property sets; a member that names a
    property (StringSerializationSource) reads it."""

    __slots__ = ()


_REFERENCES = ("stringserializationsource",)


class MemberGroupView:
    """A set of members as the object that has it gives it."""

    __slots__ = ("_engine", "_group", "_owner")

    def __init__(self, owner: Any, group: MemberGroup, engine: Engine | None) -> None:
        self._owner = owner
        self._group = group
        self._engine = engine

    def dynamic_property(self, name: str, default: Any = None) -> Any:
        """A member by name."""
        key = name.lower()
        found = self._group.members.get(key, MISSING)
        if found is MISSING:
            return default
        if not isinstance(self._group, StandardMembers):
            return _added(self._owner, found, self._engine)
        if key in _REFERENCES:
            return get_property(self._owner, found, self._engine)
        return found

    def dynamic_properties(self) -> list[str]:
        """The names of the members."""
        return [getattr(one, "name", key) for key, one in self._group.members.items()]


class PropertyView:
    """One property of a value as ``.PSObject.Properties`` gives it (PSPropertyInfo)."""

    __slots__ = ("kind", "name", "owner", "type_name")

    def __init__(self, owner: Any, name: str, kind: str, type_name: str) -> None:
        self.owner = owner
        self.name = name
        self.kind = kind
        self.type_name = type_name


class PropertyViews(PSArray):
    """The value of ``.PSObject.Properties``: a list that is also indexed by name."""

    __slots__ = ("owner",)

    owner: Any


class TypeNameList(GenericList):
    """The value of ``.PSTypeNames``: what is put in before the names of the value's own type stays on the
    object; the names of its own type stay whatever is taken out."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Any) -> None:
        super().__init__(type_names(owner), BUILTIN["system.collections.objectmodel.collection`1"])
        self._owner = owner

    def _keep(self) -> None:
        owner = self._owner
        if type(owner) is not PSObject:
            return
        own = type_names(owner)[len(owner.type_names) :]
        names = [str(one) for one in self]
        owner.type_names = names[: -len(own)] if names[-len(own) :] == own else names

    def insert(self, place: Any, value: Any) -> None:
        """Put a name in."""
        super().insert(place, value)
        self._keep()

    def append(self, value: Any) -> None:
        """Put a name at the end."""
        super().append(value)
        self._keep()

    def extend(self, values: Any) -> None:
        """Put names at the end."""
        super().extend(values)
        self._keep()

    def clear(self) -> None:
        """Take all names out."""
        super().clear()
        self._keep()

    def __delitem__(self, place: Any) -> None:
        super().__delitem__(place)
        self._keep()

    def __setitem__(self, place: Any, value: Any) -> None:
        super().__setitem__(place, value)
        self._keep()


LIST_TYPES.add(PropertyViews)
LIST_TYPES.add(TypeNameList)


def get_property(value: Any, name: str, engine: Engine | None = None) -> Any:
    """The value of a property (or dictionary key), or MISSING. Lists are not looked into."""
    key = name.lower()
    kind = type(value)
    if kind is PSObject:
        member = value.members.get(key)
        if member is not None:
            return member.value if type(member) is NoteProperty else _added(value, member, engine)
    if engine is not None and engine.type_data is not None:
        extended = engine.type_data.member(value, key)
        if extended is not None:
            return _added(value, extended, engine)
    if kind is PSObject:
        if key == _TYPE_NAMES:
            return TypeNameList(value)
        if key in ("psobject", "psbase"):
            return (MemberSet if key == "psobject" else BaseView)(value)
        if value.base is None:
            return MISSING
        return get_property(value.base, name, engine)
    if kind in DICTIONARY_TYPES:
        if name in value or (value.case_sensitive and key in value):
            return value[name]
    elif value is None:
        return MISSING
    if kind in CONTENT_FIRST:
        made = value.dynamic_property(name, MISSING)
        if made is not MISSING:
            return made
    found = type_of(value).member(key)
    if found is not None:
        if isinstance(found, Method):
            return MethodReference(value, found.name)
        return read_property(found, value, engine)
    if key == _TYPE_NAMES:
        return TypeNameList(value)
    if key in ("psobject", "psbase"):
        return (MemberSet if key == "psobject" else BaseView)(value)
    dynamic = getattr(value, "dynamic_property", None)
    if dynamic is not None:
        return dynamic(name, MISSING)
    return MISSING


def read_property(member: Property, value: Any, engine: Engine | None) -> Any:
    """The value that a property of .NET has."""
    try:
        return member.getter(engine, value) if member.contextual else member.getter(value)
    except NetError as problem:
        raise error(
            f'Exception getting "{member.name}": "{problem.exception.message}"',
            "GetValueInvocationException",
            kind="System.Management.Automation.GetValueInvocationException",
            inner=problem.exception,
        ) from None


def _added(value: Any, member: Any, engine: Engine | None) -> Any:
    if isinstance(member, NoteProperty):
        return member.value
    if isinstance(member, ScriptProperty):
        if member.getter is None:
            return None
        return member.getter.call_method(value, [])
    if isinstance(member, AliasProperty):
        if member.target.lower() == member.name.lower():
            return MISSING
        held = get_property(value, member.target, engine)
        if member.converted is None or held is MISSING:
            return held
        from emulator.powershell.runtime.conversion import convert

        return convert(held, member.converted, engine)
    if isinstance(member, PropertySet):
        return member
    if isinstance(member, MemberGroup):
        return MemberGroupView(value, member, engine)
    return MethodReference(value, member.name)


def get_member(value: Any, name: Any, engine: Engine) -> Any:
    """``value.name`` as a script reads it: $null when there is no such member, member enumeration over
    lists.
    """
    if not isinstance(name, str):
        from emulator.powershell.runtime.conversion import to_text

        if type(value) in DICTIONARY_TYPES and name in value:
            return value[name]
        name = to_text(name)
    found = get_property(value, name, engine)
    if found is not MISSING:
        return found
    kind = type(value)
    language_version = engine.language
    if (kind in LIST_TYPES or kind is HashSet) and language_version >= language.MEMBER_ENUMERATION:
        collected = PSArray()
        for item in value:
            one = get_member_of_item(item, name, engine)
            if one is MISSING:
                continue
            if type(one) in LIST_TYPES:
                collected.extend(one)
            else:
                collected.append(one)
        if len(collected) == 1:
            return collected[0]
        if collected:
            return collected
        return _no_property(name, engine)
    lowered = name.lower()
    if (
        lowered in ("count", "length")
        and language_version >= language.SINGLE_IS_LIST
        and not (engine.strict_version and value is None)
        and not (language_version < language.CUSTOM_OBJECT_IS_LIST and _is_custom(value))
    ):
        return 0 if value is None else 1
    return _no_property(name, engine, value)


def _is_custom(value: Any) -> bool:
    """Whether a value is a custom object, which has no Count of its own before PowerShell 6.1."""
    return type(value) is PSObject and value.base is None


def get_member_of_item(item: Any, name: str, engine: Engine) -> Any:
    """A property of one item of a list; lists inside lists are looked into too."""
    found = get_property(item, name, engine)
    if found is MISSING and type(item) in LIST_TYPES:
        inner = get_member(item, name, engine)
        return MISSING if inner is None else inner
    return found


def _no_property(name: str, engine: Engine, value: Any = None) -> Any:
    if engine.strict_version is not None and engine.strict_version >= 2:
        raise error(
            f"The property '{name}' cannot be found on this object. Verify that the property exists.",
            "PropertyNotFoundStrict",
            "NotSpecified",
            kind="System.Management.Automation.PropertyNotFoundException",
        )
    base = value.base if type(value) is PSObject else value
    if base is not None and type(base) not in DICTIONARY_TYPES:
        kind = type_of(base)
        if base is value or is_listed(kind, name):
            engine.gap("property", f"[{kind.name}].{name}")
        if is_listed(kind, name):
            raise not_emulated(f"[{kind.name}].{name}")
    return None


def set_member(value: Any, name: str, new: Any, engine: Engine | None) -> None:
    """``value.name = new``. Raises PropertyNotFound and SetValue errors."""
    kind = type(value)
    key = name.lower()
    if engine is not None and engine.type_data is not None:
        extended = engine.type_data.member(value, key)
        if extended is not None and (kind is not PSObject or key not in value.members):
            _set_added(value, extended, new, engine)
            return
    if kind is PSObject:
        member = value.members.get(key)
        if member is not None:
            _set_added(value, member, new, engine)
            return
        if value.base is not None:
            set_member(value.base, name, new, engine)
            return
        raise _cannot_set(name)
    if kind in DICTIONARY_TYPES:
        value[name] = new
        return
    if value is None:
        raise _cannot_set(name)
    if kind in CONTENT_FIRST and value.set_dynamic_property(name, new):
        return
    found = type_of(value).member(key)
    if isinstance(found, Property):
        write_property(found, value, new, engine)
        return
    dynamic = getattr(value, "set_dynamic_property", None)
    if dynamic is not None and dynamic(name, new):
        return
    if engine is not None:
        engine.gap("property", f"[{type_of(value).name}].{name}=")
        if is_listed(type_of(value), name):
            raise not_emulated(f"[{type_of(value).name}].{name}=")
    raise _cannot_set(name, "PropertyAssignmentException")


_WITHOUT_SETTER = {
    "ScriptProperty": "ScriptSetValueRuntimeException",
    "CodeProperty": "SetWithoutSetterFromCodeProperty",
}
"""Error ids of properties that only read."""


def _set_added(value: Any, member: Any, new: Any, engine: Engine | None) -> None:
    if isinstance(member, NoteProperty):
        member.value = new
    elif isinstance(member, AliasProperty):
        set_member(value, member.target, new, engine)
    elif isinstance(member, ScriptProperty) and member.setter is not None:
        member.setter.call_method(value, [new])
    else:
        raise error(
            f'Set accessor for property "{member.name}" is unavailable.',
            _WITHOUT_SETTER.get(member.kind, "PropertyAssignmentException"),
            kind="System.Management.Automation.SetValueException",
        )


def write_property(member: Property, value: Any, new: Any, engine: Engine | None) -> None:
    """Set a property of .NET to a value that is converted to its type. Raises SetValue errors."""
    from emulator.powershell.runtime.conversion import convert

    if member.setter is None:
        raise error(
            f"'{member.name}' is a ReadOnly property.",
            "PropertyAssignmentException",
            "InvalidOperation",
        )
    new = transformed(member, new, engine)
    if member.type_name != "System.Object" and engine is not None:
        kind = engine.types.find(member.type_name)
        if isinstance(kind, EnumType) and kind.flags and new == "":
            new = kind.value(0)  # (Get-Item file).Attributes = '' clears them
        elif kind is not None:
            try:
                new = convert(new, kind, engine)
            except ConversionError as problem:
                raise error(
                    f'Exception setting "{member.name}": "{problem.message}"',
                    "ExceptionWhenSetting",
                    kind="System.Management.Automation.SetValueInvocationException",
                ) from None
    try:
        if member.contextual:
            member.setter(engine, value, new)
        else:
            member.setter(value, new)
    except (NetError, ConversionError) as problem:
        raise setting_error(member.name, problem) from None


def transformed(member: Property, new: Any, engine: Engine | None) -> Any:
    """What the attributes of a property that a class of a script declares make of a value. Raises SetValue
    errors."""
    transformers = getattr(member, "transformers", ())
    if not transformers or engine is None:
        return new
    try:
        for transform in transformers:
            new = transform(engine, new)
    except PSError as problem:
        inner = problem.record.exception.chain()[-1]
        raise error(
            f'Exception setting "{member.name}": "{inner.message}"',
            "ExceptionWhenSetting",
            kind="System.Management.Automation.SetValueInvocationException",
            inner=inner,
        ) from None
    return new


def setting_error(name: str, problem: NetError | ConversionError) -> PSError:
    """SetValueInvocationException: what a property said to its new value."""
    inner = (
        problem.exception
        if isinstance(problem, NetError)
        else ExceptionObject("System.Management.Automation.PSInvalidCastException", problem.message)
    )
    return error(
        f'Exception setting "{name}": "{inner.message}"',
        "ExceptionWhenSetting",
        kind="System.Management.Automation.SetValueInvocationException",
        inner=inner,
    )


def _cannot_set(name: str, error_id: str = "PropertyNotFound") -> PSError:
    return error(
        f"The property '{name}' cannot be found on this object. Verify that the property exists and can be "
        f"set.",
        error_id,
        "InvalidOperation",
    )


def properties(value: Any, engine: Engine | None = None) -> Iterator[PropertyView]:
    """The properties of a value in the order in which PowerShell lists them: those added to the object, those
    that the type tables add, then those of .NET."""
    base = value
    if type(value) is PSObject:
        base = value.base
        for added in list(value.members.values()):
            if added.kind.endswith("Property"):
                kind_name = "System.Object"
                if isinstance(added, NoteProperty) and added.value is not None:
                    kind_name = type_name(added.value)
                yield PropertyView(value, added.name, added.kind, kind_name)
    if engine is not None and engine.type_data is not None:
        for extended in engine.type_data.properties(value):
            kind_name = "System.Object"
            if isinstance(extended, NoteProperty) and extended.value is not None:
                kind_name = type_name(extended.value)
            yield PropertyView(value, extended.name, extended.kind, kind_name)
    if base is None:
        return
    declared = {} if type(base) in CONTENT_FIRST else type_of(base).all_members()
    shown = [one for one in declared.values() if isinstance(one, Property) and not one.hidden]
    places = property_places(type_of(base)) if len(shown) > 1 else {}
    last = len(places)
    shown.sort(key=lambda one: (one.kind == "Property", places.get(one.name.lower(), last)))
    for member in shown:
        yield PropertyView(value, member.name, member.kind, member.type_name)
    listed = getattr(base, "dynamic_properties", None)
    if listed is not None:
        for name in listed():
            if name.lower() not in declared:
                yield PropertyView(value, name, "Property", "System.Object")


def property_names(value: Any) -> list[str]:
    """Names of the properties of a value."""
    return [one.name for one in properties(value)]


def type_name(value: Any) -> str:
    """The full type name of a value, PSCustomObject for custom objects."""
    if type(value) is PSObject:
        return type_name(value.base) if value.base is not None else CUSTOM_OBJECT
    return type_of(value).name


def type_names(value: Any) -> list[str]:
    """The names under which views and members are looked up (PSTypeNames), most specific first."""
    names: list[str] = []
    if type(value) is PSObject:
        names.extend(value.type_names)
        if value.base is None:
            if names and names[-1].startswith(_DESERIALIZED):
                return names  # a bag that came over the wire has the names of its original alone
            if not any(one == CUSTOM_OBJECT for one in names):
                names.append(CUSTOM_OBJECT)
            names.append("System.Object")
            return names
        value = value.base
    declared = getattr(value, "ps_type_names", None)
    if declared is not None:
        names.extend(declared)
    names.extend(kind.name for kind in type_of(value).lineage())
    return names
