"""What the cmdlets need of WMI. The process that runs the script gives it as a service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from emulator.cim.declaration import ClassDeclaration
from emulator.cim.instance import Instance
from emulator.cim.object_path import ObjectPath
from emulator.cim.schema import Schema
from emulator.cim.types import CimValue
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated

DEFAULT_NAMESPACE = "root/cimv2"
_LOCAL = frozenset({"localhost", ".", "127.0.0.1", "::1", ""})


class QueryAnswer(Protocol):
    """What a query gave: instances, or classes; `properties` are the selected ones, None for all."""

    @property
    def instances(self) -> Sequence[Instance]: ...
    @property
    def properties(self) -> tuple[str, ...] | None: ...


class MethodAnswer(Protocol):
    """The return value and the out parameters of a method."""

    @property
    def return_value(self) -> CimValue: ...
    @property
    def out(self) -> dict[str, CimValue]: ...


class CimNamespace(Protocol):
    """One namespace of the machine. Errors are those of `emulator.cim.errors`."""

    name: str
    schema: Schema

    @property
    def server(self) -> str: ...
    def reading(self) -> AbstractContextManager[Any]: ...
    def find(self, path: ObjectPath | str) -> Any: ...
    def query(self, text: str) -> QueryAnswer: ...
    def associators(
        self, path: ObjectPath | str, association_class: str | None = None, result_class: str | None = None
    ) -> Sequence[Instance]: ...
    def invoke(
        self, target: Any, method: str, arguments: Mapping[str, CimValue], caller: Any = None
    ) -> MethodAnswer: ...
    def put(self, target: Any, given: Any) -> Instance: ...
    def create(self, given: Any) -> Instance: ...
    def delete(self, target: Any) -> None: ...


class ManagementInstrumentation(Protocol):
    """WMI of the machine as the account of the process sees it."""

    account: Any

    def namespace(self, name: str, *, calls_method: bool = False) -> CimNamespace:
        """The namespace of this name. Raises InvalidNamespace, AccessDenied."""
        ...


def instrumentation(call: CmdletCall) -> ManagementInstrumentation:
    """The service of this session."""
    return call.service(ManagementInstrumentation)  # type: ignore[type-abstract] # a protocol is the key


def require_local(call: CmdletCall, computers: Sequence[str] | str | None) -> None:
    """Refuse names of other computers: no other computer is emulated."""
    names = [computers] if isinstance(computers, str) else list(computers or ())
    own = call.engine.machine.computer_name.lower()
    if any(name.lower() not in _LOCAL and name.partition(".")[0].lower() != own for name in names):
        raise call.complete(not_emulated(f"{call.name} of another computer"))


def select_query(class_name: str, properties: Sequence[str] | None, condition: str | None) -> str:
    """The WQL query that -ClassName, -Property and -Filter stand for."""
    parts = ["SELECT", ", ".join(properties or ("*",)), "FROM", class_name]
    return " ".join([*parts, "WHERE", condition] if condition else parts)


def class_of(declaration: ClassDeclaration, namespace: str, separator: str) -> list[str]:
    """The names under which PowerShell knows instances of a class: with the namespace, then without."""
    place = namespace.replace("/", separator)
    return [
        *(f"{place}{separator}{name}" for name in declaration.derivation),
        *declaration.derivation,
    ]
