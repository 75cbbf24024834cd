"""The system classes, which every namespace has: namespaces in it, providers, security."""

from emulator.wmi.system.namespaces import ChildNamespace, ThisNamespace
from emulator.wmi.system.providers import RegisteredProvider
from emulator.wmi.system.security import SystemSecurity

VIEWS = (ChildNamespace, RegisteredProvider, SystemSecurity, ThisNamespace)

__all__ = ["VIEWS"]
