"""root/cimv2: Windows itself. A new class is one view here and one line in the table below."""

from emulator.wmi.cimv2 import (
    absent_hardware,
    account,
    board,
    connections,
    console_hardware,
    data_file,
    device,
    disk,
    event_log,
    installation,
    licensing,
    network_adapter,
    performance,
    ping,
    security_setting,
    session,
    shadow_copy,
    share,
)
from emulator.wmi.cimv2.associations import LINKS as FIRST_LINKS
from emulator.wmi.cimv2.computer_system import Bios, ComputerSystem, ComputerSystemProduct
from emulator.wmi.cimv2.environment import Environment
from emulator.wmi.cimv2.feature import OptionalFeature, ServerFeature
from emulator.wmi.cimv2.logical_disk import LogicalDisk
from emulator.wmi.cimv2.operating_system import OperatingSystem, TimeZone
from emulator.wmi.cimv2.process import Process
from emulator.wmi.cimv2.processor import Processor
from emulator.wmi.cimv2.service import Service
from emulator.wmi.default.registry import RegistryProvider

_MODULES = (
    absent_hardware,
    account,
    board,
    connections,
    console_hardware,
    data_file,
    device,
    disk,
    event_log,
    installation,
    licensing,
    network_adapter,
    performance,
    ping,
    security_setting,
    session,
    shadow_copy,
    share,
)
VIEWS = (
    Bios,
    ComputerSystem,
    ComputerSystemProduct,
    Environment,
    LogicalDisk,
    OperatingSystem,
    OptionalFeature,
    Process,
    Processor,
    ServerFeature,
    Service,
    RegistryProvider,
    TimeZone,
    *(view for module in _MODULES for view in module.VIEWS),
)
LINKS = (
    *FIRST_LINKS,
    *account.LINKS,
    *board.LINKS,
    *console_hardware.LINKS,
    *data_file.LINKS,
    *disk.LINKS,
    *installation.LINKS,
    *session.LINKS,
    *shadow_copy.LINKS,
)

__all__ = ["LINKS", "VIEWS"]
