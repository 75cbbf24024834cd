"""Get-CimInstance, Invoke-CimMethod and the other cmdlets of CimCmdlets, for the machine itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from emulator.cim.errors import CimError, InvalidClass, InvalidNamespace, InvalidQuery, NotFound
from emulator.cim.instance import Instance, ValueInstance
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.cim.instrumentation import (
    DEFAULT_NAMESPACE,
    CimNamespace,
    instrumentation,
    require_local,
    select_query,
)
from emulator.powershell.modules.cim.objects import CimInstance, call_method
from emulator.powershell.modules.cim.values import from_net
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, not_emulated
from emulator.powershell.runtime.module import cmdlet

#: Settings of the connection, without meaning for the machine itself.
_IGNORED = ("OperationTimeoutSec", "Shallow", "ResourceUri", "QueryDialect")
_CATEGORIES: dict[type[CimError], str] = {
    InvalidClass: "MetadataError",
    InvalidNamespace: "MetadataError",
    InvalidQuery: "InvalidArgument",
    NotFound: "ObjectNotFound",
}


@contextmanager
def _reported(call: CmdletCall, namespace: str, class_name: str = "") -> Iterator[None]:
    """Report what WMI refuses as CimCmdlets do."""
    try:
        yield
    except CimError as problem:
        call.error(_record(call, problem, namespace, class_name))


def _record(call: CmdletCall, problem: CimError, namespace: str, class_name: str) -> ErrorRecord:
    category = next((one for kind, one in _CATEGORIES.items() if isinstance(problem, kind)), "NotSpecified")
    target = namespace.replace("/", "\\")
    if isinstance(problem, InvalidClass):
        target = f"{target}:{class_name}"
    exception = ExceptionObject("Microsoft.Management.Infrastructure.CimException", problem.text)
    return call.record(
        exception,
        error_id=f"HRESULT 0x{problem.hresult:08x}",
        category=category,
        target=target if category == "MetadataError" else None,
    )


def _name(namespace: str | None) -> str:
    return (namespace or DEFAULT_NAMESPACE).replace("\\", "/")


def _computer(call: CmdletCall, names: Sequence[str] | None) -> str | None:
    """What PSComputerName shows: the name that was asked for, nothing without one."""
    require_local(call, names)
    return str(names[0]) if names else None


def _refuse_sessions(call: CmdletCall) -> None:
    if call.has("CimSession"):
        raise call.complete(not_emulated(f"{call.name} -CimSession"))


def _wrapped(
    call: CmdletCall,
    space: CimNamespace,
    instances: Sequence[Instance],
    selected: tuple[str, ...] | None,
    computer: str | None,
) -> list[CimInstance]:
    with space.reading():
        return [CimInstance(call.engine, one, space.name, selected, computer) for one in instances]


@cmdlet("Get-CimInstance", ignores=_IGNORED)
def get_cim_instance(
    call: CmdletCall,
    class_name: str | None = None,
    namespace: str | None = None,
    filter: str | None = None,
    property: list[str] | None = None,
    query: str | None = None,
    key_only: bool = False,
    input_object: Any = None,
    computer_name: list[str] | None = None,
) -> Iterator[Any]:
    """Instances of a class, of a query, or one again."""
    _refuse_sessions(call)
    computer = _computer(call, computer_name)
    given = unwrap(input_object)
    place = _name(namespace or (given.namespace if isinstance(given, CimInstance) else None))
    with _reported(call, place, class_name or ""):
        space = instrumentation(call).namespace(place)
        if isinstance(given, CimInstance):
            found = space.find(given.path or given.declaration.name)
            yield from _wrapped(call, space, [found], None, computer)
            return
        text = query
        if text is None:
            text = select_query(class_name or "", property, filter)
        answer = space.query(text)
        selected = answer.properties
        if key_only and answer.instances:
            selected = answer.instances[0].declaration.keys
        yield from _wrapped(call, space, answer.instances, selected, computer)


@cmdlet("Get-CimAssociatedInstance", ignores=(*_IGNORED, "KeyOnly"))
def get_cim_associated_instance(
    call: CmdletCall,
    input_object: Any = None,
    association: str | None = None,
    result_class_name: str | None = None,
    namespace: str | None = None,
    computer_name: list[str] | None = None,
) -> Iterator[Any]:
    """What is associated with an instance."""
    _refuse_sessions(call)
    computer = _computer(call, computer_name)
    source = unwrap(input_object)
    if not isinstance(source, CimInstance) or source.path is None:
        return
    place = _name(namespace or source.namespace)
    with _reported(call, place, result_class_name or association or ""):
        space = instrumentation(call).namespace(place)
        found = space.associators(source.path, association, result_class_name)
        yield from _wrapped(call, space, found, None, computer)


@cmdlet("Invoke-CimMethod", ignores=_IGNORED)
def invoke_cim_method(
    call: CmdletCall,
    method_name: str,
    class_name: str | None = None,
    namespace: str | None = None,
    arguments: Any = None,
    input_object: Any = None,
    query: str | None = None,
    computer_name: list[str] | None = None,
) -> Iterator[Any]:
    """Call a method of instances, or a static one of a class."""
    _refuse_sessions(call)
    if call.has("CimClass"):
        raise call.complete(not_emulated("Invoke-CimMethod -CimClass"))
    _computer(call, computer_name)
    given = unwrap(input_object)
    place = _name(namespace or (given.namespace if isinstance(given, CimInstance) else None))
    table = unwrap(arguments)
    values = {
        to_text(key): from_net(value, call.engine)
        for key, value in (table.items() if table is not None else ())
    }
    service = instrumentation(call)
    with _reported(call, place, class_name or ""):
        space = service.namespace(place, calls_method=True)
        targets: list[Any]
        if query is not None:
            targets = list(space.query(query).instances)
        elif isinstance(given, CimInstance):
            targets = [space.find(given.path or given.declaration.name)]
        else:
            targets = [space.schema.find(class_name or "")]
        for target in targets:
            declaration = getattr(target, "declaration", target)
            method = declaration.method(method_name)
            if call.should_process(str(declaration.name), f"Invoke-CimMethod: {method.name}"):
                yield call_method(call.engine, service, space, target, method, values, texts_of_dates=False)


@cmdlet("Set-CimInstance", ignores=_IGNORED)
def set_cim_instance(
    call: CmdletCall,
    input_object: Any = None,
    property: Any = None,
    query: str | None = None,
    namespace: str | None = None,
    pass_thru: bool = False,
    computer_name: list[str] | None = None,
) -> Iterator[Any]:
    """Write changed properties back."""
    _refuse_sessions(call)
    computer = _computer(call, computer_name)
    given = unwrap(input_object)
    place = _name(namespace or (given.namespace if isinstance(given, CimInstance) else None))
    table = unwrap(property)
    with _reported(call, place):
        space = instrumentation(call).namespace(place)
        chosen = [given] if isinstance(given, CimInstance) else []
        if query is not None:
            chosen = _wrapped(call, space, space.query(query).instances, None, computer)
        for one in chosen:
            for key, value in table.items() if table is not None else ():
                one.set_dynamic_property(to_text(key), value)
            if one.path is None or not call.should_process(str(one), "Set-CimInstance"):
                continue
            changed = space.put(space.find(one.path), one.as_instance(call.engine))
            if pass_thru:
                yield from _wrapped(call, space, [changed], None, computer)


@cmdlet("New-CimInstance", ignores=(*_IGNORED, "Key"))
def new_cim_instance(
    call: CmdletCall,
    class_name: str | None = None,
    property: Any = None,
    namespace: str | None = None,
    client_only: bool = False,
    computer_name: list[str] | None = None,
) -> Iterator[Any]:
    """Make an instance, with -ClientOnly one that stays in the session."""
    _refuse_sessions(call)
    if call.has("CimClass"):
        raise call.complete(not_emulated("New-CimInstance -CimClass"))
    computer = _computer(call, computer_name)
    place = _name(namespace)
    table = unwrap(property)
    with _reported(call, place, class_name or ""):
        space = instrumentation(call).namespace(place)
        declaration = space.schema.find(class_name or "")
        values = {
            to_text(key): from_net(value, call.engine)
            for key, value in (table.items() if table is not None else ())
        }
        given = ValueInstance(declaration, values, space.name, space.server)
        if client_only:
            yield CimInstance(call.engine, given, space.name, None, computer)
        elif call.should_process(declaration.name, "New-CimInstance"):
            yield from _wrapped(call, space, [space.create(given)], None, computer)


@cmdlet("Remove-CimInstance", ignores=_IGNORED)
def remove_cim_instance(
    call: CmdletCall,
    input_object: Any = None,
    query: str | None = None,
    namespace: str | None = None,
    computer_name: list[str] | None = None,
) -> None:
    """Remove instances."""
    _refuse_sessions(call)
    _computer(call, computer_name)
    given = unwrap(input_object)
    place = _name(namespace or (given.namespace if isinstance(given, CimInstance) else None))
    with _reported(call, place):
        space = instrumentation(call).namespace(place)
        if query is not None:
            targets = list(space.query(query).instances)
        else:
            targets = [space.find(given.path)] if isinstance(given, CimInstance) and given.path else []
        for target in targets:
            if call.should_process(str(target.path), "Remove-CimInstance"):
                space.delete(target)


@cmdlet("Get-CimClass", ignores=_IGNORED)
def get_cim_class(
    call: CmdletCall,
    class_name: str | None = None,
    namespace: str | None = None,
    method_name: str | None = None,
    property_name: str | None = None,
    computer_name: list[str] | None = None,
) -> Iterator[Any]:
    """The classes of a namespace."""
    _refuse_sessions(call)
    if call.has("QualifierName"):
        raise call.complete(not_emulated("Get-CimClass -QualifierName"))
    _computer(call, computer_name)
    place = _name(namespace)
    with _reported(call, place, class_name or ""):
        space = instrumentation(call).namespace(place)
        pattern = class_name or "*"
        names = [name for name in space.schema.names() if like(name, pattern)]
        if not names and "*" not in pattern:
            space.schema.find(pattern)
        for name in names:
            declared = space.schema.find(name)
            methods = [one.name for one in declared.methods]
            own = [one.name for one in declared.properties]
            if method_name is not None and not any(like(one, method_name) for one in methods):
                continue
            if property_name is not None and not any(like(one, property_name) for one in own):
                continue
            yield PSObject.custom(
                [
                    ("NameSpace", space.name.replace("root", "ROOT", 1)),
                    ("CimClassName", declared.name),
                    ("CimSuperClassName", declared.superclass),
                    ("CimClassMethods", methods),
                    ("CimClassProperties", own),
                ],
                ("Microsoft.Management.Infrastructure.CimClass",),
            )
