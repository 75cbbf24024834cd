"""LanguagePrimitives, AutomationNull, WildcardPattern, and what reflection uses: assemblies, members."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet import regex as regular
from emulator.powershell.dotnet.assemblies import FRAMEWORK, location_of, windows_assembly
from emulator.powershell.dotnet.attributes import AttributeObject
from emulator.powershell.dotnet.collections import GenericDictionary, PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, argument_error, null_argument
from emulator.powershell.dotnet.library.catalog import ACCELERATORS
from emulator.powershell.dotnet.library.method_reflection import (
    MethodInfo,
    get_constructor,
    get_constructors,
    get_method,
    get_methods,
    method_members,
    method_text,
)
from emulator.powershell.dotnet.psobject import PSObject, Reference
from emulator.powershell.dotnet.simple import Version
from emulator.powershell.dotnet.types import Property, PSType, builtin, register, type_of
from emulator.powershell.runtime.comparison import compare, equal
from emulator.powershell.runtime.conversion import convert, items_of, to_bool
from emulator.powershell.runtime.errors import ConversionError, not_emulated
from emulator.powershell.runtime.scope import NOTHING
from emulator.powershell.runtime.type_finder import construct_generic

if TYPE_CHECKING:
    from collections.abc import Callable

    from emulator.powershell.csharp.compilation import CSharpAssembly
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."


def _convert(engine: Engine, value: Any, kind: PSType | None, *_culture: Any) -> Any:
    if kind is None:
        raise null_argument("resultType")
    try:
        return convert(value, kind, engine)
    except ConversionError as problem:
        raise NetError(f"{_A}PSInvalidCastException", problem.message) from None


def _try_convert(engine: Engine, value: Any, kind: PSType | None, target: Reference) -> bool:
    if kind is None:
        raise null_argument("resultType")
    try:
        target.write(convert(value, kind, engine))
    except ConversionError:
        return False
    return True


register(
    PSType(
        f"{_A}LanguagePrimitives",
        is_abstract=True,
        static={
            "@ConvertTo(object valueToConvert, type resultType)": _convert,
            "@ConvertTo(object valueToConvert, type resultType, object formatProvider)": _convert,
            "@TryConvertTo(object valueToConvert, type resultType, ref result)": _try_convert,
            "@TryConvertTo(object valueToConvert, type resultType, object formatProvider, ref result)": (
                lambda engine, value, kind, _provider, target: _try_convert(engine, value, kind, target)
            ),
            "Equals(object first, object second)": lambda a, b: equal(a, b, False),
            "Equals(object first, object second, bool ignoreCase)": equal,
            "Compare(object first, object second)": lambda a, b: compare(a, b, False),
            "Compare(object first, object second, bool ignoreCase)": compare,
            "IsTrue(object obj)": to_bool,
            "GetEnumerable(object obj)": lambda value: PSArray(items_of(value)),
        },
    )
)
register(
    PSType(f"{_A}Internal.AutomationNull", is_abstract=True, static={"Value": lambda: NOTHING}),
)


class Pattern:
    """WildcardPattern."""

    __slots__ = ("ignore_case", "text")

    def __init__(self, text: str, ignore_case: bool) -> None:
        self.text = text
        self.ignore_case = ignore_case


_OPTIONS = EnumType(
    f"{_A}WildcardOptions",
    {"None": 0, "Compiled": 1, "IgnoreCase": 2, "CultureInvariant": 4},
    flags=True,
)
register(_OPTIONS)


def _escape(text: str) -> str:
    return "".join(f"`{one}" if one in "*?[]`" else one for one in text)


def _unescape(text: str) -> str:
    made, held = [], False
    for one in text:
        if one == "`" and not held:
            held = True
            continue
        if held and one not in "*?[]`":
            made.append("`")
        made.append(one)
        held = False
    return "".join(made) + ("`" if held else "")


register(
    PSType(
        f"{_A}WildcardPattern",
        instance={
            "IsMatch(string input)": lambda p, text: regular.like(text, p.text, p.ignore_case),
            "ToWql()": lambda p: p.text.replace("*", "%").replace("?", "_"),
        },
        static={
            "Escape(string pattern)": _escape,
            "Unescape(string pattern)": _unescape,
            "ContainsWildcardCharacters(string pattern)": regular.is_wildcard,
            f"Get(string pattern, {_A}WildcardOptions options)": lambda text, options: Pattern(
                text, bool(options.number & 2)
            ),
        },
        construct={
            "new(string pattern)": lambda _k, text: Pattern(text, False),
            f"new(string pattern, {_A}WildcardOptions options)": lambda _k, text, options: Pattern(
                text, bool(options.number & 2)
            ),
        },
    ),
    Pattern,
)

# Reflection

_MEMBER_TYPES = EnumType(
    "System.Reflection.MemberTypes",
    {
        "Constructor": 1,
        "Event": 2,
        "Field": 4,
        "Method": 8,
        "Property": 16,
        "TypeInfo": 32,
        "Custom": 64,
        "NestedType": 128,
        "All": 191,
    },
    flags=True,
)
register(_MEMBER_TYPES)
register(
    EnumType(
        "System.Reflection.BindingFlags",
        {
            "Default": 0,
            "IgnoreCase": 1,
            "DeclaredOnly": 2,
            "Instance": 4,
            "Static": 8,
            "Public": 16,
            "NonPublic": 32,
            "FlattenHierarchy": 64,
        },
        flags=True,
    )
)


class Assembly:
    """System.Reflection.Assembly: its name, and the types of this library by name.

    ``script`` is the file of the script whose classes it holds; "" for a script without a file, None for any
    other assembly.
    """

    __slots__ = ("name", "path", "script", "types")

    def __init__(
        self, name: str, script: str | None = None, types: tuple[PSType, ...] = (), path: str = ""
    ) -> None:
        self.name = name
        self.script = script
        self.types = types
        """Those that were compiled into it."""
        self.path = path
        """The file that they lie in."""


_ASSEMBLIES = (
    ("System.Management.Automation", FRAMEWORK["system.management.automation"]),
    (
        "Microsoft.PowerShell.Commands",
        windows_assembly("Microsoft.PowerShell.Commands.Utility", "3.0.0.0"),
    ),
    ("Microsoft.HyperV.PowerShell", windows_assembly("Microsoft.HyperV.PowerShell.Objects", "10.0.0.0")),
    ("System.ServiceProcess", FRAMEWORK["system.serviceprocess"]),
    ("System.Xml", FRAMEWORK["system.xml"]),
)


def assembly_of(kind: PSType) -> Assembly:
    """The assembly of a type by its namespace."""
    for space, name in _ASSEMBLIES:
        if kind.name.startswith(space + "."):
            return Assembly(name)
    compiled = getattr(kind, "assembly", None)
    if compiled is not None:
        return _of_compiled(compiled)
    if "." not in kind.name:
        file = getattr(getattr(kind, "plan", None), "file", None)
        name = "PowerShell Class Assembly, Version=1.0.0.0, Culture=neutral, PublicKeyToken=null"
        return Assembly(name, file or "")
    return Assembly(FRAMEWORK["mscorlib"])


def _of_compiled(compiled: CSharpAssembly) -> Assembly:
    name = f"{compiled.name}, Version=0.0.0.0, Culture=neutral, PublicKeyToken=null"
    return Assembly(name, "", tuple(compiled.types), compiled.path)


class AssemblyName:
    """System.Reflection.AssemblyName."""

    __slots__ = ("full_name",)

    def __init__(self, full_name: str) -> None:
        self.full_name = full_name


def _assembly_attributes(assembly: Assembly, _inherit: bool) -> PSArray:
    """The attribute that marks the classes of a script; those of .NET's own assemblies are not known."""
    if assembly.script is None:
        return PSArray()
    mark = AttributeObject(builtin(f"{_A}DynamicClassImplementationAssemblyAttribute"))
    mark.values["scriptfile"] = assembly.script or None
    return PSArray([mark])


