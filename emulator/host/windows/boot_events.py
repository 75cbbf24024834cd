"""What a boot writes into the System log: the kernel when it starts, Windows when its services run.

Texts are those of Windows' own logs; which of the many events of a boot are written here is chosen: those
that tools look for.
"""

from typing import TYPE_CHECKING

from emulator.host.windows.event_log import EventLevel

if TYPE_CHECKING:
    from emulator.host.host import Host

_INFORMATION = EventLevel.INFORMATION
_KERNEL, _BOOT, _LOG = "Microsoft-Windows-Kernel-General", "Microsoft-Windows-Kernel-Boot", "EventLog"
#: Windows 8 and Server 2012 tell how they were booted.
_FIRST_BUILD_THAT_TELLS_HOW = 9200


def kernel_started(host: "Host", *, cleanly: bool = True) -> None:
    """The kernel runs. ``cleanly``: the shutdown before it was."""
    _write_kernel_event(host, 12, "StartTime", "The operating system started at system time {time}.")
    if not cleanly:
        text = "The system has rebooted without cleanly shutting down first. This error could be caused"
        text += " if the system stopped responding, crashed, or lost power unexpectedly."
        host.event_log.write("System", "Microsoft-Windows-Kernel-Power", 41, EventLevel.CRITICAL, text)
    if host.release.build < _FIRST_BUILD_THAT_TELLS_HOW:
        return
    good = str(cleanly).lower()
    for number, text, data in (
        (
            20,
            f"The last shutdown's success status was {good}. The last boot's success status was true.",
            (("LastShutdownGood", good), ("LastBootGood", "true")),
        ),
        (25, "The boot menu policy was 0x1.", (("BootMenuPolicy", "1"),)),
        (27, "The boot type was 0x0.", (("BootType", "0"),)),
        (18, "There are 0x1 boot options on this system.", (("BootOptionCount", "1"),)),
        (32, "The bootmgr spent 0 ms waiting for user input.", (("BootMgrTimeSpentWaitingForInput", "0"),)),
    ):
        host.event_log.write("System", _BOOT, number, _INFORMATION, text, data=data)


def windows_started(host: "Host", *, cleanly: bool = True, old_name: str | None = None) -> None:
    """The log service runs, and the rest of Windows soon. ``old_name``: the name was another one before."""
    log = host.event_log
    if not cleanly:
        text = "The previous system shutdown was unexpected."
        log.write("System", _LOG, 6008, EventLevel.ERROR, text)
    if old_name is not None:
        text = f"The NetBIOS name and DNS host name of this machine have been changed from {old_name}"
        log.write("System", _LOG, 6011, _INFORMATION, f"{text} to {host.name}.")
    version = host.release.version.rpartition(".")
    product = f"Microsoft (R) Windows (R) {version[0]}. {version[2]}  Multiprocessor Free."
    log.write("System", _LOG, 6009, _INFORMATION, product)
    log.write("System", _LOG, 6005, _INFORMATION, "The Event log service was started.")
    uptime = max(0, round((log.now() - host.operating_system.boot_time).total_seconds()))
    log.write("System", _LOG, 6013, _INFORMATION, f"The system uptime is {uptime} seconds.")


def kernel_stopped(host: "Host") -> None:
    """Windows has shut down."""
    text = "The Event log service was stopped."
    host.event_log.write("System", _LOG, 6006, _INFORMATION, text)
    _write_kernel_event(host, 13, "StopTime", "The operating system is shutting down at system time {time}.")


def _write_kernel_event(host: "Host", event_id: int, name: str, text: str) -> None:
    """An event about a moment."""
    moment = f"{host.event_log.now():%Y-%m-%dT%H:%M:%S.%f}000Z"
    message, data = text.format(time=moment), ((name, moment),)
    host.event_log.write("System", _KERNEL, event_id, _INFORMATION, message, data=data)
