"""kernel32.dll: the version of the system and its memory (sysinfoapi.h, winnt.h)."""

from __future__ import annotations

from emulator.host import Host
from emulator.powershell.csharp.native_functions import INVALID_PARAMETER, BothForms, Function, NativeCall

_PLATFORM_NT = 2
_TEXT = 128
_MEMORY_STATUS = 64
_INSUFFICIENT_BUFFER = 122


def _version(call: NativeCall) -> int:
    """GetVersionEx: OSVERSIONINFO, or OSVERSIONINFOEX when its size says so. Programs without a manifest, to
    which Windows from 8.1 on tells the version of Windows 8, are not told apart: powershell.exe has one."""
    system, address = call.service(Host).operating_system, call.handle(0)
    width = 2 if call.is_wide else 1
    plain = 20 + _TEXT * width
    size = call.memory.read_number(address, 4) if address else 0
    if size not in (plain, plain + 8):
        return call.fail(_INSUFFICIENT_BUFFER)
    major, minor = (int(part) for part in system.version.split(".")[:2])
    for place, value in enumerate((major, minor, system.build, _PLATFORM_NT)):
        call.memory.write_number(address + 4 + 4 * place, value, 4)
    text = call.bytes_of(system.service_pack_text or "")[: _TEXT * width]
    call.memory.write(address + 20, text.ljust(_TEXT * width, b"\0"))
    if size > plain:
        call.memory.write_number(address + plain, system.service_pack, 2)
        call.memory.write_number(address + plain + 2, 0, 2)
        call.memory.write_number(address + plain + 4, 0, 2)
        call.memory.write_number(address + plain + 6, system.edition.product_type, 1)
        call.memory.write_number(address + plain + 7, 0, 1)
    return 1


def _memory(call: NativeCall) -> int:
    """GlobalMemoryStatusEx: physical memory, the paging file that Windows makes by itself, and addresses."""
    system, address = call.service(Host).operating_system, call.handle(0)
    if not address or call.memory.read_number(address, 4) != _MEMORY_STATUS:
        return call.fail(INVALID_PARAMETER)
    total, free = system.total_memory(), system.free_memory()
    paging = total // 8
    addresses = 1 << 47
    call.memory.write_number(address + 4, 100 * (total - free) // total, 4)
    values = (total, free, total + paging, free + paging, addresses, addresses, 0)
    for place, value in enumerate(values):
        call.memory.write_number(address + 8 + 8 * place, value, 8)
    return 1


SYSTEM_INFORMATION: dict[str, Function] = {
    "GetVersionEx": BothForms(_version),
    "GlobalMemoryStatusEx": _memory,
}