def _attributes_of(info: MemberInfo | MethodInfo, _inherit: bool) -> PSArray:
    declared = info.overload if isinstance(info, MethodInfo) else info.member
    return PSArray(getattr(declared, "attributes", ()))


def _get_type(
    engine: Engine, assembly: Assembly, name: str, must: bool = False, ignore_case: bool = False
) -> Any:
    found = engine.types.find(name)
    if found is None and assembly.name.startswith("System.Management.Automation,"):
        from emulator.powershell.dotnet.library.private_fields import private_type

        found = private_type(name, ignore_case)
    if found is None and must:
        raise NetError(
            "System.TypeLoadException", f"Could not load type '{name}' from assembly '{assembly.name}'."
        )
    return found


def _field(engine: Engine, kind: PSType, name: str, flags: Any = None) -> Any:
    from emulator.powershell.dotnet.library.private_fields import field_of

    return field_of(engine, kind, name, flags)


def _fields(kind: PSType, flags: Any = None) -> PSArray:
    from emulator.powershell.dotnet.library.private_fields import fields_of

    return fields_of(kind, flags)


def _load_partial(engine: Engine, name: str) -> Assembly | None:
    from emulator.powershell.runtime.assembly_loading import load_assembly

    found = load_assembly(engine, name)
    return None if found is None else Assembly(found)


