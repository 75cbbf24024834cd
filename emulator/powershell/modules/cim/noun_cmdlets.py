"""Cmdlets that are made of a CIM class, as CDXML makes those of Windows.

Each of these functions gives one that finds instances by its parameters and shows them, changes them, calls a
method of theirs, or makes one. What a parameter says goes to the property, method argument or option of the
operation that the table names; the rules are those of the machine behind the class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.cim.errors import CimError, NotFound
from emulator.cim.instance import ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.regex import like
from emulator.powershell.modules.cim.added_members import number_of
from emulator.powershell.modules.cim.management import JOB_EXCEPTION, management_of, record_of, reporting
from emulator.powershell.modules.cim.objects import CimObject, from_script
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import CmdletBehaviour, squeeze

if TYPE_CHECKING:
    from emulator.cim.declaration import ClassDeclaration
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.operation_options import OperationOptions

_WILDCARDS = frozenset("*?[")
_INPUT, _PASS_THRU, _STORE, _FORCE = "InputObject", "PassThru", "PolicyStore", "Force"
STANDARD = "root/StandardCimv2"
Names = Mapping[str, str]
Run = Callable[[CmdletCall], Iterator[Any]]


@dataclass(frozen=True)
class Noun:
    """A noun of cmdlets. ``filters`` leads from parameters to the properties by which instances are found;
    ``associated`` names parameters that take an instance with which the wanted ones are associated;
    ``shown`` says which instances are listed without any filter, if not all."""

    class_name: str
    filters: Names = field(default_factory=dict)
    associated: tuple[str, ...] = ()
    namespace: str = STANDARD
    only_if: Callable[[CmdletCall, Any], bool] | None = None


def same_names(*names: str, **others: str) -> dict[str, str]:
    """Parameters that are named as the properties, and others by the property of each."""
    return {**{name: name for name in names}, **others}


def query_cmdlet(name: str, noun: Noun, also: tuple[str, ...] = ()) -> Run:
    """Get-Noun."""

    def run(call: CmdletCall) -> Iterator[Any]:
        for namespace, instance in chosen(call, noun):
            yield shown(call, namespace, instance)

    return _declared(name, run, noun, (*also, *(("Physical",) if noun.only_if else ())))


def change_cmdlet(name: str, noun: Noun, properties: Names, options: Names | None = None) -> Run:
    """Set-Noun: a Put with the properties and options that were given."""
    sent = options or {}

    def change(call: CmdletCall, namespace: Namespace, instance: Any) -> Any:
        declaration = instance.declaration
        values = _values(call, declaration, properties)
        return namespace.put(instance, ValueInstance(declaration, values), _options(call, sent))

    return _changing(name, noun, change, (*properties, *sent))


def method_cmdlet(name: str, noun: Noun, method: str, arguments: Names | None = None) -> Run:
    """A cmdlet that calls a method of each instance."""
    given = arguments or {}

    def invoke(call: CmdletCall, namespace: Namespace, instance: Any) -> Any:
        values = {target: from_script(call.get(each)) for each, target in given.items() if call.has(each)}
        namespace.invoke(instance, method, values)
        try:
            return namespace.find(instance.path)
        except NotFound:
            # It has another name now.
            return instance

    return _changing(name, noun, invoke, tuple(given))


def result_cmdlet(
    name: str,
    noun: Noun,
    method: str,
    arguments: Names | None = None,
    *,
    output: str = "Output",
    labels: str | None = None,
) -> Run:
    """A cmdlet that calls a method of each instance and shows what comes out of it. ``labels`` is the class
    whose properties say what the names of numbers mean, if not the instance's own."""
    given = arguments or {}
    changes = not name.startswith("Get-")

    def run(call: CmdletCall) -> Iterator[Any]:
        for _, found in list(chosen(call, noun)):
            target = shown(call, found.view.namespace, found)
            if changes and not _allowed(call, str(target)):
                continue
            with reporting(call, target):
                namespace = management_of(call).namespace(noun.namespace, writes=changes)
                declaration = found.declaration if labels is None else namespace.schema.find(labels)
                values = _values(call, declaration, given)
                made = namespace.invoke(found, method, values).out.get(output)
                for each in made if isinstance(made, list) else [made]:
                    if each is not None:
                        yield shown(call, namespace, each)

    return _declared(name, run, noun, (*given, _INPUT, _FORCE))


