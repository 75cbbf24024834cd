"""System.Management as scripts reach it without a cmdlet: [wmi], [wmiclass] and [wmisearcher].

They speak to the machine itself. An object or a class is looked up when it is made, as PowerShell's casts do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.cim.cim_xml_writer import format_instance
from emulator.cim.declaration import ClassDeclaration
from emulator.cim.errors import CimError
from emulator.cim.instance import ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.host.neighbourhood import OWN_NAMES
from emulator.powershell.dotnet.collections import PSArray, TypedArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.dotnet.types import PSType, array_of, bind_class, builtin
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.management.wmi_objects import (
    MANAGEMENT_OBJECT,
    ManagementObject,
    call_method,
    failure_of,
    taken,
    with_parameters,
)
from emulator.powershell.modules.management.wmi_properties import properties_of_class, property_types
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import error, not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.wmi.namespace import Namespace

MANAGEMENT_CLASS = "System.Management.ManagementClass"
SEARCHER = "System.Management.ManagementObjectSearcher"
_CIMV2 = "root/cimv2"


class ManagementClass:
    """A class of a namespace with its static methods."""

    __slots__ = ("declaration", "namespace", "server")

    def __init__(self, declaration: ClassDeclaration, namespace: str, server: str) -> None:
        self.declaration = declaration
        self.namespace = namespace
        self.server = server

    @property
    def path(self) -> ObjectPath:
        """Where it is."""
        return ObjectPath(self.declaration.name, namespace=self.namespace, server=self.server)

    def call_dynamic_method(self, engine: Engine, name: str, arguments: Sequence[Any]) -> tuple[bool, Any]:
        """CreateInstance, GetInstances, or a static method of the class with its parameters in order."""
        key = name.lower()
        handled, answer = with_parameters(self, engine, key, arguments)
        if handled:
            return True, answer
        declared = next((one for one in self.declaration.methods if one.name.lower() == key), None)
        if declared is None and key not in ("createinstance", "getinstances"):
            return False, None
        try:
            space = _service(engine).namespace(self.namespace, calls_method=declared is not None)
            if declared is not None:
                names = (one.name for one in declared.parameters if one.is_in)
                values = {one: taken(value) for one, value in zip(names, arguments, strict=False)}
                return True, call_method(engine, space, self.declaration, declared, values)
            if key == "createinstance":
                empty = ValueInstance(self.declaration, {}, space.name, space.server)
                return True, ManagementObject(engine, empty, space.name)
            found = space.instances(self.declaration.name)
            with space.reading():
                return True, PSArray(ManagementObject(engine, one, space.name) for one in found)
        except CimError as problem:
            raise failure_of(name, len(arguments), problem) from None

    def __str__(self) -> str:
        return str(self.path)


class Searcher(NamedTuple):
    """ManagementObjectSearcher: a query and the namespace that it asks."""

    query: str
    namespace: str = _CIMV2


def _service(engine: Engine) -> Management:
    found = engine.find_service(Management)
    if found is None:
        raise not_emulated("The management of the machine")
    return found


def _require_own(engine: Engine, computer: str) -> None:
    if computer.lower() not in (*OWN_NAMES, engine.machine.computer_name.lower()):
        raise not_emulated("WMI of another computer")


def namespace_at(engine: Engine, text: str) -> Namespace:
    """A namespace by its path, of this machine. Raises InvalidNamespace."""
    parts = text.replace("\\", "/").split("/")
    if text[:2] in ("\\\\", "//"):
        _require_own(engine, parts[2])
        parts = parts[3:]
    return _service(engine).namespace("/".join(parts))


def _place(engine: Engine, text: str) -> tuple[Namespace, ObjectPath]:
    path = ObjectPath.parse(text)
    if path.server is not None:
        _require_own(engine, path.server)
    return _service(engine).namespace(path.namespace or _CIMV2), path


def _looked_up(
    kind: PSType, error_id: str, text: str, look: Callable[[Namespace, ObjectPath], Any], engine: Engine
) -> Any:
    """What a path names. Raises the error of PowerShell's cast."""
    try:
        space, path = _place(engine, text)
        with space.reading():
            return look(space, path)
    except CimError as problem:
        message = f'Cannot convert value "{text}" to type "{kind.name}". Error: "{problem.text}"'
        raise error(message, error_id, "InvalidArgument") from None


