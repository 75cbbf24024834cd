"""Classes of hardware that the emulated machines do not have: they are there and have no instances."""

from __future__ import annotations

from emulator.wmi.cimv2.base import Win32RowView
from emulator.wmi.rows import Row

#: A server in a rack, reached over the network: no batteries, printers, modems, sound or probes of its own.
CLASSES = (
    "Win32_1394Controller",
    "Win32_Battery",
    "Win32_CurrentProbe",
    "Win32_Fan",
    "Win32_FloppyController",
    "Win32_FloppyDrive",
    "Win32_HeatPipe",
    "Win32_InfraredDevice",
    "Win32_ParallelPort",
    "Win32_PCMCIAController",
    "Win32_PortableBattery",
    "Win32_POTSModem",
    "Win32_Printer",
    "Win32_Refrigeration",
    "Win32_SerialPort",
    "Win32_SoundDevice",
    "Win32_TapeDrive",
    "Win32_TCPIPPrinterPort",
    "Win32_TemperatureProbe",
    "Win32_VoltageProbe",
)


class AbsentHardware(Win32RowView):
    """A class without instances."""

    def rows(self) -> tuple[Row, ...]:
        return ()


VIEWS: tuple[type[AbsentHardware], ...] = tuple(
    type(name.removeprefix("Win32_"), (AbsentHardware,), {"class_name": name, "__doc__": f"No {name}."})
    for name in CLASSES
)
