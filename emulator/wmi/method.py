"""Calls of CIM methods: arguments checked against the schema, results in the schema's order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from emulator.cim import cim_xml
from emulator.cim.errors import CimError, InvalidMethodParameters, TypeMismatch
from emulator.cim.instance import Instance, ValueInstance
from emulator.cim.object_path import ObjectPath
from emulator.cim.types import CimType, check_value
from emulator.host.errors import InvalidParameter

if TYPE_CHECKING:
    from emulator.cim.declaration import MethodDeclaration, ParameterDeclaration
    from emulator.cim.types import CimScalar, CimValue
    from emulator.host.security.accounts import Account
    from emulator.host.storage.filesystem import Filesystem
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import ViewInstance

Kind = TypeVar("Kind")

#: Most elements an array argument may have; bounds what one call can make the host do.
MAXIMUM_ARRAY_LENGTH = 4096


class EmbeddedInstanceError(Exception):
    """An embedded instance could not be read; the provider answers with a return value, not with a fault."""

    def __init__(self, parameter: str, reason: CimError) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class MethodResult:
    """What a method answered: its return value and every out parameter, in the schema's order."""

    return_value: CimValue
    out: dict[str, CimValue] = field(default_factory=dict)


class Arguments:
    """The in-parameters of one call, checked against the declaration; absent ones read as None."""

    __slots__ = ("_values", "caller", "method", "namespace")

    def __init__(
        self,
        namespace: Namespace,
        method: MethodDeclaration,
        values: dict[str, CimValue],
        caller: Account | None = None,
    ) -> None:
        self.caller = caller
        self.namespace = namespace
        self.method = method
        self._values = values

    @property
    def files(self) -> Filesystem:
        """The machine's files with the rights of the caller: a provider works in his name."""
        return self.namespace.host.filesystem.seen_by(self.caller)

    def get(self, name: str) -> CimValue:
        """The value of a declared in-parameter, None when it was not given."""
        return self._values.get(name)

    def integer(self, name: str) -> int | None:
        """The value of an integer parameter."""
        value = self._values.get(name)
        return value if isinstance(value, int) else None

    def text(self, name: str) -> str | None:
        """The value of a string parameter."""
        value = self._values.get(name)
        return value if isinstance(value, str) else None

    def required_text(self, name: str) -> str:
        """The value of a string parameter that must be given and not be empty. Raises InvalidParameter."""
        found = self.text(name)
        if not found:
            raise InvalidParameter(f"{name} is missing.")
        return found

    def truth(self, name: str) -> bool | None:
        """The value of a boolean parameter."""
        value = self._values.get(name)
        return value if isinstance(value, bool) else None

    def integers(self, name: str) -> list[int]:
        """The elements of an array of integers; empty when it was not given."""
        return [value for value in self._sequence(name) if isinstance(value, int)]

    def target(self, name: str) -> ViewInstance[object] | None:
        """The instance that a reference names, None when it was not given. Raises NotFound, InvalidClass."""
        value = self._values.get(name)
        return self.namespace.find(value) if isinstance(value, ObjectPath) else None

    def named(self, name: str, kind: type[Kind], what: str) -> Kind:
        """The object that a reference names. Raises InvalidParameter when it is not ``what`` ('a virtual
        machine'), NotFound, InvalidClass."""
        target = self.target(name)
        if target is None or not isinstance(target.item, kind):
            raise InvalidParameter(f"{name} does not name {what}.")
        return target.item

    def targets(self, name: str) -> list[ViewInstance[object]]:
        """The instances that an array of references names. Raises NotFound, InvalidClass."""
        return [self.namespace.find(value) for value in self._sequence(name) if isinstance(value, ObjectPath)]

    def embedded(self, name: str) -> ValueInstance | None:
        """The embedded instance that was given."""
        value = self._values.get(name)
        return None if value is None or isinstance(value, list) else self._instance(name, value)

    def embedded_list(self, name: str) -> list[ValueInstance]:
        """The embedded instances of an array; empty when it was not given."""
        found = (self._instance(name, value) for value in self._sequence(name) if value is not None)
        return [each for each in found if each is not None]

    def required_embedded(self, name: str) -> ValueInstance:
        """The embedded instance of a parameter that must be given. Raises InvalidParameter."""
        found = self.embedded(name)
        if found is None:
            raise InvalidParameter(f"{name} is missing.")
        return found

    def required_list(self, name: str) -> list[ValueInstance]:
        """The embedded instances of an array that must hold some. Raises InvalidParameter."""
        found = self.embedded_list(name)
        if not found:
            raise InvalidParameter(f"{name} is missing.")
        return found

    def result(self, return_value: CimValue, **out: Any) -> MethodResult:
        """The method's answer: every declared out parameter, NULL where not given here."""
        names = [parameter.name for parameter in self.method.parameters if parameter.is_out]
        return MethodResult(return_value, {name: out.get(name) for name in names})

    def _instance(self, name: str, value: CimScalar) -> ValueInstance | None:
        """Some parameters are declared as plain text and still hold an instance."""
        if isinstance(value, str):
            value = read_embedded(self.namespace, name, value)
        return value if isinstance(value, ValueInstance) else None

    def _sequence(self, name: str) -> Sequence[CimScalar]:
        value = self._values.get(name)
        return value if isinstance(value, list) else ()


