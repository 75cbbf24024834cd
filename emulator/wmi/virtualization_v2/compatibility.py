"""Whether the machines of one host could run on another, without trying: a blob that one host writes and the
other reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from emulator.cim import cim_xml
from emulator.cim.instance import ValueInstance
from emulator.host.errors import InvalidParameter
from emulator.host.virtual_machine.virtual_machine import VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import VirtualMachineState
from emulator.wmi import errors
from emulator.wmi.view import wmi_method
from emulator.wmi.virtualization_v2.base import ServiceView

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.method import Arguments, MethodResult

NOT_COMPATIBLE = 32784
_FEATURES = (
    "The virtual machine is using processor-specific features not supported on physical computer '{0}'."
)
_VERSION = "The configuration version '{1}' is not supported on physical computer '{0}'."


class CompatibilityMethods(ServiceView):
    """Part of the service that migrates: the management service of root/virtualization, the migration service
    of v2."""

    @wmi_method
    def GetSystemCompatibilityInfo(self, host: Host, arguments: Arguments) -> MethodResult:
        """What CheckSystemCompatibilityInfo of another host needs to know; opaque.

        A machine that is off uses no features of the processor yet (documented).
        """
        target = arguments.target("ComputerSystem")
        if target is None:
            raise InvalidParameter("ComputerSystem is missing.")
        vm = target.item if isinstance(target.item, VirtualMachine) else None
        is_off = vm is not None and vm.state is VirtualMachineState.OFF
        facts = {
            "vendor": host.hardware.processor.vendor,
            "family": host.hardware.processor.family,
            "model": host.hardware.processor.model_number,
            "off": is_off,
            "limited": vm is not None and vm.processor.limit_features_for_migration,
            "version": None if vm is None else vm.version,
        }
        return arguments.result(errors.COMPLETED, CompatibilityInfo=list(json.dumps(facts).encode()))

    @wmi_method
    def CheckSystemCompatibilityInfo(self, host: Host, arguments: Arguments) -> MethodResult:
        """Whether a machine of another host could run here: 0, or 32784 with the reasons."""
        try:
            facts = json.loads(bytes(arguments.integers("CompatibilityInfo")))
            vendor, version = str(facts["vendor"]), facts["version"]
            model, is_off, limited = (
                (facts["family"], facts["model"]),
                bool(facts["off"]),
                bool(facts["limited"]),
            )
        except (ValueError, KeyError, TypeError):
            raise InvalidParameter("CompatibilityInfo is not valid.") from None
        processor = host.hardware.processor
        same = vendor == processor.vendor
        if not limited:
            same = same and model == (processor.family, processor.model_number)
        known = not version or version in host.release.configuration_versions
        reasons = [
            text.format(host.name, version)
            for text, fits in ((_FEATURES, same or is_off), (_VERSION, known))
            if not fits
        ]
        return arguments.result(
            NOT_COMPATIBLE if reasons else errors.COMPLETED,
            Reasons=[self.reason(each) for each in reasons],
        )

    def reason(self, text: str) -> str:
        """An Msvm_Error as CIM-XML, as FormatError takes it."""
        values = {"ErrorSource": self.host.name, "Message": text}
        declaration = self.namespace.schema.find("Msvm_Error")
        return cim_xml.format_instance(ValueInstance(declaration, values, self.namespace.name))