def _load_file(engine: Engine, path: str) -> Assembly:
    """An assembly that Add-Type wrote. Those of .NET's own folders are found by their names."""
    from emulator.powershell.runtime.assembly_loading import load_assembly_file
    from emulator.powershell.runtime.services import FileStore

    store = engine.find_service(FileStore)
    full = path if store is None else store.resolve(path)
    if store is None or not store.exists(full):
        text = f"Could not load file or assembly 'file:///{full}' or one of its dependencies. "
        text += "The system cannot find the file specified."
        raise NetError("System.IO.FileNotFoundException", text)
    found = load_assembly_file(engine, full)
    if found is not None:
        return _of_compiled(found)
    engine.gap("assembly", full)
    raise not_emulated("An assembly that Add-Type did not write")


def _load(engine: Engine, name: str) -> Assembly:
    """What a full name means; a partial one does for assemblies that are loaded, which all are here."""
    found = _load_partial(engine, name)
    if found is None:
        text = f"Could not load file or assembly '{name}' or one of its dependencies. "
        text += "The system cannot find the file specified."
        raise NetError("System.IO.FileNotFoundException", text)
    return found


register(
    PSType(
        "System.Reflection.Assembly",
        static={
            "@LoadWithPartialName(string partialName)": _load_partial,
            "@Load(string assemblyString)": _load,
            "@LoadFrom(string assemblyFile)": _load_file,
            "@UnsafeLoadFrom(string assemblyFile)": _load_file,
            "@LoadFile(string path)": _load_file,
            "GetAssembly(type type)": assembly_of,
        },
        instance={
            "FullName: string": lambda a: a.name,
            "Location: string": lambda a: a.path if a.script is not None else location_of(a.name),
            "ImageRuntimeVersion: string": lambda _a: "v4.0.30319",
            "GlobalAssemblyCache: bool": lambda _a: True,
            "@GetType(string name)": _get_type,
            "@GetType(string name, bool throwOnError)": _get_type,
            "@GetType(string name, bool throwOnError, bool ignoreCase)": _get_type,
            "GetName()": lambda a: AssemblyName(a.name),
            "GetTypes()": lambda a: PSArray(a.types),
            "GetCustomAttributes(bool inherit)": _assembly_attributes,
            "ToString()": lambda a: a.name,
        },
        to_text=lambda a: a.name,
    ),
    Assembly,
)
register(
    PSType(
        "System.Reflection.AssemblyName",
        instance={
            "Name: string": lambda n: n.full_name.partition(",")[0],
            "FullName: string": lambda n: n.full_name,
            "Version": lambda n: Version.parse(n.full_name.partition("Version=")[2].partition(",")[0]),
            "ToString()": lambda n: n.full_name,
        },
        to_text=lambda n: n.full_name,
    ),
    AssemblyName,
)


def _accelerators(engine: Engine) -> GenericDictionary:
    pairs = [
        (name, kind) for name, full in ACCELERATORS.items() if (kind := engine.types.find(full)) is not None
    ]
    kind = construct_generic(
        builtin("System.Collections.Generic.Dictionary`2"), (builtin("System.String"), builtin("System.Type"))
    )
    return GenericDictionary([*pairs, *engine.types.accelerators.items()], kind, case_sensitive=False)


def _add_accelerator(engine: Engine, name: str, kind: PSType) -> None:
    engine.types.add_accelerator(name, kind)


register(
    PSType(
        f"{_A}TypeAccelerators",
        is_abstract=True,
        static={
            "@Get": _accelerators,
            "@Add(string typeName, type type)": _add_accelerator,
            "@Remove(string typeName)": lambda engine, name: engine.types.remove_accelerator(name),
        },
    )
)