def remove_cmdlet(name: str, noun: Noun, also: tuple[str, ...] = ()) -> Run:
    """Remove-Noun."""

    def delete(call: CmdletCall, namespace: Namespace, instance: Any) -> Any:
        namespace.delete(instance, _options(call, {}))
        return None

    return _changing(name, noun, delete, also)


def create_cmdlet(name: str, class_name: str, properties: Names, options: Names | None = None) -> Run:
    """New-Noun: a Create with the properties and options that were given."""
    noun, sent = Noun(class_name), options or {}

    def run(call: CmdletCall) -> Iterator[Any]:
        with reporting(call, class_name):
            namespace = management_of(call).namespace(noun.namespace, writes=True)
            declaration = namespace.schema.find(class_name)
            values = _values(call, declaration, properties)
            if call.should_process(class_name):
                made = namespace.create(ValueInstance(declaration, values), _options(call, sent))
                yield shown(call, namespace, made)

    return _declared(name, run, noun, (*properties, *sent))


def static_cmdlet(
    name: str,
    class_name: str,
    method: str,
    arguments: Names,
    *,
    output: str = "CmdletOutput",
    namespace: str = STANDARD,
) -> Run:
    """A cmdlet that calls a method of the class; what comes out of it is shown."""
    noun = Noun(class_name, namespace=namespace)

    def run(call: CmdletCall) -> Iterator[Any]:
        with reporting(call, class_name):
            namespace = management_of(call).namespace(noun.namespace, writes=True)
            declaration = namespace.schema.find(class_name)
            declared = declaration.method(method)
            values = {}
            for parameter, target in arguments.items():
                found = declared.parameter(target)
                if call.has(parameter) and found is not None:
                    values[target] = _wire(declaration, target, call.get(parameter))
            if not call.should_process(class_name):
                return
            result = namespace.invoke(declaration, method, values)
            made = result.out.get(output)
            for each in made if isinstance(made, list) else [made]:
                if each is not None:
                    yield shown(
                        call, namespace, namespace.find(each) if isinstance(each, ObjectPath) else each
                    )

    return _declared(name, run, noun, tuple(arguments))


# -- what they are made of ----------------------------------------------------------------------------


def shown(call: CmdletCall, namespace: Namespace, instance: Any) -> CimObject:
    """An instance as an object of the script."""
    with namespace.reading():
        return CimObject(instance, None, call.engine)


def chosen(call: CmdletCall, noun: Noun) -> Iterator[tuple[Namespace, Any]]:
    """The instances that the parameters name; what is named and not there is an error each."""
    try:
        namespace = management_of(call).namespace(noun.namespace)
        found, missing = _found(call, namespace, noun)
    except CimError as problem:
        record = record_of(call, problem, noun.class_name)
        if record is not None:
            call.error(record)
        return
    for parameter, text in missing:
        call.error(_nothing(call, noun, parameter, text))
    for instance in found:
        yield namespace, instance


def _found(call: CmdletCall, namespace: Namespace, noun: Noun) -> tuple[list[Any], list[tuple[str, Any]]]:
    objects = call.get(_INPUT)
    if objects is not None:
        return [namespace.find(each.path) for each in _sequence(objects)], []
    for parameter in noun.associated:
        given = call.get(parameter)
        if given is not None:
            return list(namespace.associators(given.path, result_class=noun.class_name)), []
    with namespace.reading():
        _options(call, {}).check_unread(namespace, noun.class_name)
        found: list[Any] = list(namespace.instances(noun.class_name))
        if noun.only_if is not None:
            found = [each for each in found if noun.only_if(call, each)]
        missing: list[tuple[str, Any]] = []
        for parameter, name in noun.filters.items():
            if not call.has(parameter):
                continue
            kept: list[Any] = []
            for wanted in _sequence(call.get(parameter)):
                matching = [each for each in found if _matches(each, name, wanted)]
                if not matching and not (isinstance(wanted, str) and _WILDCARDS.intersection(wanted)):
                    missing.append((parameter, wanted))
                kept += [each for each in matching if each not in kept]
            found = [each for each in found if each in kept]
        return found, missing


