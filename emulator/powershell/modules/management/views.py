"""How items of the file system, drives and locations are shown."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.format.controls import in_frame
from emulator.powershell.format.views import Column, View, table


def _folder(item: Any) -> str:
    if isinstance(item, PSObject):
        parent = item.note("PSParentPath")
        if isinstance(parent, str):
            return parent.rpartition("::")[2]
    folder = str(unwrap(item).path).rpartition("\\")[0]
    return f"{folder}\\" if folder.endswith(":") else folder


def _written(item: Any) -> str:
    from emulator.powershell.runtime.members import get_property
    from emulator.powershell.runtime.text_operators import format_value

    moment = get_property(item, "LastWriteTime")
    return f"{format_value(moment, 'd'):>10}  {format_value(moment, 't'):>8}"


def _length(item: Any) -> Any:
    from emulator.powershell.dotnet.library.file_objects import DirectoryInfo
    from emulator.powershell.runtime.members import get_property

    if isinstance(unwrap(item), DirectoryInfo) or _read(item, "PSIsContainer") is True:
        return ""
    return get_property(item, "Length")


def _read(item: Any, name: str) -> Any:
    """A property, of an object of this computer or of another one; None without it."""
    from emulator.powershell.runtime.members import MISSING, get_property

    found = get_property(item, name)
    return None if found is MISSING else found


def _working_set(process: Any) -> Any:
    size = _read(process, "WorkingSet64")
    return "" if size is None else int(size) >> 10


def _seconds(process: Any) -> str:
    seconds = _read(process, "CPU")
    return "" if seconds is None else f"{float(seconds):,.2f}"


def _gigabytes(drive: Any, name: str) -> str:
    from emulator.powershell.runtime.text_operators import format_value

    size = _read(drive, name)
    return "" if size is None else format_value(int(size) / (1 << 30), "###0.00")


def _current(drive: Any) -> str:
    location = drive.provider.engine.paths.location
    if location.drive is not drive:
        return ""
    return str(location.path[len(drive.root.rstrip("\\")) :].strip("\\"))


def _key_name(key: Any) -> str:
    return str(unwrap(key).path).rpartition("\\")[2]


def _key_values(key: Any) -> str:
    """The values of a key as a list shows them, one a line."""
    base = unwrap(key)
    try:
        held = base.values
    except NetError:
        return ""
    values = [(name or "(default)", base.provider.shown(kind, data)) for name, kind, data in held]
    width = max((len(name) for name, _ in values), default=0)
    return "\r\n".join(f"{name:{width}} : {_value_text(value)}" for name, value in values)


def _value_text(value: Any) -> str:
    from emulator.powershell.runtime.conversion import items_of, to_text

    if isinstance(value, list | bytearray):
        return (
            "{" + ", ".join(to_text(one) for one in items_of(value)[:4]) + ("...}" if len(value) > 4 else "}")
        )
    return to_text(value)


def _ping_address(value: Any) -> Any:
    return value.dynamic_property("ProtocolAddress", None)


VIEWS: tuple[View, ...] = (
    table(
        "System.Management.ManagementObject#root\\cimv2\\Win32_PingStatus",
        columns=(
            Column("Source", "__SERVER", 13),
            Column("Destination", "Address", 15),
            Column("IPV4Address", _ping_address, 16),
            Column("IPV6Address", lambda _value: None, 40),
            Column("Bytes", "BufferSize", 8),
            Column("Time(ms)", "ResponseTime", 9),
        ),
    ),
    table(
        "System.Diagnostics.ProcessModule",
        columns=(
            Column("Size(K)", lambda module: int(_read(module, "ModuleMemorySize") or 0) >> 10, 10, "right"),
            Column("ModuleName", "ModuleName", 50),
            Column("FileName", "FileName"),
        ),
    ),
    table(
        "System.Diagnostics.FileVersionInfo",
        columns=(
            Column("ProductVersion", "ProductVersion", 16),
            Column("FileVersion", "FileVersion", 16),
            Column("FileName", "FileName"),
        ),
    ),
    table(
        "System.IO.FileInfo",
        "System.IO.DirectoryInfo",
        columns=(
            Column("Mode", "Mode", 7),
            Column("LastWriteTime", _written, 26, "right"),
            Column("Length", _length, 14, "right"),
            Column("Name", "Name"),
        ),
        group_by=Column("Directory", _folder, heading=in_frame("Directory", _folder)),
        wrap=True,
    ),
    table(
        "System.Diagnostics.Process",
        columns=(
            Column("Handles", lambda _p: "", 7, "right"),
            Column("NPM(K)", lambda _p: "", 7, "right"),
            Column("PM(K)", lambda _p: "", 8, "right"),
            Column("WS(K)", _working_set, 10, "right"),
            Column("CPU(s)", _seconds, 10, "right"),
            Column("Id", "Id", 6, "right"),
            Column("SI", "SI", 3, "right"),
            Column("ProcessName", "ProcessName"),
        ),
    ),
    table(
        "System.Management.ManagementClass",
        columns=(
            Column("Name", "Name", 35),
            Column("Methods", "Methods", 20),
            Column("Properties", "Properties"),
        ),
        group_by=Column("NameSpace", "NameSpace"),
    ),
    table(
        "System.Management.ManagementObject#root\\cimv2\\Win32_QuickFixEngineering",
        columns=(
            Column("Source", "__SERVER", 13),
            Column("Description", "Description", 16),
            Column("HotFixID", "HotFixID", 13),
            Column("InstalledBy", "InstalledBy", 20),
            Column("InstalledOn", "InstalledOn", 25),
        ),
    ),
    table(
        "Microsoft.Win32.RegistryKey",
        columns=(Column("Name", _key_name, 30), Column("Property", _key_values)),
        group_by=Column("Hive", _folder, heading=in_frame("Hive", _folder)),
        wrap=True,
    ),
    table("System.Management.Automation.PathInfo", columns=(Column("Path", "Path"),)),
    table(
        "System.Management.Automation.PSDriveInfo",
        columns=(
            Column("Name", "Name", 10),
            Column("Used (GB)", lambda d: _gigabytes(d, "Used"), 13, "right"),
            Column("Free (GB)", lambda d: _gigabytes(d, "Free"), 13, "right"),
            Column("Provider", lambda d: d.provider.name, 13),
            Column("Root", "Root", 35),
            Column("CurrentLocation", _current, 0, "right"),
        ),
    ),
    table(
        "System.Management.Automation.ProviderInfo",
        columns=(
            Column("Name", "Name", 20),
            Column("Capabilities", "Capabilities", 52),
            Column("Drives", "Drives"),
        ),
    ),
)
