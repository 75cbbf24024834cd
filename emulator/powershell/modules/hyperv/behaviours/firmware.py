"""Firmware of virtual machines and serial ports: Get- and Set-VMFirmware, -VMBios and -VMComPort."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.host import SECURE_BOOT_TEMPLATES, ComPort, InvalidParameter, NotSupported, VirtualMachine
from emulator.host.virtual_machine.virtual_machine_state import NetworkBootProtocol
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.simple import Guid
from emulator.powershell.modules.hyperv.objects.firmware import Bios, BootSource, Firmware
from emulator.powershell.modules.hyperv.support import chosen_machines, host_of, reporting, should_process
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.module import cmdlet

_BY_MACHINE = ("ComputerName", "VMName", "VM")
#: BootDevice -> place in the boot order of generation 1 (0 floppy, 1 CD, 2 IDE, 3 network).
BOOT_PLACES = {"Floppy": 0, "CD": 1, "IDE": 2, "LegacyNetworkAdapter": 3, "NetworkAdapter": 3, "VHD": 2}


def _require(vm: VirtualMachine, generation: int, what: str) -> None:
    if vm.generation != generation:
        raise NotSupported(f"A generation {vm.generation} virtual machine has no {what}.")


@cmdlet("Get-VMFirmware", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_firmware(call: CmdletCall, _vm_name: object = None) -> Iterator[Firmware]:
    """Firmware of generation 2 machines."""
    for vm in chosen_machines(call, "VMName"):
        with reporting(call):
            _require(vm, 2, "UEFI firmware")
            yield Firmware(vm)


@cmdlet("Set-VMFirmware", reads=_BY_MACHINE)
def set_vm_firmware(
    call: CmdletCall,
    vm_firmware: list[Firmware] | None = None,
    boot_order: list[Any] | None = None,
    first_boot_device: Any = None,
    enable_secure_boot: EnumValue | None = None,
    secure_boot_template: str | None = None,
    secure_boot_template_id: Guid | None = None,
    console_mode: EnumValue | None = None,
    preferred_network_boot_protocol: EnumValue | None = None,
    pause_after_boot_failure: EnumValue | None = None,
    passthru: bool = False,
) -> Iterator[Firmware]:
    """Change boot order and secure boot of generation 2 machines."""
    machines = [one.vm for one in vm_firmware] if vm_firmware is not None else chosen_machines(call, "VMName")
    changes: dict[str, Any] = {}
    if enable_secure_boot is not None:
        changes["secure_boot"] = str(enable_secure_boot) == "On"
    if secure_boot_template_id is not None:
        changes["secure_boot_template_id"] = str(secure_boot_template_id)
    if console_mode is not None:
        changes["console_mode"] = console_mode.number
    if preferred_network_boot_protocol is not None:
        changes["network_boot_protocol"] = NetworkBootProtocol[str(preferred_network_boot_protocol).upper()]
    if pause_after_boot_failure is not None:
        changes["pause_after_boot_failure"] = str(pause_after_boot_failure) == "On"
    for vm in machines:
        if not should_process(call, f'configure the firmware of virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            # One step for everybody else; nothing is written while the lock is held.
            with host_of(call).looking():
                _require(vm, 2, "UEFI firmware")
                wanted = dict(changes)
                if secure_boot_template is not None:
                    wanted["secure_boot_template_id"] = _template(secure_boot_template)
                if boot_order is not None:
                    wanted["boot_devices"] = tuple(_device(one) for one in boot_order)
                elif first_boot_device is not None:
                    first = _device(first_boot_device)
                    rest = [one for one in vm.firmware.boot_entries if one is not first]
                    wanted["boot_devices"] = (first, *rest)
                vm.firmware.configure(**wanted)
            if passthru:
                yield Firmware(vm)


def _device(value: Any) -> Any:
    return value.device if isinstance(value, BootSource) else value


def _template(name: str) -> str:
    for known, identifier in SECURE_BOOT_TEMPLATES.items():
        if known.lower() == name.lower():
            return identifier
    raise InvalidParameter(f'Hyper-V was unable to find a secure boot template with name "{name}".')


@cmdlet("Get-VMBios", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_bios(call: CmdletCall, _vm_name: object = None) -> Iterator[Bios]:
    """BIOS of generation 1 machines."""
    for vm in chosen_machines(call, "VMName"):
        with reporting(call):
            _require(vm, 1, "BIOS")
            yield Bios(vm)


@cmdlet("Set-VMBios", reads=_BY_MACHINE)
def set_vm_bios(
    call: CmdletCall,
    vm_bios: list[Bios] | None = None,
    disable_num_lock: bool = False,
    enable_num_lock: bool = False,
    startup_order: list[EnumValue] | None = None,
    passthru: bool = False,
) -> Iterator[Bios]:
    """Change boot order and num lock of generation 1 machines."""
    machines = [one.vm for one in vm_bios] if vm_bios is not None else chosen_machines(call, "VMName")
    changes: dict[str, Any] = {}
    if enable_num_lock or disable_num_lock:
        changes["num_lock"] = enable_num_lock
    if startup_order is not None:
        changes["boot_order"] = tuple(BOOT_PLACES[str(one)] for one in startup_order)
    for vm in machines:
        if not should_process(call, f'configure the BIOS of virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            _require(vm, 1, "BIOS")
            vm.firmware.configure(**changes)
            if passthru:
                yield Bios(vm)


@cmdlet("Get-VMComPort", reads=(*_BY_MACHINE, "VMSnapshot"))
def get_vm_com_port(call: CmdletCall, number: int | None = None) -> Iterator[ComPort]:
    """Serial ports of machines."""
    for vm in chosen_machines(call, "VMName"):
        with host_of(call).looking():
            ports = list(vm.com_ports)
        yield from (port for port in ports if number in (None, port.number))


@cmdlet("Set-VMComPort", reads=_BY_MACHINE)
def set_vm_com_port(
    call: CmdletCall,
    vm_com_port: list[ComPort] | None = None,
    number: int = 1,
    path: str | None = None,
    debugger_mode: EnumValue | None = None,
    passthru: bool = False,
) -> Iterator[ComPort]:
    """Connect serial ports to a named pipe, or to nothing, and give them to debuggers."""
    is_debugger = None if debugger_mode is None else str(debugger_mode) == "On"
    if vm_com_port is not None:
        targets = [(port.vm, port.number) for port in vm_com_port]
    else:
        targets = [(vm, int(number)) for vm in chosen_machines(call, "VMName")]
    for vm, one in targets:
        if not should_process(call, f'configure COM {one} of virtual machine "{vm.name}".', vm.name):
            continue
        with reporting(call):
            vm.devices.set_com_port(one, path, is_debugger=is_debugger)
            if passthru:
                yield vm.com_ports[one - 1]
