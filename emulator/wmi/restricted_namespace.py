"""A Hyper-V namespace as somebody sees it who may not do everything there.

Hyper-V's provider shows such a client only what it may see, so that a list is empty and not refused, and its
methods answer 32769 (access denied).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.cim.declaration import ClassDeclaration
from emulator.cim.errors import NotFound
from emulator.host.security.authorization import Operation
from emulator.wmi import errors
from emulator.wmi.method import MethodResult, refusal
from emulator.wmi.namespace import Namespace
from emulator.wmi.operation_options import NO_OPTIONS
from emulator.wmi.permissions import needed_to_call, needed_to_see
from emulator.wmi.scopes import machines_named, machines_of
from emulator.wmi.view import ViewInstance

if TYPE_CHECKING:
    from emulator.cim.instance import Instance
    from emulator.cim.schema import Schema
    from emulator.cim.types import CimValue
    from emulator.host.security.accounts import Account
    from emulator.host.virtual_machine.virtual_machine import VirtualMachine
    from emulator.wmi.association import Link
    from emulator.wmi.catalog import AnyView
    from emulator.wmi.keys import Keys
    from emulator.wmi.operation_options import OperationOptions
    from emulator.wmi.planner import QueryResult
    from emulator.wmi.service import WmiService


class RestrictedNamespace(Namespace):
    """The part of a namespace that somebody's operations allow; they may differ from scope to scope."""

    def __init__(
        self,
        service: WmiService,
        schema: Schema,
        views: Iterable[type[AnyView]],
        links: Iterable[Link],
        scopes: Mapping[str, frozenset[Operation]],
    ) -> None:
        #: What may be done with the machines of each scope, in lower case; "" is for all else.
        self._scopes = scopes
        self._operations = frozenset().union(*scopes.values())
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
        with self.host.looking():
            machines = machines_named(self.host, arguments.values())
            if not isinstance(target, ClassDeclaration):
                machines += machines_of(target)
            if not self._allows(operation, machines, target, caller):
                return refusal(declared, errors.ACCESS_DENIED)
            return super().invoke(target, method, arguments, caller, options)

    def _allows(
        self,
        operation: Operation | None,
        machines: list[VirtualMachine],
        target: Instance | ClassDeclaration,
        caller: Account | None,
    ) -> bool:
        """Consoles ask for each machine: who has connect access to one needs no operation."""
        if operation is None:
            return True
        scopes = {vm.scope_of_residence for vm in machines} or {""}
        if all(operation in self._of(scope) for scope in scopes):
            return True
        if caller is None:
            return False
        if operation is Operation.ALLOW_INPUT_TO_VIRTUAL_MACHINE and isinstance(target, ViewInstance):
            return self.host.authorization.may_use_console(caller, target.item.vm, operation)
        # The method itself knows whose screen is asked for.
        return operation is Operation.ALLOW_OUTPUT_FROM_VIRTUAL_MACHINE

    def _of(self, scope: str) -> frozenset[Operation]:
        return self._scopes.get(scope.casefold(), self._scopes[""])

    # -- what is seen -----------------------------------------------------------------------------

    def instances(self, class_name: str) -> Sequence[Instance]:
        with self.host.looking():
            return self._visible(super().instances(class_name))

    def associators(self, *arguments: Any, **named: Any) -> Sequence[Instance]:
        with self.host.looking():
            return self._visible(super().associators(*arguments, **named))

    def references(self, *arguments: Any, **named: Any) -> Sequence[Instance]:
        with self.host.looking():
            return self._visible(super().references(*arguments, **named))

    def query(self, text: str) -> QueryResult:
        with self.host.looking():
            found = super().query(text)
            seen = self._visible(found.instances)
            if len(seen) == len(found.instances):
                return found
            return replace(found, instances=seen, cache_key=None)

    def _only(self, declaration: ClassDeclaration, keys: Keys) -> ViewInstance[Any]:
        found = super()._only(declaration, keys)
        if not self._sees(found):
            raise NotFound(f"no {declaration.name} with these keys")
        return found

    def _visible(self, found: Sequence[Instance]) -> Sequence[Instance]:
        if len(self._scopes) == 1:
            return found
        return [each for each in found if self._sees(each)]

    def _sees(self, instance: Instance) -> bool:
        if len(self._scopes) == 1 or not instance.declaration.name.startswith("Msvm_"):
            return True
        needed = needed_to_see(instance.declaration.name)
        return all(needed in self._of(vm.scope_of_residence) for vm in machines_of(instance))

    def views_of(self, declaration: ClassDeclaration) -> Sequence[AnyView]:
        """The views that may be seen; one that may not is no gap."""
        return self._catalog.views_of(declaration)

    def _shows(self, class_name: str) -> bool:
        return not class_name.startswith("Msvm_") or needed_to_see(class_name) in self._operations
