"""Get-WmiObject and the other WMI cmdlets of Microsoft.PowerShell.Management, for the machine itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import (
    CimError,
    InvalidClass,
    InvalidNamespace,
    InvalidQuery,
    LocalCredentials,
    ProviderRefusal,
)
from emulator.cim.instance import ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.host import Host
from emulator.host.neighbourhood import reached_by
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.cim.management import Management
from emulator.powershell.modules.management.wmi_objects import ManagementObject, call_method, handed, taken
from emulator.powershell.modules.management.wmi_types import ManagementClass
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import items_of, to_text
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet
from emulator.signed_numbers import signed32

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.wmi.namespace import Namespace

_CIMV2 = "root/cimv2"
_COM_EXCEPTION = "System.Runtime.InteropServices.COMException"
_RPC_UNAVAILABLE = 0x800706BA
_NO_ANSWER = "The RPC server is unavailable. (Exception from HRESULT: 0x800706BA)"


@contextmanager
def reported(call: CmdletCall, error_id: str, what: str, namespace: str) -> Iterator[None]:
    """Report what WMI refuses as the WMI cmdlets do."""
    try:
        yield
    except CimError as problem:
        text, category = problem.text, "InvalidOperation"
        if isinstance(problem, InvalidClass):
            text, category = f'Invalid class "{what}"', "InvalidType"
        elif isinstance(problem, InvalidNamespace):
            text, category = f'Invalid namespace "{namespace.replace("/", chr(92))}"', "InvalidArgument"
        elif isinstance(problem, InvalidQuery):
            text, category = f'Invalid query "{what}"', "InvalidArgument"
        elif isinstance(problem, LocalCredentials):
            text = text.rstrip()
        elif isinstance(problem, ProviderRefusal) and problem.hresult == _RPC_UNAVAILABLE:
            error_id = error_id.replace("ManagementException", "COMException")
            exception = ExceptionObject(_COM_EXCEPTION, text, hresult=signed32(_RPC_UNAVAILABLE))
            call.error(call.record(exception, error_id=error_id, category=category))
            return
        exception = ExceptionObject("System.Management.ManagementException", text)
        call.error(call.record(exception, error_id=error_id, category=category))


def service_of(call: CmdletCall) -> Management:
    """WMI of the machine. Credentials are refused as WMI itself does, computers that do not answer as DCOM
    does."""
    host = call.service(Host)
    for name in call.get("ComputerName") or ():
        found = reached_by(host, str(name))
        if found is None or not found.power.answers:
            raise ProviderRefusal(_NO_ANSWER, _RPC_UNAVAILABLE)
        if found is not host:
            raise call.complete(not_emulated(f"{call.name} -ComputerName of another computer"))
    if call.get("Credential") is not None:
        raise LocalCredentials
    return call.service(Management)


def select_query(class_name: str, properties: Sequence[str] | None, condition: str | None) -> str:
    """The WQL query that -Class, -Property and -Filter stand for."""
    parts = ["SELECT", ", ".join(properties or ("*",)), "FROM", class_name]
    return " ".join([*parts, "WHERE", condition] if condition else parts)


def _place(call: CmdletCall, given: Any, namespace: str | None) -> str:
    """The namespace of an object that was given, otherwise that of -Namespace."""
    name = given.namespace if isinstance(given, ManagementObject) else call.dereferenced(namespace)
    return str(name).replace("\\", "/")


@cmdlet("Get-WmiObject", reads=("ComputerName", "Credential"))
def get_wmi_object(
    call: CmdletCall,
    class_: str | None = None,
    property: list[str] | None = None,
    filter: str | None = None,
    namespace: str = _CIMV2,
    query: str | None = None,
    list: bool = False,
    recurse: bool = False,
) -> Iterator[Any]:
    """Instances of a class or a query; -List the classes."""
    if recurse:
        raise call.complete(not_emulated("Get-WmiObject -Recurse"))
    place = call.dereferenced(namespace).replace("\\", "/")
    with reported(call, "GetWMIManagementException", query or class_ or "", namespace):
        space = service_of(call).namespace(place)
        if list or (class_ is not None and "*" in class_):
            for name in space.schema.names():
                if like(name, class_ or "*"):
                    yield ManagementClass(space.schema.find(name), space.name, space.server)
            return
        text = query
        if text is None:
            text = select_query(class_ or "", property, filter)
        answer = space.query(text)
        with space.reading():
            found = [
                ManagementObject(call.engine, one, space.name, answer.properties) for one in answer.instances
            ]
        yield from found


@cmdlet("Invoke-WmiMethod", reads=("ComputerName", "Credential"))
def invoke_wmi_method(
    call: CmdletCall,
    name: str,
    class_: str | None = None,
    path: str | None = None,
    argument_list: Any = None,
    namespace: str = _CIMV2,
    input_object: Any = None,
) -> Iterator[Any]:
    """Call a method, with its parameters in alphabetical order as this cmdlet takes them."""
    given = unwrap(input_object)
    place = _place(call, given, namespace)
    with reported(call, "InvokeWMIManagementException", class_ or path or "", place):
        space = service_of(call).namespace(place, calls_method=True)
        if isinstance(given, ManagementObject):
            target: Any = space.find(given.path or given.declaration.name)
        elif path is not None:
            wanted = ObjectPath.parse(path)
            target = space.schema.find(wanted.class_name) if wanted.is_class else space.find(wanted)
        else:
            target = space.schema.find(class_ or "")
        declaration = getattr(target, "declaration", target)
        method = declaration.method(name)
        inputs = sorted((one for one in method.parameters if one.is_in), key=lambda one: one.name.lower())
        arguments = items_of(argument_list) if argument_list is not None else []
        values = {one.name: handed(one, value) for one, value in zip(inputs, arguments, strict=False)}
        if call.should_process(f"{declaration.name} ({method.name})", "Invoke-WmiMethod"):
            yield call_method(call.engine, space, target, method, values)


_UPDATES = ("UpdateOnly", "UpdateOrCreate")


def _require_put_type(call: CmdletCall, put_type: Any, creates: bool) -> None:
    """Refuse a -PutType that does not fit what is put, as 5.1 does: with an exception without a text."""
    wanted = None if put_type is None else to_text(put_type)
    if wanted is None or (wanted == "CreateOnly" if creates else wanted in _UPDATES):
        return
    kind = "System.InvalidOperationException"
    text = "Operation is not valid due to the current state of the object."
    error_id = (
        "CreateOnlyFlagNotSpecifiedWithClassPath" if creates else "NonUpdateFlagSpecifiedWithInstancePath"
    )
    raise call.failure(kind, text, error_id, "InvalidOperation", put_type)


@cmdlet("Set-WmiInstance", reads=("ComputerName", "Credential"))
def set_wmi_instance(
    call: CmdletCall,
    input_object: Any = None,
    path: str | None = None,
    class_: str | None = None,
    arguments: Any = None,
    namespace: str = _CIMV2,
    put_type: Any = None,
) -> Iterator[Any]:
    """Write changed properties back, or make an instance of a class."""
    given = unwrap(input_object)
    place = _place(call, given, namespace)
    table = unwrap(arguments)
    with reported(call, "SetWMIManagementException", class_ or path or "", place):
        space = service_of(call).namespace(place)
        wanted = given.path if isinstance(given, ManagementObject) else (path or class_)
        declaration = _class_of(space, wanted or "")
        _require_put_type(call, put_type, creates=declaration is not None)
        if declaration is not None:
            yield from _made(call, space, declaration, table)
            return
        target = space.find(wanted or "")
        with space.reading():
            one = ManagementObject(call.engine, target, space.name)
        for key, value in table.items() if table is not None else ():
            one.set_dynamic_property(to_text(key), value)
        if call.should_process(str(one), "Set-WmiInstance"):
            changed = space.put(target, one.as_instance())
            with space.reading():
                made = ManagementObject(call.engine, changed, space.name)
            yield made


def _class_of(space: Namespace, path: ObjectPath | str) -> ClassDeclaration | None:
    """The class that a path means when it means no instance; that of a singleton has the one instance."""
    wanted = ObjectPath.parse(path) if isinstance(path, str) else path
    if not wanted.is_class:
        return None
    found = space.schema.find(wanted.class_name)
    return None if found.is_singleton else found


def _made(
    call: CmdletCall, space: Namespace, declaration: ClassDeclaration, table: Any
) -> Iterator[ManagementObject]:
    values = {to_text(key): taken(value) for key, value in table.items()} if table is not None else {}
    given = ValueInstance(declaration, values, namespace=space.name, server=space.server)
    if call.should_process(declaration.name, "Set-WmiInstance"):
        made = space.create(given)
        with space.reading():
            yield ManagementObject(call.engine, made, space.name)


@cmdlet("Remove-WmiObject", reads=("ComputerName", "Credential"))
def remove_wmi_object(
    call: CmdletCall,
    input_object: Any = None,
    path: str | None = None,
    namespace: str = _CIMV2,
) -> None:
    """Remove an instance."""
    given = unwrap(input_object)
    place = _place(call, given, namespace)
    with reported(call, "RemoveWMIManagementException", path or "", place):
        space = service_of(call).namespace(place)
        wanted = given.path if isinstance(given, ManagementObject) else path
        target = space.find(wanted or "")
        if call.should_process(str(target.path), "Remove-WmiObject"):
            space.delete(target)