def bind(
    namespace: Namespace,
    method: MethodDeclaration,
    given: Mapping[str, CimValue],
    caller: Account | None = None,
) -> Arguments:
    """Check and convert the arguments of a call.

    Names match without case. Text is converted to the declared type, since the wire carries only text.
    Raises InvalidMethodParameters for an unknown name, TypeMismatch for a value that is not of the type
    (also a reference that does not parse), EmbeddedInstanceError.
    """
    values: dict[str, CimValue] = {}
    for name, value in given.items():
        parameter = method.parameter(name)
        if parameter is None or not parameter.is_in:
            raise InvalidMethodParameters(f"{method.name} has no in-parameter {name[:256]}")
        if value is not None:
            values[parameter.name] = _convert_argument(namespace, parameter, value)
    return Arguments(namespace, method, values, caller)


def _convert_argument(namespace: Namespace, parameter: ParameterDeclaration, value: CimValue) -> CimValue:
    if not parameter.is_array:
        if isinstance(value, list):
            if len(value) != 1:
                raise TypeMismatch(f"{parameter.name} takes one value")
            value = value[0]
        return _convert(namespace, parameter, value)
    elements = value if isinstance(value, list) else [value]
    if len(elements) > MAXIMUM_ARRAY_LENGTH:
        raise InvalidMethodParameters(f"{parameter.name} has more than {MAXIMUM_ARRAY_LENGTH} elements")
    return [_convert(namespace, parameter, element) for element in elements]


def _convert(namespace: Namespace, parameter: ParameterDeclaration, value: CimScalar) -> CimScalar:
    if value is None:
        return None
    # A reference first: RemoveFeatureSettings declares its references with EmbeddedInstance as well.
    if parameter.type is CimType.REFERENCE and isinstance(value, str):
        return ObjectPath.parse(value)
    if parameter.type is not CimType.REFERENCE and (
        parameter.embedded_as is not None or parameter.type is CimType.OBJECT
    ):
        return _convert_embedded(namespace, parameter, value)
    try:
        return check_value(parameter.type, value)
    except TypeMismatch as error:
        raise TypeMismatch(f"{parameter.name}: {error}") from None


def _convert_embedded(namespace: Namespace, parameter: ParameterDeclaration, value: CimScalar) -> CimScalar:
    """The instance inside an embedded-instance argument; text is CIM-XML (DSP0201 3.2.4)."""
    if isinstance(value, Instance):
        return value if isinstance(value, ValueInstance) else _copied(value)
    if not isinstance(value, str):
        raise TypeMismatch(f"{parameter.name} takes an embedded instance")
    return read_embedded(namespace, parameter.name, value)


def _copied(instance: Instance) -> ValueInstance:
    """The values of an instance as they are now."""
    values = {each.name: instance.value(each.name) for each in instance.declaration.properties}
    return ValueInstance(instance.declaration, values, instance.namespace, instance.server)


def read_embedded(namespace: Namespace, parameter: str, text: str) -> ValueInstance | None:
    """The instance that a text holds, None for an empty text. Raises EmbeddedInstanceError."""
    if not text.strip():
        return None
    try:
        return cim_xml.parse_instance(text, namespace.schema)
    except CimError as error:
        raise EmbeddedInstanceError(parameter, error) from error


def refusal(method: MethodDeclaration, code: int) -> MethodResult:
    """The answer of a method that did nothing: the code, and every out parameter NULL."""
    return MethodResult(code, {each.name: None for each in method.parameters if each.is_out})