def object_of_path(engine: Engine, kind: PSType, text: str) -> ManagementObject:
    """``[wmi]'Win32_Service.Name="WinRM"'``."""
    made: ManagementObject = _looked_up(
        kind,
        "InvalidCastToWMI",
        text,
        lambda space, path: ManagementObject(engine, space.find(path), path.namespace or space.name),
        engine,
    )
    return made


def class_of_path(engine: Engine, kind: PSType, text: str) -> ManagementClass:
    """``[wmiclass]'Win32_Process'``."""
    made: ManagementClass = _looked_up(
        kind,
        "InvalidCastToWMIClass",
        text,
        lambda space, path: ManagementClass(space.schema.find(path.class_name), space.name, space.server),
        engine,
    )
    return made


def _found(engine: Engine, searcher: Searcher) -> PSArray:
    try:
        space = _service(engine).namespace(searcher.namespace.replace("\\", "/").removeprefix("//./"))
        answer = space.query(searcher.query)
        with space.reading():
            return PSArray(
                ManagementObject(engine, one, space.name, answer.properties) for one in answer.instances
            )
    except CimError as problem:
        raise failure_of("Get", 0, problem) from None


def _names(names: Sequence[str]) -> TypedArray:
    return TypedArray(list(names), array_of(builtin("System.String")))


#: How GetText writes an object.
TEXT_FORMAT = EnumType("System.Management.TextFormat", {"Mof": 0, "CimDtd20": 1, "WmiDtd20": 2})


def text_of_object(value: ManagementObject, text_format: Any) -> str:
    """GetText: the XML that methods with embedded instances take (TextFormat CimDtd20 and WmiDtd20), named by
    value, number or name."""
    if to_text(text_format).lower() not in ("cimdtd20", "wmidtd20", "1", "2"):
        raise not_emulated("GetText of a ManagementObject as MOF")
    return format_instance(value.as_instance())


def _path_of(value: ManagementClass) -> PSObject:
    namespace = value.namespace.replace("/", "\\")
    pairs = [("Path", str(value)), ("RelativePath", value.declaration.name), ("Server", value.server)]
    return PSObject.custom([*pairs, ("NamespacePath", namespace), ("ClassName", value.declaration.name)])


@cache
def management_types() -> tuple[PSType, ...]:
    """Every type; made once for the process."""
    one_object = builtin(MANAGEMENT_OBJECT)
    one_object.construct = {"@new(string path)": object_of_path}
    one_class = PSType(
        MANAGEMENT_CLASS,
        base=MANAGEMENT_OBJECT,
        instance={
            "Name: string": lambda one: one.declaration.name,
            "NameSpace: string": lambda one: f"ROOT{one.namespace[4:]}".replace("/", "\\"),
            "Methods: string[]": lambda one: _names([each.name for each in one.declaration.methods]),
            "Properties": lambda one: properties_of_class(one.declaration),
            "Derivation: string[]": lambda one: _names(one.declaration.derivation[1:]),
            "Path": _path_of,
            "__CLASS: string": lambda one: one.declaration.name,
            "__SUPERCLASS: string": lambda one: one.declaration.superclass,
            "__SERVER: string": lambda one: one.server,
            "__NAMESPACE: string": lambda one: one.namespace.replace("/", "\\"),
            "__RELPATH: string": lambda one: one.declaration.name,
            "__PATH: string": str,
        },
        construct={"@new(string path)": class_of_path},
        to_text=str,
    )
    searcher = PSType(
        SEARCHER,
        base="System.ComponentModel.Component",
        instance={
            "@Get()": _found,
            "Query": lambda one: PSObject.custom([("QueryString", one.query), ("Language", "WQL")]),
        },
        construct={
            "new(string queryString)": lambda _kind, query: Searcher(query),
            "new(string scope, string queryString)": lambda _kind, scope, query: Searcher(query, scope),
        },
    )
    bind_class(one_class, ManagementClass)
    bind_class(searcher, Searcher)
    return (one_object, one_class, searcher, TEXT_FORMAT, *property_types())
