"""Special hardware that a profile may state: fibre channel ports, graphics processors, assignable devices.

A machine has none of it unless its profile says so.
"""

import datetime
import re
from typing import Annotated, Any, Literal

from emulator.profile.section import Field, Rule, Section
from emulator.profile.values import GIGABYTE, MEGABYTE, Day, Flag, Number, Size, Speed, quoted


def _world_wide_name(value: Any) -> str:
    digits = re.sub(r"[:-]", "", value) if isinstance(value, str) else ""
    if not re.fullmatch(r"[0-9A-Fa-f]{16}", digits):
        raise ValueError(
            f"{quoted(value)} is not a world wide name; write eight bytes such as '21:00:00:24:FF:7A:01:02'"
        )
    return digits.upper()


# Texts, which `re` compiles when somebody writes such a value: doing it at every start would cost 5 ms.
_LOCATION = r"PCIROOT\([0-9A-Fa-f]{1,4}\)(#PCI\([0-9A-Fa-f]{4}\)){1,16}"
_INSTANCE = r"PCI\\VEN_[0-9A-Fa-f]{4}&DEV_[0-9A-Fa-f]{4}[0-9A-Za-z_&]{0,64}(\\[0-9A-Za-z_&]{1,64})?"


def _location_path(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(_LOCATION, value):
        raise ValueError(
            f"{quoted(value)} is not a PCI location path; write one such as 'PCIROOT(20)#PCI(0300)#PCI(0000)'"
        )
    return value.upper()


def _hardware_id(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(_INSTANCE, value):
        raise ValueError(
            f"{quoted(value)} is not a PCI identifier;"
            " write one such as 'PCI\\VEN_10DE&DEV_25B6&SUBSYS_14A910DE'"
        )
    return value.upper()


WorldWideName = Annotated[
    str,
    Rule(
        read=_world_wide_name,
        schema={
            "type": "string",
            "pattern": "^([0-9A-Fa-f]{2}[:-]?){7}[0-9A-Fa-f]{2}$",
            "examples": ["21:00:00:24:FF:7A:01:02"],
        },
    ),
]
LocationPath = Annotated[
    str,
    Rule(read=_location_path, schema={"type": "string", "examples": ["PCIROOT(20)#PCI(0300)#PCI(0000)"]}),
]
HardwareId = Annotated[
    str,
    Rule(
        read=_hardware_id,
        schema={"type": "string", "examples": [r"PCI\VEN_10DE&DEV_25B6&SUBSYS_14A910DE&REV_A1"]},
    ),
]


class FibreChannelPort(Section):
    """A port of a fibre channel host bus adapter."""

    description: str = Field(
        min_length=1,
        max_length=128,
        description="Name of the adapter.",
        examples=["QLogic QLE2692 Fibre Channel Adapter"],
    )
    node_name: WorldWideName = Field(description="World wide node name (WWNN).")
    port_name: WorldWideName = Field(description="World wide port name (WWPN); unique.")
    speed: Speed = Field(default=16 * 10**9, description="Speed in bits per second, e.g. '16 Gbps'.")
    hyper_v_capable: Flag = Field(
        default=True, description="The adapter, its driver and the fabric have NPIV switched on."
    )


class PciDevice(Section):
    """What devices on the PCI Express bus have in common."""

    hardware_id: HardwareId = Field(
        description="Plug and Play identifier; the instance part may be left out."
    )
    location_path: LocationPath | None = Field(
        default=None,
        description="PCI location path; with one the device can be taken from the host and assigned.",
    )
    access_control_services: Flag = Field(
        default=True, description="The bridges above the device have PCI Express access control services."
    )
    mitigations: Flag = Field(
        default=False, description="Its driver brings directives that secure it in a virtual machine."
    )
    low_memory_mapped_io: Size = Field(
        default=0, description="32-bit memory mapped I/O space that it needs in a virtual machine."
    )
    high_memory_mapped_io: Size = Field(
        default=0, description="Memory mapped I/O space above 4 GB that it needs in a virtual machine."
    )


class GraphicsProcessor(PciDevice):
    """A graphics processor (GPU)."""

    name: str = Field(min_length=1, max_length=128, description="Name.", examples=["NVIDIA A16"])
    video_memory: Size = Field(default=4 * GIGABYTE, ge=64 * MEGABYTE, description="Dedicated video memory.")
    directx_version: str = Field(default="12.0", max_length=16, description="DirectX version of the driver.")
    driver_version: str = Field(default="31.0.15.3770", max_length=32, description="Version of the driver.")
    driver_date: Day = Field(
        default=datetime.date(2023, 8, 8), description="Date of the driver.", examples=["2023-08-08"]
    )
    driver_provider: str = Field(default="NVIDIA", max_length=64, description="Who made the driver.")
    remotefx: Flag = Field(
        default=False, description="It can serve RemoteFX 3D video adapters (Server 2012 to 2016)."
    )
    partition_counts: tuple[Annotated[Number, Rule(ge=1, le=256)], ...] = Field(
        default=(),
        max_length=16,
        description="Into how many partitions it can be divided, the most at the start; left out: it cannot.",
        examples=[[1, 2, 4, 8, 16]],
    )


class AssignableDevice(PciDevice):
    """A device that can be assigned to a virtual machine (discrete device assignment)."""

    name: str = Field(
        min_length=1, max_length=128, description="Name.", examples=["Samsung NVMe Controller PM1733"]
    )
    kind: Literal["storage", "network", "display", "other"] = Field(
        default="storage", description="Kind of device."
    )
    location_path: LocationPath = Field(description="PCI location path; unique.")


class DeviceEmulator(Section):
    """A program on the host that emulates a device for virtual machines (flexible I/O device)."""

    id: str = Field(
        pattern="^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
        description="Class identifier of the emulator.",
        examples=["872270e1-a899-4af6-b454-7193634435ad"],
    )
    name: str = Field(min_length=1, max_length=128, description="Name.")
