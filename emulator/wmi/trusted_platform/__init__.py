"""root/cimv2/security/microsofttpm: the Trusted Platform Module of the host."""

from emulator.wmi.association import Link
from emulator.wmi.trusted_platform.module import VIEWS

LINKS: tuple[Link, ...] = ()

__all__ = ["LINKS", "VIEWS"]
