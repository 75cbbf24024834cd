"""Win32_Processor: one instance a socket."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TYPE_CHECKING

from emulator.wmi.cimv2.base import Win32View

if TYPE_CHECKING:
    from emulator.profile import Processor as ProcessorFacts
    from emulator.wmi.keys import Keys

_X86, _X64 = 0, 9
#: CIM_Processor.Family by what the model's name holds.
_FAMILIES = (("Xeon", 179), ("Core", 198), ("EPYC", 107), ("Ryzen", 107), ("Opteron", 131))
_UNKNOWN_FAMILY = 2
#: CPUID leaf 1 EDX of current processors, the upper half of ProcessorId.
_FEATURES = {"Intel": 0xBFEBFBFF, "AMD": 0x178BFBFF}


class Processor(Win32View[int]):
    """The processor in a socket, counted from 0.

    The three virtualization flags exist from Server 2012 on and read false while a hypervisor runs (recorded
    Server 2012 host), since it hides them from the parent partition.
    """

    class_name = "Win32_Processor"
    index = ("DeviceID",)
    volatile = frozenset({"LoadPercentage"})
    constants = {
        "Availability": 3,
        "ConfigManagerUserConfig": None,
        "CpuStatus": 1,
        "CreationClassName": "Win32_Processor",
        "ExtClock": 100,
        "PowerManagementSupported": False,
        "ProcessorType": 3,
        "Role": "CPU",
        "Status": "OK",
        "StatusInfo": 3,
        "SystemCreationClassName": "Win32_ComputerSystem",
        "Version": "",
        "L3CacheSpeed": 0,
    }

    def objects(self) -> Iterable[int]:
        return range(self.host.hardware.processor.sockets)

    def by_key(self, keys: Keys) -> int | None:
        text = keys.text("DeviceID").upper().removeprefix("CPU")
        number = int(text) if text.isdecimal() and len(text) < 4 else -1
        return number if 0 <= number < self.host.hardware.processor.sockets else None

    def object_id(self, item: int) -> Hashable:
        return item

    def revision(self, item: int) -> Hashable | None:  # noqa: ARG002  all sockets change together
        return self.host.hypervisor.revision

    @property
    def facts(self) -> ProcessorFacts:
        """The model that every socket holds."""
        return self.host.hardware.processor

    def DeviceID(self, socket: int) -> str:
        return f"CPU{socket}"

    def SocketDesignation(self, socket: int) -> str:
        return f"CPU{socket + 1}"

    def SystemName(self, _socket: int) -> str:
        return self.host.name

    def LoadPercentage(self, _socket: int) -> int:
        """That of all processors together."""
        from emulator.host.windows.performance import processor_usage

        return round(processor_usage(self.host))

    def Name(self, _socket: int) -> str:
        return self.facts.model

    def Caption(self, _socket: int) -> str:
        return self.facts.identifier

    def Description(self, _socket: int) -> str:
        return self.facts.identifier

    def Manufacturer(self, _socket: int) -> str:
        return self.facts.manufacturer

    def Architecture(self, _socket: int) -> int:
        return _X64 if self.facts.architecture == "x64" else _X86

    def AddressWidth(self, _socket: int) -> int:
        return 64 if self.host.operating_system.architecture == "64-bit" else 32

    def DataWidth(self, _socket: int) -> int:
        return 64 if self.facts.architecture == "x64" else 32

    def Family(self, _socket: int) -> int:
        model = self.facts.model
        return next((number for word, number in _FAMILIES if word in model), _UNKNOWN_FAMILY)

    def Level(self, _socket: int) -> int:
        return self.facts.family

    def Revision(self, _socket: int) -> int:
        return self.facts.model_number << 8 | self.facts.stepping

    def ProcessorId(self, _socket: int) -> str:
        return f"{_FEATURES[self.facts.vendor]:08X}{self.facts.signature:08X}"

    def MaxClockSpeed(self, _socket: int) -> int:
        return self.facts.clock_megahertz

    def CurrentClockSpeed(self, _socket: int) -> int:
        return self.facts.clock_megahertz

    def NumberOfCores(self, _socket: int) -> int:
        return self.facts.cores_per_socket

    def NumberOfEnabledCore(self, _socket: int) -> int:
        return self.facts.cores_per_socket

    def NumberOfLogicalProcessors(self, _socket: int) -> int:
        return self.facts.cores_per_socket * self.facts.threads_per_core

    def ThreadCount(self, socket: int) -> int:
        return self.NumberOfLogicalProcessors(socket)

    def L2CacheSize(self, _socket: int) -> int | None:
        return self.facts.level_2_cache // 1024 or None

    def L3CacheSize(self, _socket: int) -> int:
        return self.facts.level_3_cache // 1024

    def VirtualizationFirmwareEnabled(self, _socket: int) -> bool:
        return self.facts.virtualization.usable and not self.host.hypervisor.running

    def VMMonitorModeExtensions(self, _socket: int) -> bool:
        return self.facts.virtualization.supported and not self.host.hypervisor.running

    def SecondLevelAddressTranslationExtensions(self, _socket: int) -> bool:
        return self.facts.slat and not self.host.hypervisor.running
