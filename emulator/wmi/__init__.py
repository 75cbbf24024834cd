"""The host shown as CIM classes: what a WMI client sees of the machine."""

from emulator.wmi.service import WmiService

__all__ = ["WmiService"]
