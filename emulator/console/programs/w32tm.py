"""w32tm.exe: the time service, its source and its configuration."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.console.programs.refusals import not_emulated
from emulator.host import AccessDenied, Host
from emulator.host.security.callers import administering, may_administer
from emulator.host.windows.registry_key import ValueKind
from emulator.host.windows.services import ServiceState

_HIVE = 0x80000002
_PARAMETERS = "SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters"
_LOCAL_CLOCK = "Local CMOS Clock"
_NOT_STARTED = "The following error occurred: The service has not been started. (0x80070426)"
_DENIED = "The following error occurred: Access is denied. (0x80070005)"
_FAILED = 1
#: syncfromflags -> Type.
_TYPES = {"manual": "NTP", "domhier": "NT5DS", "all": "AllSync", "no": "NoSync"}


def main(context: Context, tail: str) -> int:
    """`w32tm /query {/status | /source | /configuration | /peers}`, `/resync`, `/config [/manualpeerlist:p]
    [/syncfromflags:f] [/update]`, `/tz`. No peer is asked: the machine's clock is the only one."""
    words = split_arguments(tail)
    options = {word.partition(":")[0].lower().lstrip("/-"): word.partition(":")[2] for word in words}
    command = next(iter(options), "")
    if "computer" in options and options["computer"].lower() not in (
        ".",
        "localhost",
        context.host.name.lower(),
    ):
        return not_emulated(context, "w32tm /computer")
    if command == "tz":
        return _zone(context)
    if command not in ("query", "resync", "config"):
        return not_emulated(context, f"w32tm /{command}")
    with context.host.looking():
        service = context.host.services.get("W32Time")
        running = service is not None and service.state is ServiceState.RUNNING
    if command == "config":
        return _configure(context, options)
    if not running:
        context.line(_NOT_STARTED)
        return _FAILED
    if command == "resync":
        return _resync(context)
    for name, show in _QUERIES.items():
        if name in options:
            show(context)
            return 0
    return not_emulated(context, f"w32tm {tail.strip()}")


def _value(host: Host, name: str, default: str = "") -> str:
    for value in host.registry.values(_HIVE, _PARAMETERS):
        if value.name.casefold() == name.casefold():
            return str(value.data)
    return default


def _peers(host: Host) -> list[str]:
    if _value(host, "Type", "NTP") not in ("NTP", "AllSync"):
        return []
    return _value(host, "NtpServer", "time.windows.com,0x8").split()


def _source(context: Context) -> None:
    context.line(f"{_LOCAL_CLOCK} ")


def _status(context: Context) -> None:
    """No peer answers: the machine goes by its own clock."""
    context.line("Leap Indicator: 3(not synchronized)")
    context.line("Stratum: 0 (unspecified)")
    context.line("Precision: -23 (119.209ns per tick)")
    context.line("Root Delay: 0.0000000s")
    context.line("Root Dispersion: 0.0000000s")
    context.line("ReferenceId: 0x00000000 (unspecified)")
    context.line("Last Successful Sync Time: unspecified")
    context.line(f"Source: {_LOCAL_CLOCK}")
    context.line("Poll Interval: 6 (64s)")
    context.line()


def _show_peers(context: Context) -> None:
    peers = _peers(context.host)
    context.line(f"#Peers: {len(peers)}")
    for peer in peers:
        context.line()
        context.line(f"Peer: {peer}")
        context.line("State: Pending")
        context.line("Time Remaining: 0.0000000s")
        context.line("Mode: 0 (reserved)")
        context.line("Stratum: 0 (unspecified)")
        context.line("PeerPoll Interval: 0 (unspecified)")
        context.line("HostPoll Interval: 0 (unspecified)")
    context.line()


def _configuration(context: Context) -> None:
    """The providers that everybody reads; the figures of [Configuration] are not kept."""
    host = context.host
    kind = _value(host, "Type", "NTP")
    context.line("[TimeProviders]")
    context.line()
    context.line("NtpClient (Local)")
    context.line("Enabled: 1 (Local)")
    context.line("InputProvider: 1 (Local)")
    context.line(f"Type: {kind} (Local)")
    if kind in ("NTP", "AllSync"):
        context.line(f"NtpServer: {' '.join(_peers(host))} (Local)")
    context.line()
    context.line("NtpServer (Local)")
    context.line("Enabled: 0 (Local)")
    context.line("InputProvider: 0 (Local)")
    context.line()


_QUERIES = {"status": _status, "source": _source, "configuration": _configuration, "peers": _show_peers}


def _resync(context: Context) -> int:
    context.line("Sending resync command to local computer")
    if not may_administer(context.account):
        context.line(_DENIED)
        return _FAILED
    context.line("The computer did not resync because no time data was available.")
    return _FAILED


def _configure(context: Context, options: dict[str, str]) -> int:
    unknown = options.keys() - {"config", "manualpeerlist", "syncfromflags", "update", "computer"}
    flags = options.get("syncfromflags", "").lower()
    kind = "AllSync" if set(flags.split(",")) == {"manual", "domhier"} else _TYPES.get(flags, "")
    if unknown or (flags and not kind):
        return not_emulated(context, f"w32tm /config /{min(unknown, default=flags)}")
    settings = {"NtpServer": options.get("manualpeerlist"), "Type": kind or None}
    registry = context.host.registry
    try:
        with administering(context.host, context.account):
            for name, value in settings.items():
                if value is not None:
                    registry.set_value(_HIVE, _PARAMETERS, name, ValueKind.REG_SZ, value, context.account)
    except AccessDenied:
        context.line(_DENIED)
        return _FAILED
    context.line("The command completed successfully.")
    return 0


def _zone(context: Context) -> int:
    system = context.host.operating_system
    minutes = int(-system.utc_offset().total_seconds() // 60)
    context.line(
        "Time zone: Current:TIME_ZONE_ID_UNKNOWN Bias: " + f"{minutes}min (UTC=LocalTime{minutes:+}min)"
    )
    context.line(f'  [Standard Name:"{system.time_zone}" Bias:0min Date:(unspecified)]')
    context.line(f'  [Daylight Name:"{system.time_zone}" Bias:0min Date:(unspecified)]')
    return 0