def _matches(instance: Any, name: str, wanted: Any) -> bool:
    value = instance.value(name)
    if isinstance(wanted, str):
        number = number_of(instance.declaration, name, wanted)
        if number is not None:
            return bool(value == number)
        values = value if isinstance(value, list) else [value]
        return any(each is not None and like(str(each), wanted) for each in values)
    return bool(value == from_script(wanted))


def _nothing(call: CmdletCall, noun: Noun, parameter: str, text: Any) -> Any:
    name = noun.filters[parameter]
    return call.record(
        JOB_EXCEPTION,
        f"No {noun.class_name} objects found with property '{name}' equal to '{text}'.  "
        "Verify the value of the property and retry.",
        f"CmdletizationQuery_NotFound_{name}",
        "ObjectNotFound",
        text,
    )


def _changing(
    name: str,
    noun: Noun,
    change: Callable[[CmdletCall, Namespace, Any], Any],
    parameters: tuple[str, ...],
) -> Run:
    def run(call: CmdletCall) -> Iterator[Any]:
        for _, found in list(chosen(call, noun)):
            target = shown(call, found.view.namespace, found)
            if not _allowed(call, str(target)):
                continue
            with reporting(call, target):
                namespace = management_of(call).namespace(noun.namespace, writes=True)
                after = change(call, namespace, namespace.find(found.path))
                if call.get(_PASS_THRU):
                    yield target if after is None else shown(call, namespace, after)

    return _declared(name, run, noun, (*parameters, _PASS_THRU, _INPUT, _FORCE))


def _allowed(call: CmdletCall, target: str) -> bool:
    """-WhatIf and -Confirm; with -Force nobody is asked."""
    if call.get(_FORCE) and not call.options.what_if(call.frame):
        return True
    return call.should_process(target)


def _declared(name: str, run: Run, noun: Noun, parameters: tuple[str, ...]) -> Run:
    """Say which parameters the cmdlet reads; those that it does not are errors when they are given."""
    taken = (*parameters, *noun.filters, *noun.associated, _STORE)
    arguments = {squeeze(each): "" for each in taken}
    run.__cmdlet__ = (CmdletBehaviour(name, run, False, arguments, False, True),)  # type: ignore[attr-defined]
    return run


def _values(call: CmdletCall, declaration: ClassDeclaration, properties: Names) -> dict[str, Any]:
    return {
        target: _wire(declaration, target, call.get(each))
        for each, target in properties.items()
        if call.has(each)
    }


def _wire(declaration: ClassDeclaration, name: str, value: Any) -> Any:
    """A parameter's value as WMI takes it: names of enumerations become their numbers."""
    value = from_script(value)
    # Several names of an enumeration are the sum of their numbers.
    texts = value if isinstance(value, list) else [value]
    if texts and all(isinstance(each, str) for each in texts):
        number = number_of(declaration, name, ", ".join(texts))
        return value if number is None else number
    declared = declaration.find_property(name)
    if isinstance(value, bool) and declared is not None and declared.type.is_integer:
        return int(value)
    return value


def _options(call: CmdletCall, names: Names) -> OperationOptions:
    given = {option: from_script(call.get(each)) for each, option in names.items() if call.has(each)}
    if call.has(_STORE):
        given[_STORE] = str(call.get(_STORE))
    return management_of(call).options(given)


def _sequence(value: Any) -> list[Any]:
    return list(value) if type(value) in LIST_TYPES or isinstance(value, list | tuple) else [value]
