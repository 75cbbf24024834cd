"""root/interop: which profiles of the DMTF the host conforms to.

A new class is one view here and one line in the table below.
"""

from emulator.wmi.association import Link
from emulator.wmi.interop.profiles import Conformance, RegisteredProfile

VIEWS = (Conformance, RegisteredProfile)
LINKS: tuple[Link, ...] = ()

__all__ = ["LINKS", "VIEWS"]
