"""systeminfo.exe: the machine, its Windows, and from Server 2012 on what Hyper-V needs."""

from __future__ import annotations

from datetime import datetime

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.options import SHOWN, BadOption, read_options
from emulator.console.programs.refusals import wrong_usage
from emulator.console.programs.tabular import clock_text, csv_line, date_text
from emulator.host import Host

_LABEL_WIDTH = 27
_MEGABYTE = 1 << 20
_SUB_INDENT = " " * 6
Rows = list[tuple[str, list[str]]]


def main(context: Context, tail: str) -> int:
    """`systeminfo [/fo list|csv] [/nh]`. A value of several lines stands below itself, at column 27."""
    try:
        options = read_options(split_arguments(tail), SHOWN)
        form = options.form(("list", "csv"), "list")
    except BadOption as wrong:
        context.host.gaps.record("program", f"systeminfo {tail.strip()[:40]}")
        return wrong_usage(context, "systeminfo", str(wrong))
    with context.host.looking():
        rows = _rows(context.host)
    if form == "csv":
        if options.header:
            context.line(csv_line([label for label, _ in rows]))
        context.line(csv_line([",".join(value.strip() for value in values) for _, values in rows]))
        return 0
    context.line()
    for label, values in rows:
        for number, value in enumerate(values):
            head = f"{label}:" if number == 0 else ""
            context.line(f"{head:{_LABEL_WIDTH}}{value}")
    return 0


def _rows(host: Host) -> Rows:
    rows = [*_windows(host), *_machine(host), *_place(host), *_memory(host), *_network(host)]
    if host.release.systeminfo_hyper_v:
        rows.append(("Hyper-V Requirements", _hyper_v(host)))
    return rows


def _windows(host: Host) -> Rows:
    system = host.operating_system
    role = "Member" if system.domain else "Standalone"
    return [
        ("Host Name", [host.name]),
        ("OS Name", [system.caption]),
        ("OS Version", [f"{system.version} {system.service_pack_text or 'N/A'} Build {system.build}"]),
        ("OS Manufacturer", ["Microsoft Corporation"]),
        ("OS Configuration", [f"{role} {'Workstation' if host.release.is_client else 'Server'}"]),
        ("OS Build Type", ["Multiprocessor Free"]),
        ("Registered Owner", [system.registered_owner]),
        ("Registered Organization", [system.registered_organization]),
        ("Product ID", [system.product_id]),
        ("Original Install Date", [_moment(host, system.install_date)]),
        ("System Boot Time", [_moment(host, system.boot_time)]),
    ]


def _machine(host: Host) -> Rows:
    hardware, firmware = host.hardware, host.hardware.firmware
    processor = hardware.processor
    kind = "x64-based PC" if host.profile.operating_system.architecture == "x64" else "X86-based PC"
    line = f"{processor.identifier} {processor.manufacturer} ~{processor.clock_megahertz} Mhz"
    return [
        ("System Manufacturer", [hardware.system.manufacturer]),
        ("System Model", [hardware.system.model]),
        ("System Type", [kind]),
        (
            "Processor(s)",
            [
                f"{processor.sockets} Processor(s) Installed.",
                *(f"[{number:02}]: {line}" for number in range(1, processor.sockets + 1)),
            ],
        ),
        ("BIOS Version", [f"{firmware.vendor} {firmware.version}, {date_text(firmware.release_date)}"]),
    ]


def _place(host: Host) -> Rows:
    system = host.operating_system
    return [
        ("Windows Directory", [system.windows_directory]),
        ("System Directory", ["C:\\Windows\\system32"]),
        ("Boot Device", ["\\Device\\HarddiskVolume1"]),
        ("System Locale", ["en-us;English (United States)"]),
        ("Input Locale", ["en-us;English (United States)"]),
        ("Time Zone", [_zone(host)]),
    ]


def _memory(host: Host) -> Rows:
    system = host.operating_system
    total, free = system.total_memory(), system.free_memory()
    # The paging file that Windows makes by itself: an eighth of the memory.
    paging = total // 8
    return [
        ("Total Physical Memory", [_megabytes(total)]),
        ("Available Physical Memory", [_megabytes(free)]),
        ("Virtual Memory: Max Size", [_megabytes(total + paging)]),
        ("Virtual Memory: Available", [_megabytes(free + paging)]),
        ("Virtual Memory: In Use", [_megabytes(total - free)]),
        ("Page File Location(s)", ["C:\\pagefile.sys"]),
        ("Domain", [system.domain or system.workgroup]),
        ("Logon Server", [f"\\\\{host.name}"]),
    ]


def _network(host: Host) -> Rows:
    adapters = host.hardware.network_adapters
    lines = [f"{len(adapters)} NIC(s) Installed." if adapters else "N/A"]
    for number, adapter in enumerate(adapters, 1):
        lines += [f"[{number:02}]: {adapter.description}", f"{_SUB_INDENT}Connection Name: {adapter.name}"]
        if not adapter.connected:
            lines.append(f"{_SUB_INDENT}Status:          Media disconnected")
        # An adapter that a virtual switch took has no addresses of its own.
        if not adapter.connected or not adapter.ipv4_addresses:
            continue
        lines.append(f"{_SUB_INDENT}DHCP Enabled:    {'Yes' if adapter.dhcp else 'No'}")
        lines.append(f"{_SUB_INDENT}IP address(es)")
        lines += [f"{_SUB_INDENT}[{index:02}]: {one}" for index, one in enumerate(adapter.ipv4_addresses, 1)]
    fixes = host.operating_system.facts.hot_fixes
    shown = [f"{len(fixes)} Hotfix(s) Installed."] if fixes else ["N/A"]
    shown += [f"[{number:02}]: {fix.id}" for number, fix in enumerate(fixes, 1)]
    return [("Hotfix(s)", shown), ("Network Card(s)", lines)]


def _hyper_v(host: Host) -> list[str]:
    """A running hypervisor hides the features of the processor."""
    if host.hypervisor.running:
        return ["A hypervisor has been detected. Features required for Hyper-V will not be displayed."]
    processor = host.hardware.processor
    facts = {
        "VM Monitor Mode Extensions": processor.virtualization.supported,
        "Virtualization Enabled In Firmware": processor.virtualization.usable,
        "Second Level Address Translation": processor.slat,
        "Data Execution Prevention Available": processor.dep.usable,
    }
    return [f"{name}: {'Yes' if fact else 'No'}" for name, fact in facts.items()]


def _megabytes(size: int) -> str:
    return f"{size // _MEGABYTE:,} MB"


def _moment(host: Host, moment: datetime) -> str:
    local = moment + host.operating_system.utc_offset()
    return f"{date_text(local)}, {clock_text(local)}"


def _zone(host: Host) -> str:
    name = host.operating_system.time_zone
    if name == "UTC":
        return "(UTC) Coordinated Universal Time"
    minutes = int(host.operating_system.utc_offset().total_seconds() // 60)
    sign = "-" if minutes < 0 else "+"
    return f"(UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}) {name}"
