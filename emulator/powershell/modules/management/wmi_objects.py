"""Instances as System.Management gives them: ManagementObject, what Get-WmiObject writes.

They hold the values of the moment at which they were read; dates and references stay the texts of DMTF.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from emulator.cim import datetime_text
from emulator.cim.declaration import MethodDeclaration, ParameterDeclaration
from emulator.cim.errors import CimError, InvalidMethod
from emulator.cim.instance import Instance, ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import CimType
from emulator.host import Account
from emulator.powershell.dotnet.collections import LIST_TYPES, PSArray, TypedArray
from emulator.powershell.dotnet.library.catalog import load_on_demand
from emulator.powershell.dotnet.numbers import UInt32
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.time_values import parse_date
from emulator.powershell.dotnet.types import PSType, array_of, builtin, register, type_of
from emulator.powershell.modules.cim.added_members import DEFAULT_DISPLAY
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.cim.objects import from_script, number_of_type
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError, error

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.wmi.namespace import Namespace

MANAGEMENT_OBJECT = "System.Management.ManagementObject"
#: Where the list of a ManagementObject differs from that of a CimInstance; nothing means every property.
_DISPLAYS: dict[str, tuple[str, ...]] = {
    "Win32_Process": (),
    "Win32_NetworkAdapterConfiguration": (
        "DHCPEnabled",
        "IPAddress",
        "DefaultIPGateway",
        "DNSDomain",
        "ServiceName",
        "Description",
        "Index",
    ),
}

_PARAMETERS = (
    "System.Management.ManagementBaseObject#\\__PARAMETERS",
    "System.Management.ManagementBaseObject",
)


class ManagementObject:
    """System.Management.ManagementObject. `selected` are the properties that were asked for, None for all;
    `changed` what the script has set since."""

    __slots__ = ("changed", "declaration", "engine", "namespace", "path", "selected", "server", "values")

    def __init__(
        self, engine: Engine, instance: Instance, namespace: str, selected: tuple[str, ...] | None = None
    ) -> None:
        self.engine = engine
        self.declaration = instance.declaration
        self.namespace = namespace
        self.server = instance.server
        self.selected = selected
        self.changed: dict[str, Any] = {}
        wanted = [one.name for one in self.declaration.properties if self._is_selected(one.name)]
        self.values: dict[str, Any] = {name: instance.value(name) for name in wanted}
        keys = [instance.value(name) for name in self.declaration.keys]
        has_keys = bool(keys) and all(value is not None for value in keys)
        self.path: ObjectPath | None = instance.path if has_keys or self.declaration.is_singleton else None

    def _is_selected(self, name: str) -> bool:
        return self.selected is None or name in self.selected

    @property
    def ps_type_names(self) -> tuple[str, ...]:
        """With each class of the derivation, in the namespace and without it."""
        place = self.namespace.replace("/", "\\")
        names = self.declaration.derivation
        return tuple(
            f"{MANAGEMENT_OBJECT}#{one}" for one in (*(f"{place}\\{name}" for name in names), *names)
        )

    @property
    def default_display(self) -> tuple[str, ...] | None:
        """The properties that a list shows without being told."""
        if self.selected is not None:
            return None
        for name in self.declaration.derivation:
            chosen = _DISPLAYS.get(name, DEFAULT_DISPLAY.get(name))
            if chosen is not None:
                return chosen or None
        return None

    def as_instance(self) -> ValueInstance:
        """The values as an instance, with what the script has set."""
        values = {name: value for name, value in self.values.items() if value is not None}
        values.update({name: taken(value) for name, value in self.changed.items()})
        return ValueInstance(self.declaration, values, self.namespace, self.server)

    def read(self, name: str) -> Any:
        """A property as .NET has it."""
        if name in self.changed:
            return self.changed[name]
        declared = self.declaration.property(name)
        value = self.values.get(declared.name)
        if declared.name == "InstalledOn":
            return parse_date(to_text(value))  # types.ps1xml makes a date of it
        return shown(value, declared.type, self.engine, self.namespace)

    def set_dynamic_property(self, name: str, value: Any) -> bool:
        """Set a property of the object in hand; Put and Set-WmiInstance write it back."""
        found = self.declaration.find_property(name)
        if found is None:
            return False
        self.changed[found.name] = value
        return True

    def dynamic_property(self, name: str, missing: Any) -> Any:
        """A property that was read, or a system property."""
        found = self.declaration.find_property(name)
        if found is not None and self._is_selected(found.name):
            return self.read(found.name)
        return next((value for known, value in self._system() if known.lower() == name.lower()), missing)

    def dynamic_properties(self) -> list[str]:
        """The system properties, then those that were read."""
        own = [one.name for one in self.declaration.properties if self._is_selected(one.name)]
        return [*(name for name, _ in self._system()), *own]

    def _system(self) -> list[tuple[str, Any]]:
        declaration = self.declaration
        path = self.path if self.selected is None else None
        bases = list(declaration.derivation[1:])
        return [
            ("PSComputerName", self.server),
            ("__GENUS", 2),
            ("__CLASS", declaration.name),
            ("__SUPERCLASS", declaration.superclass),
            ("__DYNASTY", declaration.derivation[-1]),
            ("__RELPATH", path.relative if path is not None else None),
            ("__PROPERTY_COUNT", len(self.values)),
            ("__DERIVATION", TypedArray(bases, array_of(builtin("System.String")))),
            ("__SERVER", self.server),
            ("__NAMESPACE", self.namespace.replace("/", "\\")),
            ("__PATH", str(path.located(self.server, self.namespace)) if path is not None else None),
        ]

    def call_dynamic_method(self, engine: Engine, name: str, arguments: Sequence[Any]) -> tuple[bool, Any]:
        """Put, Delete, GetRelated, Get, GetText, InvokeMethod, or a method of the class with its parameters
        in order."""
        service = engine.find_service(Management)
        key = name.lower()
        if key == "invokemethod" and len(arguments) == 2:
            return True, self._invoke(engine, to_text(arguments[0]), arguments[1])
        handled, answer = with_parameters(self, engine, key, arguments)
        if handled:
            return True, answer
        declared = next((one for one in self.declaration.methods if one.name.lower() == key), None)
        if service is None or (
            declared is None and key not in ("put", "delete", "getrelated", "get", "gettext")
        ):
            return False, None
        if key == "gettext":
            from emulator.powershell.modules.management.wmi_types import text_of_object

            return True, text_of_object(self, arguments[0] if arguments else None)
        try:
            writes = key in ("put", "delete")
            space = service.namespace(self.namespace, writes=writes, calls_method=declared is not None)
            target = space.find(self.path) if self.path is not None else None
            if declared is not None:
                inputs = (one for one in declared.parameters if one.is_in)
                values = {one.name: handed(one, value) for one, value in zip(inputs, arguments, strict=False)}
                return True, call_method(engine, space, target, declared, values)
            if key == "put" and target is not None:
                space.put(target, self.as_instance())
                return True, str(self)
            if key == "put":
                made = space.create(self.as_instance())
                with space.reading():
                    self.path = made.path
                return True, str(self)
            if key == "delete" and target is not None:
                space.delete(target)
            if key == "get" and target is not None:
                with space.reading():
                    self.values = {one: target.value(one) for one in self.values}
                self.changed.clear()
            if key != "getrelated" or self.path is None:
                return True, None
            wanted = to_text(arguments[0]) if arguments else None
            found = space.associators(self.path, None, wanted)
            with space.reading():
                return True, PSArray(ManagementObject(engine, one, space.name) for one in found)
        except CimError as problem:
            raise failure_of(name, len(arguments), problem) from None

    def _invoke(self, engine: Engine, name: str, given: Any) -> Any:
        """InvokeMethod(String, Object[]): the array has all parameters in order, and takes those that come
        out; the return value is what is left."""
        declared = next((one for one in self.declaration.methods if one.name.lower() == name.lower()), None)
        if declared is None:
            raise failure_of("InvokeMethod", 2, InvalidMethod(name))
        values = unwrap(given)
        values = values if isinstance(values, PSArray) else PSArray([] if values is None else [values])
        places = list(zip(declared.parameters, range(len(values)), strict=False))
        inputs = [values[place] for parameter, place in places if parameter.is_in]
        _, answer = self.call_dynamic_method(engine, declared.name, inputs)
        for parameter, place in places:
            if parameter.is_out:
                values[place] = answer.note(parameter.name)
        return answer.note("ReturnValue")

    def __str__(self) -> str:
        return str(self.path.located(self.server, self.namespace)) if self.path is not None else ""


def with_parameters(target: Any, engine: Engine, key: str, arguments: Sequence[Any]) -> tuple[bool, Any]:
    """GetMethodParameters(String), and InvokeMethod(String, ManagementBaseObject, InvokeMethodOptions): the
    parameters are properties of an object, and so is what comes out. ``target`` is an object or a class."""
    calls = key == "invokemethod" and len(arguments) == 3
    if not calls and not (key == "getmethodparameters" and len(arguments) == 1):
        return False, None
    wanted = to_text(arguments[0])
    methods = target.declaration.methods
    declared = next((one for one in methods if one.name.lower() == wanted.lower()), None)
    if declared is None:
        raise failure_of(
            "InvokeMethod" if calls else "GetMethodParameters", len(arguments), InvalidMethod(wanted)
        )
    inputs = [one.name for one in declared.parameters if one.is_in]
    if not calls:
        made = PSObject.custom(
            [("__GENUS", 2), ("__CLASS", "__PARAMETERS"), *((one, None) for one in inputs)], _PARAMETERS
        )
        return True, made if inputs else None
    given = arguments[1]
    values = [given.note(one) if isinstance(given, PSObject) else None for one in inputs]
    return target.call_dynamic_method(engine, declared.name, values)  # type: ignore[no-any-return]


def shown(value: Any, kind: CimType, engine: Engine, namespace: str) -> Any:
    """A value of WMI as System.Management gives it."""
    if value is None:
        return None
    if isinstance(value, list):
        items = [shown(one, kind, engine, namespace) for one in value]
        element = next((type_of(one) for one in items if one is not None), builtin("System.Object"))
        return TypedArray(items, array_of(element))
    if isinstance(value, datetime):
        return datetime_text.format_datetime(value)
    if isinstance(value, timedelta):
        return datetime_text.format_interval(value)
    if isinstance(value, ObjectPath):
        return str(value)
    if isinstance(value, Instance):
        return ManagementObject(engine, value, namespace)
    return number_of_type(kind, value)


def taken(value: Any) -> Any:
    """A value of a script as WMI takes it; an instance stands for its path."""
    value = unwrap(value)
    if isinstance(value, ManagementObject):
        return value.path if value.path is not None else value.as_instance()
    if type(value) in LIST_TYPES:
        return [taken(one) for one in value]
    return from_script(value)


def handed(parameter: ParameterDeclaration, value: Any) -> Any:
    """An argument as a method takes it: where an instance is embedded, it is handed over with its values."""
    if parameter.embedded_as is None or parameter.type is CimType.REFERENCE:
        return taken(value)
    value = unwrap(value)
    if type(value) in LIST_TYPES:
        return [handed(parameter, one) for one in value]
    return value.as_instance() if isinstance(value, ManagementObject) else taken(value)


def failure_of(name: str, count: int, problem: CimError) -> PSError:
    """What WMI refuses to a method that a script calls."""
    return error(
        f'Exception calling "{name}" with "{count}" argument(s): "{problem.text}"',
        "MethodInvocationException",
        kind="System.Management.Automation.MethodInvocationException",
    )


def call_method(
    engine: Engine, space: Namespace, target: Any, method: MethodDeclaration, values: dict[str, Any]
) -> PSObject:
    """Call a method; the return value and the out parameters as an object."""
    answer = space.invoke(target, method.name, values, engine.find_service(Account))
    # Win32_Process.Terminate may have ended this process.
    engine.check_stopped()
    pairs: list[tuple[str, Any]] = []
    with space.reading():
        for name, value in answer.out.items():
            declared = method.parameter(name)
            if declared is not None:
                pairs.append((name, shown(value, declared.type, engine, space.name)))
    code = answer.return_value
    system = [
        ("__GENUS", 1),
        ("__CLASS", "__PARAMETERS"),
        ("__SUPERCLASS", None),
        ("__DYNASTY", "__PARAMETERS"),
        ("__RELPATH", None),
        ("__PROPERTY_COUNT", len(pairs) + 1),
        ("__DERIVATION", TypedArray([], array_of(builtin("System.String")))),
        ("__SERVER", None),
        ("__NAMESPACE", None),
        ("__PATH", None),
    ]
    number = UInt32(code) if isinstance(code, int) and not isinstance(code, bool) else code
    return PSObject.custom(
        [*system, *pairs, ("ReturnValue", number), ("PSComputerName", None)],
        _PARAMETERS,
    )


def _path(value: ManagementObject) -> PSObject:
    relative = value.path.relative if value.path is not None else ""
    return PSObject.custom([("Path", str(value)), ("RelativePath", relative)])


def _properties(value: ManagementObject) -> Any:
    from emulator.powershell.modules.management.wmi_properties import properties_of_object

    return properties_of_object(value)


register(
    PSType(
        MANAGEMENT_OBJECT,
        base="System.Management.ManagementBaseObject",
        instance={"Path": _path, "Properties": _properties},
        to_text=str,
    ),
    ManagementObject,
)
for _name in ("path", "properties"):  # the adapter of PowerShell shows what the class declares
    builtin(MANAGEMENT_OBJECT).own_members[_name].hidden = True  # type: ignore[union-attr]
load_on_demand("system.componentmodel.component")
register(PSType("System.Management.ManagementBaseObject", base="System.ComponentModel.Component"))
