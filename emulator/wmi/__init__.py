"""The host shown as CIM classes: what a WMI client sees of the machine."""

from emulator.wmi.method import MethodResult
from emulator.wmi.namespace import Namespace, QueryResult
from emulator.wmi.service import WmiService

__all__ = ["MethodResult", "Namespace", "QueryResult", "WmiService"]
