"""root/microsoft/windows/smb: the shares that root/cimv2 shows as Win32_Share."""

from emulator.wmi.association import Link
from emulator.wmi.smb.share import VIEWS

LINKS: tuple[Link, ...] = ()

__all__ = ["LINKS", "VIEWS"]
