"""bcdedit.exe: the boot entry of this Windows, and how the hypervisor is launched."""

from __future__ import annotations

from emulator.console.command_line import split_arguments
from emulator.console.context import Context
from emulator.host.identifiers import derived_guid

_DENIED = (
    "The boot configuration data store could not be opened.",
    "Access is denied.",
)
_DONE = "The operation completed successfully."
_CURRENT = frozenset({"{current}", "{default}"})
_LAUNCH = "hypervisorlaunchtype"
_FAILED = 1


def main(context: Context, tail: str) -> int:
    """`bcdedit [/enum [all]]`, `/set [{current}] hypervisorlaunchtype auto|off`, `/deletevalue`.

    Other elements are refused by name.
    """
    words = split_arguments(tail)
    command = words[0].lower().replace("-", "/", 1) if words else "/enum"
    if not context.account.is_administrator:
        for line in _DENIED:
            context.error(line)
        return _FAILED
    if command in ("/enum", "/v"):
        return _enumerate(context)
    if command in ("/set", "/deletevalue"):
        return _change(context, command, words[1:])
    context.host.gaps.record("program", f"bcdedit {command}")
    context.error(f"bcdedit {command} is not emulated.")
    return _FAILED


def _change(context: Context, command: str, words: list[str]) -> int:
    if words and words[0].startswith("{"):
        identifier = words.pop(0).lower()
        if identifier not in _CURRENT:
            context.error("The specified entry does not exist.")
            return _FAILED
    count = 2 if command == "/set" else 1
    if len(words) != count:
        context.error(
            'The set command specified is not valid.\r\nRun "bcdedit /?" for command line assistance.'
        )
        context.error("The parameter is incorrect.")
        return _FAILED
    if words[0].lower() != _LAUNCH:
        context.host.gaps.record("program", f"bcdedit {command} {words[0]}")
        context.error(f"bcdedit {command} {words[0]} is not emulated.")
        return _FAILED
    value = words[1].lower() if command == "/set" else "off"
    if value not in ("auto", "off"):
        context.error("The integer data is not valid as specified.")
        context.error('Run "bcdedit /?" for command line assistance.')
        context.error("The parameter is incorrect.")
        return _FAILED
    context.host.hypervisor.set_launch_type(value)
    context.line(_DONE)
    return 0


def _enumerate(context: Context) -> int:
    host = context.host
    loader = "winload.efi" if host.hardware.firmware.type == "UEFI" else "winload.exe"
    own = derived_guid(host.first_name, "boot entry", "resume").lower()
    manager = [
        ("identifier", "{bootmgr}"),
        ("device", "partition=C:"),
        ("description", "Windows Boot Manager"),
        ("locale", "en-US"),
        ("inherit", "{globalsettings}"),
        ("default", "{current}"),
        ("resumeobject", f"{{{own}}}"),
        ("displayorder", "{current}"),
        ("toolsdisplayorder", "{memdiag}"),
        ("timeout", "30"),
    ]
    entry = [
        ("identifier", "{current}"),
        ("device", "partition=C:"),
        ("path", f"\\Windows\\system32\\{loader}"),
        ("description", host.operating_system.caption.removeprefix("Microsoft ").partition(" Datacenter")[0]),
        ("locale", "en-US"),
        ("inherit", "{bootloadersettings}"),
        ("recoveryenabled", "Yes"),
        ("osdevice", "partition=C:"),
        ("systemroot", "\\Windows"),
        ("resumeobject", f"{{{own}}}"),
        ("nx", "OptIn" if host.release.is_client else "OptOut"),
    ]
    if host.role.has_hypervisor:
        entry.append((_LAUNCH, host.hypervisor.launch_type.capitalize()))
    for title, rows in (("Windows Boot Manager", manager), ("Windows Boot Loader", entry)):
        context.line()
        context.line(title)
        context.line("-" * len(title))
        for name, value in rows:
            context.line(f"{name:<24}{value}")
    return 0
