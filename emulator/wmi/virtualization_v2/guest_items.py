"""Key-value pairs as CIM-XML texts of Msvm_KvpExchangeDataItem, and the methods that change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.cim import cim_xml
from emulator.cim.instance import ValueInstance
from emulator.host.errors import InvalidParameter
from emulator.host.guest.key_value_pairs import PairSource
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.wmi import errors
from emulator.wmi.changes import text_of, value_of
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.arguments import MACHINE
from emulator.wmi.virtualization_v2.base import ServiceView

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emulator.cim.types import CimValue
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult
    from emulator.wmi.namespace import Namespace

#: Who may write: the guest's own pairs are the guest's.
_WRITABLE = (PairSource.HOST, PairSource.HOST_ONLY)


def item_texts(namespace: Namespace, pairs: Mapping[str, str], source: PairSource) -> list[str]:
    """Pairs as CIM-XML."""
    declaration = namespace.schema.find("Msvm_KvpExchangeDataItem")
    fixed: dict[str, CimValue] = {
        "Caption": "Key-Value Pair Exchange Data Item",
        "Description": "Microsoft Key-Value Pair Exchange Data Item",
        "ElementName": "Key-Value Pair Exchange Data Item",
        "Source": int(source),
    }
    return [
        cim_xml.format_instance(
            ValueInstance(declaration, {**fixed, "Name": name, "Data": data}, namespace.name)
        )
        for name, data in pairs.items()
    ]


class KvpMethods(ServiceView):
    """The methods of the management service for pairs; they are done at once, without a job."""

    @wmi_method
    def AddKvpItems(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Add pairs of the host, all or none; a name that exists is refused."""
        return self._change_pairs(arguments, "add")

    @wmi_method
    def ModifyKvpItems(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Change values of pairs of the host, all or none."""
        return self._change_pairs(arguments, "modify")

    @wmi_method
    def RemoveKvpItems(self, _host: Host, arguments: Arguments) -> MethodResult:
        """Remove pairs of the host, all or none."""
        return self._change_pairs(arguments, "remove")

    def _change_pairs(self, arguments: Arguments, action: str) -> MethodResult:
        vm = arguments.named("TargetSystem", VirtualMachine, MACHINE)
        items = arguments.required_list("DataItems")
        changes = [(_source(item), text_of(item, "Name"), text_of(item, "Data"), action) for item in items]
        vm.guest.pairs.change(changes)
        return arguments.result(errors.COMPLETED)


def _source(item: ValueInstance) -> PairSource:
    if not item.declaration.is_a("Msvm_KvpExchangeDataItem"):
        raise InvalidParameter("DataItems holds something else than Msvm_KvpExchangeDataItem.")
    given = value_of(item, "Source")
    source = next((each for each in _WRITABLE if given in (None, int(each))), None)
    if source is None:
        raise InvalidParameter(f"The host cannot write key-value pairs of the source {given!s:.16}.")
    return source
