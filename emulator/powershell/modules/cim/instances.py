"""CimCmdlets: instances of any class of the machine, read, made, changed, followed and called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import CimError, InvalidClass, InvalidMethod, InvalidNamespace
from emulator.cim.instance import Instance, ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import CimType
from emulator.host import Account
from emulator.powershell.dotnet.collections import Hashtable, PSArray
from emulator.powershell.dotnet.psobject import PSObject
from emulator.powershell.modules.cim.client_instances import class_of_values
from emulator.powershell.modules.cim.management import management_of, record_of, reporting
from emulator.powershell.modules.cim.objects import (
    NAMESPACE,
    CimObject,
    NamedItems,
    from_script,
    number_of_type,
)
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration, MethodDeclaration
    from emulator.wmi.namespace import Namespace

_DEFAULT = "root/cimv2"
_WHERE = ("ComputerName", "QueryDialect")
_WQL = "wql"


def _opened(call: CmdletCall, name: str | None, *, writes: bool = False) -> Namespace:
    _require_wql(call)
    return management_of(call).namespace(name or _DEFAULT, writes=writes)


def _require_wql(call: CmdletCall) -> None:
    dialect = call.get("QueryDialect")
    if dialect is not None and str(dialect).lower() != _WQL:
        raise call.complete(not_emulated(f"{call.name} -QueryDialect {dialect}"))


def _objects(
    call: CmdletCall, namespace: Namespace, instances: Iterable[Instance], names: Iterable[str] | None = None
) -> list[CimObject]:
    with namespace.reading():
        return [CimObject(each, names, call.engine) for each in instances]


def _refused(call: CmdletCall, problem: CimError, target: str) -> None:
    record = record_of(call, problem, target)
    if record is not None:
        call.error(record)


@cmdlet("Get-CimInstance", reads=_WHERE)
def get_cim_instance(
    call: CmdletCall,
    class_name: str | None = None,
    namespace: str | None = None,
    filter: str | None = None,
    property: list[str] | None = None,
    query: str | None = None,
    input_object: CimObject | None = None,
    key_only: bool = False,
    shallow: bool = False,
) -> Iterator[CimObject]:
    """Instances of a class, of a query, or one instance as it is now."""
    place = (namespace or _DEFAULT).replace("/", "\\")
    try:
        if input_object is not None:
            home = _opened(call, input_object.namespace)
            yield from _objects(call, home, [home.find(input_object.path)])
            return
        home = _opened(call, namespace)
        names = list(property) if property is not None else None
        if query is None:
            wanted = "*" if names is None else ", ".join(names)
            # As the cmdlet of Windows puts it together: the script says the filter in WQL.
            query = f"SELECT {wanted} FROM {class_name}"  # noqa: S608
            query += f" WHERE {filter}" if filter else ""
        with home.reading():
            result = home.query(query)
            found = list(result.instances)
            if shallow and class_name:
                found = [each for each in found if each.declaration.name.lower() == class_name.lower()]
            selected = () if key_only else result.properties
            yield from _objects(call, home, found, selected)
    except CimError as problem:
        _refused(call, problem, f"{place}:{class_name or query}")


@cmdlet("Get-CimAssociatedInstance", reads=_WHERE)
def get_cim_associated_instance(
    call: CmdletCall,
    input_object: CimObject,
    association: str | None = None,
    result_class_name: str | None = None,
    key_only: bool = False,
    namespace: str | None = None,
) -> Iterator[CimObject]:
    """The instances that are associated with one, in its namespace unless another is named."""
    with reporting(call, input_object):
        home = _opened(call, namespace or input_object.namespace)
        with home.reading():
            found = home.associators(input_object.path, association, result_class_name)
            made = _objects(call, home, found, () if key_only else None)
        yield from made


@cmdlet("Invoke-CimMethod", reads=_WHERE)
def invoke_cim_method(
    call: CmdletCall,
    method_name: str,
    class_name: str | None = None,
    namespace: str | None = None,
    arguments: Hashtable | None = None,
    input_object: CimObject | None = None,
    query: str | None = None,
    cim_class: PSObject | None = None,
) -> Iterator[PSObject]:
    """Call a method of an instance, of each instance of a query, or of a class."""
    if cim_class is not None:
        class_name, namespace = _named_class(call, cim_class)
    place = input_object.namespace if input_object is not None else namespace
    target = input_object or f"{place or _DEFAULT}:{class_name or query}"
    _require_wql(call)
    with reporting(call, target):
        home = management_of(call).namespace(place or _DEFAULT, calls_method=True)
        receivers: list[Any]
        if input_object is not None:
            receivers = [home.find(input_object.path)]
        elif query is not None:
            receivers = list(home.query(query).instances)
        else:
            receivers = [home.schema.find(class_name or "")]
        for receiver in receivers:
            declaration = receiver.declaration if isinstance(receiver, Instance) else receiver
            declared = declaration.method(method_name)
            if receiver is declaration and not declared.is_static:
                raise InvalidMethod(f"{declared.name} is a method of the instances of {declaration.name}")
            if call.should_process(str(target), f"Invoke-CimMethod: {declared.name}"):
                given = _arguments(declared, arguments or {})
                result = home.invoke(receiver, declared.name, given, call.engine.find_service(Account))
                # Win32_Process.Terminate may have ended this process.
                call.engine.check_stopped()
                yield _result(call, home, declared, result.return_value, result.out)


def _arguments(declared: MethodDeclaration, given: Hashtable | Mapping[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in given.items():
        parameter = declared.parameter(str(name))
        plain = from_script(value)
        if parameter is not None and parameter.type is CimType.REFERENCE:
            plain = [_path(each) for each in plain] if isinstance(plain, list) else _path(plain)
        found[str(name)] = plain
    return found


def _path(value: Any) -> Any:
    return value.path if isinstance(value, Instance) else value


def _result(
    call: CmdletCall, home: Namespace, declared: MethodDeclaration, returned: Any, out: Mapping[str, Any]
) -> PSObject:
    pairs: list[tuple[str, Any]] = [
        (each.name, _answer(call, home, each.type, out.get(each.name)))
        for each in declared.parameters
        if each.is_out
    ]
    if returned is not None:
        pairs.append(("ReturnValue", number_of_type(declared.return_type, returned)))
    pairs.append(("PSComputerName", None))
    return PSObject.custom(pairs, (f"{NAMESPACE}.CimMethodResult",))


def _answer(call: CmdletCall, home: Namespace, kind: CimType, value: Any) -> Any:
    if isinstance(value, list):
        return PSArray(_answer(call, home, kind, each) for each in value)
    if isinstance(value, ObjectPath):
        value = home.find(value)
    if isinstance(value, Instance):
        return _objects(call, home, [value])[0]
    return value if value is None else number_of_type(kind, value)


@cmdlet("New-CimInstance", reads=_WHERE)
def new_cim_instance(
    call: CmdletCall,
    class_name: str | None = None,
    property: Hashtable | None = None,
    namespace: str | None = None,
    key: list[str] | None = None,
    client_only: bool = False,
    cim_class: PSObject | None = None,
) -> Iterator[CimObject]:
    """Make an instance, with -ClientOnly in the script alone."""
    if cim_class is not None:
        class_name, namespace = _named_class(call, cim_class)
    with reporting(call, class_name):
        if client_only:
            given = _client_instance(call, class_name or "", namespace, property or Hashtable(), key or [])
            made = CimObject(given, None, call.engine)
            # Of the class of the machine it has the types, and no property that was not given.
            names = {str(name).lower() for name in property or ()}
            made.values = {name: value for name, value in made.values.items() if name.lower() in names}
            yield made
            return
        home = _opened(call, namespace, writes=True)
        declaration = home.schema.find(class_name or "")
        given = ValueInstance(declaration, _plain(property or {}), namespace=home.name, server=home.server)
        if call.should_process(declaration.name):
            yield from _objects(call, home, [home.create(given)])


def _named_class(call: CmdletCall, cim_class: Any) -> tuple[str, str]:
    """The names of a class that Get-CimClass gave, and of its namespace. Raises PSError for anything else."""
    if not isinstance(cim_class, PSObject) or cim_class.note("CimClassName") is None:
        raise call.failure(
            "System.Management.Automation.ParameterBindingException",
            f"Cannot bind parameter 'CimClass'. Cannot convert value \"{to_text(cim_class)}\" to type "
            f'"{NAMESPACE}.CimClass".',
            "CannotConvertArgumentNoMessage",
            "InvalidArgument",
        )
    return to_text(cim_class.note("CimClassName")), to_text(cim_class.note("NameSpace"))


def _client_instance(
    call: CmdletCall, class_name: str, namespace: str | None, given: Hashtable, keys: list[str]
) -> ValueInstance:
    """Of the class of that name, if the machine has it; nobody asks the machine for another."""
    try:
        home = _opened(call, namespace)
        declaration = home.schema.find(class_name)
    except (InvalidClass, InvalidNamespace):
        declaration = class_of_values(class_name, {str(name): value for name, value in given.items()}, keys)
        return ValueInstance(declaration, _plain(given), namespace=namespace or _DEFAULT)
    return ValueInstance(declaration, _plain(given), namespace=home.name, server=home.server)


@cmdlet("Set-CimInstance", reads=_WHERE)
def set_cim_instance(
    call: CmdletCall,
    input_object: CimObject | None = None,
    property: Hashtable | None = None,
    query: str | None = None,
    namespace: str | None = None,
    pass_thru: bool = False,
) -> Iterator[CimObject]:
    """Change an instance to what the script set in it, or to the properties that are given."""
    with reporting(call, input_object or query):
        home = _opened(call, input_object.namespace if input_object is not None else namespace, writes=True)
        targets = [home.find(input_object.path)] if input_object is not None else _writable(home, query or "")
        for target in targets:
            values = (
                {}
                if input_object is None
                else {name: input_object.values[name] for name in input_object.changed}
            )
            values |= _plain(property or {})
            if call.should_process(str(target.path)):
                changed = home.put(target, ValueInstance(target.declaration, values))
                if pass_thru:
                    yield from _objects(call, home, [changed])


@cmdlet("Remove-CimInstance", reads=_WHERE)
def remove_cim_instance(
    call: CmdletCall,
    input_object: CimObject | None = None,
    query: str | None = None,
    namespace: str | None = None,
) -> None:
    """Remove instances."""
    with reporting(call, input_object or query):
        home = _opened(call, input_object.namespace if input_object is not None else namespace, writes=True)
        targets = [home.find(input_object.path)] if input_object is not None else _writable(home, query or "")
        for target in targets:
            if call.should_process(str(target.path)):
                home.delete(target)


def _writable(home: Namespace, query: str) -> list[Any]:
    return [home.find(each.path) for each in home.query(query).instances]


def _plain(given: Hashtable | Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): from_script(value) for name, value in given.items()}


@cmdlet("Get-CimClass", reads=_WHERE)
def get_cim_class(
    call: CmdletCall,
    class_name: str | None = None,
    namespace: str | None = None,
    method_name: str | None = None,
    property_name: str | None = None,
) -> Iterator[PSObject]:
    """The classes of a name or pattern, and that have a method or a property of a pattern."""
    from emulator.powershell.dotnet.regex import like

    def fits(declaration: ClassDeclaration) -> bool:
        return all(
            pattern is None or any(like(one.name, pattern) for one in members)
            for pattern, members in (
                (method_name, declaration.methods),
                (property_name, declaration.properties),
            )
        )

    with reporting(call, f"{namespace or _DEFAULT}:{class_name}"):
        home = _opened(call, namespace)
        pattern = class_name or "*"
        if "*" not in pattern and "?" not in pattern:
            found = home.schema.find(pattern)
            if fits(found):
                yield _class(home, found)
            return
        for name in home.schema.names():
            if like(name, pattern) and fits(found := home.schema.find(name)):
                yield _class(home, found)


def _class(home: Namespace, declaration: ClassDeclaration) -> PSObject:
    properties = NamedItems(
        PSObject.custom(
            (("Name", each.name), ("CimType", each.type.value)), (f"{NAMESPACE}.CimPropertyDeclaration",)
        )
        for each in declaration.properties
    )
    methods = NamedItems(
        PSObject.custom(
            (
                ("Name", each.name),
                ("ReturnType", each.return_type.value),
                ("Parameters", PSArray(parameter.name for parameter in each.parameters)),
            ),
            (f"{NAMESPACE}.CimMethodDeclaration",),
        )
        for each in declaration.methods
    )
    return PSObject.custom(
        (
            ("CimClassName", declaration.name),
            ("CimSuperClassName", declaration.superclass),
            ("CimClassProperties", properties),
            ("CimClassMethods", methods),
            ("NameSpace", home.name),
        ),
        (f"{NAMESPACE}.CimClass",),
    )