class MemberInfo:
    """PropertyInfo of a type."""

    __slots__ = ("member", "owner", "static")

    def __init__(self, owner: PSType, member: Property, static: bool) -> None:
        self.owner = owner
        self.member = member
        self.static = static


def _kind_named(engine: Engine, name: str) -> Any:
    return engine.types.find(name) or builtin("System.Object")


def _get_value(engine: Engine, info: MemberInfo, owner: Any, *_index: Any) -> Any:
    from emulator.powershell.runtime.invoke import get_static
    from emulator.powershell.runtime.members import get_property

    if info.static:
        return get_static(info.owner, info.member.name, engine)
    return get_property(owner, info.member.name, engine)


def _set_value(engine: Engine, info: MemberInfo, owner: Any, value: Any, *_index: Any) -> None:
    from emulator.powershell.runtime.invoke import set_static
    from emulator.powershell.runtime.members import set_member

    if info.static:
        set_static(info.owner, info.member.name, value, engine)
    else:
        set_member(owner, info.member.name, value, engine)


def _attribute_data(attribute: AttributeObject) -> PSObject:
    """CustomAttributeData: an attribute as the source gives it."""
    named = PSArray(
        PSObject.custom(
            (("MemberName", name), ("TypedValue", attribute.values.get(name.lower()))),
            ("System.Reflection.CustomAttributeNamedArgument",),
        )
        for name in attribute.named
    )
    return PSObject.custom(
        (
            ("AttributeType", attribute.ps_type),
            ("ConstructorArguments", PSArray(attribute.arguments)),
            ("NamedArguments", named),
        ),
        ("System.Reflection.CustomAttributeData",),
    )


_INFO: dict[str, Any] = {
    "Name: string": lambda i: i.member.name,
    "DeclaringType: type": lambda i: i.owner,
    "ReflectedType: type": lambda i: i.owner,
    "GetCustomAttributes(bool inherit)": _attributes_of,
    "CustomAttributes": lambda i: PSArray(map(_attribute_data, _attributes_of(i, False))),
    "ToString()": lambda i: i.member.name,
}
_METHOD_INFO = PSType(
    "System.Reflection.MethodInfo",
    instance=method_members({**_INFO, "MemberType": lambda _i: _MEMBER_TYPES["Method"]}),
    to_text=method_text,
)
_PROPERTY_INFO = PSType(
    "System.Reflection.PropertyInfo",
    instance={
        **_INFO,
        "MemberType": lambda _i: _MEMBER_TYPES["Property"],
        "@PropertyType: type": lambda engine, i: _kind_named(engine, i.member.type_name),
        "CanRead: bool": lambda _i: True,
        "CanWrite: bool": lambda i: i.member.setter is not None,
        "@GetValue(object obj)": _get_value,
        "@GetValue(object obj, object index)": _get_value,
        "@SetValue(object obj, object value)": _set_value,
        "@SetValue(object obj, object value, object index)": _set_value,
    },
    to_text=lambda i: i.member.name,
)
register(_METHOD_INFO, MethodInfo)
register(_PROPERTY_INFO, MemberInfo)


def _property(kind: PSType, name: str) -> MemberInfo | None:
    for static, member in ((False, kind.member(name)), (True, kind.static_member(name))):
        if isinstance(member, Property):
            return MemberInfo(kind, member, static)
    return None


def _properties(kind: PSType) -> PSArray:
    made = PSArray(
        MemberInfo(kind, one, False) for one in kind.all_members().values() if isinstance(one, Property)
    )
    for base in kind.lineage():
        made.extend(
            MemberInfo(kind, one, True) for one in base.own_statics.values() if isinstance(one, Property)
        )
    return made


def _make_generic(kind: PSType, arguments: Any) -> PSType:
    given = tuple(one for one in items_of(arguments) if isinstance(one, PSType))
    _, tick, count = kind.name.partition("`")
    if not tick or count != str(len(given)):
        raise argument_error(
            "The number of generic arguments provided doesn't equal the arity of the generic type."
        )
    return construct_generic(kind, given)


def _definition(engine: Engine, kind: PSType) -> PSType:
    found = kind if kind.is_open else engine.types.find(kind.definition or "")
    if found is None:
        raise NetError("System.InvalidOperationException", "This operation is only valid on generic types.")
    return found


def _members_named(kind: PSType, name: str) -> PSArray:
    found = _property(kind, name)
    properties = [found] if found is not None and found.member.name == name else []
    return PSArray([*properties, *(one for one in get_methods(kind) if one.member.name == name)])


