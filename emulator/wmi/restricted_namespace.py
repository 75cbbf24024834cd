"""A Hyper-V namespace as somebody sees it who may not do everything there.

Hyper-V's provider shows such a client only what it may see, so that a list is empty and not refused, and its
methods answer 32769 (access denied).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from emulator.cim.declaration import ClassDeclaration
from emulator.host.authorization import Operation
from emulator.wmi import errors
from emulator.wmi.method import MethodResult, refusal
from emulator.wmi.namespace import Namespace
from emulator.wmi.operation_options import NO_OPTIONS
from emulator.wmi.permissions import needed_to_call, needed_to_see
from emulator.wmi.view import ViewInstance

if TYPE_CHECKING:
    from emulator.cim.instance import Instance
    from emulator.cim.schema import Schema
    from emulator.cim.types import CimValue
    from emulator.host.accounts import Account
    from emulator.wmi.association import Link
    from emulator.wmi.catalog import AnyView
    from emulator.wmi.operation_options import OperationOptions
    from emulator.wmi.service import WmiService


class RestrictedNamespace(Namespace):
    """The part of a namespace that a set of operations allows."""

    def __init__(
        self,
        service: WmiService,
        schema: Schema,
        views: Iterable[type[AnyView]],
        links: Iterable[Link],
        operations: frozenset[Operation],
    ) -> None:
        self._operations = operations
        super().__init__(
            service,
            schema,
            (view for view in views if self._shows(view.class_name)),
            (
                link
                for link in links
                if all(self._shows(end.view.class_name) for end in (link.left, link.right))
            ),
        )

    def invoke(
        self,
        target: Instance | ClassDeclaration,
        method: str,
        arguments: Mapping[str, CimValue],
        caller: Account | None = None,
        options: OperationOptions = NO_OPTIONS,
    ) -> MethodResult:
        declaration = target if isinstance(target, ClassDeclaration) else target.declaration
        declared = declaration.method(method)
        state = next((value for name, value in arguments.items() if name.lower() == "requestedstate"), None)
        operation = needed_to_call(declaration.name, declared.name, state)
        if not self._allows(operation, target, caller):
            return refusal(declared, errors.ACCESS_DENIED)
        return super().invoke(target, method, arguments, caller, options)

    def _allows(
        self, operation: Operation | None, target: Instance | ClassDeclaration, caller: Account | None
    ) -> bool:
        """Consoles ask for each machine: who has connect access to one needs no operation."""
        if operation is None or operation in self._operations:
            return True
        if caller is None:
            return False
        if operation is Operation.ALLOW_INPUT_TO_VIRTUAL_MACHINE and isinstance(target, ViewInstance):
            return self.host.authorization.may_use_console(caller, target.item.vm, operation)
        # The method itself knows whose screen is asked for.
        return operation is Operation.ALLOW_OUTPUT_FROM_VIRTUAL_MACHINE

    def views_of(self, declaration: ClassDeclaration) -> Sequence[AnyView]:
        """The views that may be seen; one that may not is no gap."""
        return self._catalog.views_of(declaration)

    def _shows(self, class_name: str) -> bool:
        return not class_name.startswith("Msvm_") or needed_to_see(class_name) in self._operations