def _interfaces(kind: PSType) -> list[PSType]:
    """The interfaces of a type and of its bases, with those that the interfaces ask for."""
    found: dict[int, PSType] = {}
    todo = list(kind.lineage())
    for one in todo:
        given = getattr(one, "interface_types", None)
        if given is None:
            given = [each for name in one.interfaces if (each := _interface(name)) is not None]
        for each in given:
            if id(each) not in found:
                found[id(each)] = each
                todo.append(each)
    return list(found.values())


def _interface_named(kind: PSType, name: str, key: Callable[[str], str]) -> PSType | None:
    wanted = key(name)
    found = _interfaces(kind)
    return next((one for one in found if wanted in (key(one.name), key(one.short_name))), None)


def _array_type(kind: PSType) -> PSType:
    from emulator.powershell.dotnet.types import array_of

    return array_of(kind)


def _interface(name: str) -> PSType | None:
    from emulator.powershell.dotnet.types import BUILTIN

    return BUILTIN.get(name)


REFLECTION: dict[str, Any] = {
    "Assembly": assembly_of,
    "AssemblyQualifiedName: string": lambda kind: f"{kind.name}, {assembly_of(kind).name}",
    "Module: string": lambda kind: assembly_of(kind).name.partition(",")[0] + ".dll",
    "IsGenericTypeDefinition: bool": lambda kind: "`" in kind.name and kind.definition is None,
    "GetProperty(string name)": _property,
    "GetProperty(string name, object flags)": lambda kind, name, _flags: _property(kind, name),
    "@GetField(string name)": _field,
    "@GetField(string name, System.Reflection.BindingFlags bindingAttr)": _field,
    "GetFields()": _fields,
    "GetFields(System.Reflection.BindingFlags bindingAttr)": _fields,
    "GetProperties()": _properties,
    "GetProperties(System.Reflection.BindingFlags bindingAttr)": lambda kind, _flags: _properties(kind),
    "@GetMethod(string name)": get_method,
    "@GetMethod(string name, System.Reflection.BindingFlags bindingAttr)": get_method,
    "@GetMethod(string name, type[] types)": lambda engine, kind, name, types: get_method(
        engine, kind, name, None, types
    ),
    "@GetMethod(string name, System.Reflection.BindingFlags bindingAttr, object binder, type[] types, "
    "object modifiers)": lambda engine, kind, name, flags, _binder, types, _modifiers: get_method(
        engine, kind, name, flags, types
    ),
    "GetMethods()": get_methods,
    "GetMethods(System.Reflection.BindingFlags bindingAttr)": get_methods,
    "GetConstructors()": get_constructors,
    "@GetConstructor(type[] types)": get_constructor,
    "GetMember(string name)": _members_named,
    "GetMembers()": lambda kind: PSArray([*_properties(kind), *get_methods(kind)]),
    "MakeGenericType(params type[] typeArguments)": _make_generic,
    "MakeArrayType()": _array_type,
    "ImplementedInterfaces: System.Collections.Generic.IEnumerable[type]": lambda kind: PSArray(
        _interfaces(kind)
    ),
    "GetInterfaces()": lambda kind: PSArray(_interfaces(kind)),
    "@GetGenericTypeDefinition()": _definition,
    "GetInterface(string name)": lambda kind, name: _interface_named(kind, name, str),
    "GetInterface(string name, bool ignoreCase)": lambda kind, name, ignores: _interface_named(
        kind, name, str.lower if ignores else str
    ),
    "@GetCustomAttributes(bool inherit)": lambda engine, kind, _inherit: _type_attributes(engine, kind),
    "@GetCustomAttributes(type attributeType, bool inherit)": lambda engine, kind, wanted, _inherit: (
        _type_attributes(engine, kind, wanted)
    ),
}


def _type_attributes(engine: Engine, kind: PSType, wanted: PSType | None = None) -> PSArray:
    """The attributes of a class of a script or of C#; those of .NET's own types are not known."""
    make = getattr(kind, "make_attributes", None)
    found = getattr(kind, "attributes", ()) if make is None else make(engine)
    return PSArray(one for one in found if wanted is None or type_of(one).is_assignable_to(wanted))


def add_reflection() -> None:
    """Give System.Type the members that reflect."""
    builtin("System.Type").own_members.update(PSType("", instance=REFLECTION).own_members)


add_reflection()
