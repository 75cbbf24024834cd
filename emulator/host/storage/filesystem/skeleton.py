"""What a fresh Windows has on its disk: the folders and programs that scripts look for."""

from pathlib import Path
from typing import TYPE_CHECKING

from emulator.host.storage.filesystem.system_files import add_system_directory, add_system_file

if TYPE_CHECKING:
    from emulator.host.storage.filesystem.filesystem import Filesystem

_DIRECTORIES = """
PerfLogs
Program Files\\Common Files
Program Files\\Windows Defender
Program Files\\WindowsPowerShell\\Modules
Program Files (x86)\\Common Files
ProgramData\\Microsoft\\Windows\\Start Menu\\Programs
ProgramData\\Microsoft\\Windows\\WER
Users\\Public\\Desktop
Users\\Public\\Documents
Users\\Public\\Downloads
Users\\Default\\AppData\\Local\\Temp
Windows\\Fonts
Windows\\Help
Windows\\Installer
Windows\\Logs\\CBS
Windows\\Logs\\DISM
Windows\\Microsoft.NET\\Framework64\\v4.0.30319
Windows\\Panther
Windows\\Prefetch
Windows\\Resources
Windows\\servicing
Windows\\SoftwareDistribution
Windows\\System32\\config
Windows\\System32\\drivers\\etc
Windows\\System32\\en-US
Windows\\System32\\spool
Windows\\System32\\Tasks
Windows\\System32\\wbem
Windows\\System32\\WindowsPowerShell\\v1.0\\en-US
Windows\\System32\\WindowsPowerShell\\v1.0\\Modules
Windows\\System32\\WindowsPowerShell\\v1.0\\Modules\\Dism
Windows\\System32\\winevt\\Logs
Windows\\SysWOW64\\en-US
Windows\\SysWOW64\\wbem
Windows\\SysWOW64\\WindowsPowerShell\\v1.0\\en-US
Windows\\SysWOW64\\WindowsPowerShell\\v1.0\\Modules
Windows\\Temp
Windows\\WinSxS
"""
_FILES: dict[str, int] = {
    "Windows\\explorer.exe": 4_500_000,
    "Windows\\notepad.exe": 200_704,
    "Windows\\regedit.exe": 370_176,
    "Windows\\win.ini": 92,
    "Windows\\servicing\\TrustedInstaller.exe": 130_560,
    "Windows\\System32\\bcdedit.exe": 480_256,
    "Windows\\System32\\cmd.exe": 289_792,
    "Windows\\System32\\config\\SAM": 65_536,
    "Windows\\System32\\config\\SECURITY": 65_536,
    "Windows\\System32\\config\\SOFTWARE": 78_643_200,
    "Windows\\System32\\config\\SYSTEM": 15_728_640,
    "Windows\\System32\\csrss.exe": 17_840,
    "Windows\\System32\\dism.exe": 306_176,
    "Windows\\System32\\drivers\\ntfs.sys": 2_886_656,
    "Windows\\System32\\drivers\\tcpip.sys": 3_000_320,
    "Windows\\System32\\getmac.exe": 88_064,
    "Windows\\System32\\hostname.exe": 14_848,
    "Windows\\System32\\ipconfig.exe": 34_816,
    "Windows\\System32\\kernel32.dll": 774_144,
    "Windows\\System32\\lsass.exe": 60_640,
    "Windows\\System32\\net.exe": 58_880,
    "Windows\\System32\\netsh.exe": 97_280,
    "Windows\\System32\\notepad.exe": 200_704,
    "Windows\\System32\\ntdll.dll": 2_024_960,
    "Windows\\System32\\ntoskrnl.exe": 10_800_000,
    "Windows\\System32\\reg.exe": 77_312,
    "Windows\\System32\\sc.exe": 72_192,
    "Windows\\System32\\schtasks.exe": 235_008,
    "Windows\\System32\\services.exe": 714_856,
    "Windows\\System32\\shutdown.exe": 29_184,
    "Windows\\System32\\smss.exe": 154_600,
    "Windows\\System32\\spoolsv.exe": 791_552,
    "Windows\\System32\\svchost.exe": 55_456,
    "Windows\\System32\\systeminfo.exe": 113_152,
    "Windows\\System32\\taskkill.exe": 101_376,
    "Windows\\System32\\tasklist.exe": 106_496,
    "Windows\\System32\\wbem\\WmiPrvSE.exe": 500_224,
    "Windows\\System32\\wbem\\WMIC.exe": 526_336,
    "Windows\\System32\\whoami.exe": 73_728,
    "Windows\\System32\\wininit.exe": 420_000,
    "Windows\\System32\\winlogon.exe": 907_776,
    "Windows\\System32\\winrm.cmd": 35,
    "Windows\\System32\\winrm.vbs": 204_105,
    "Windows\\System32\\WindowsPowerShell\\v1.0\\Modules\\Dism\\Microsoft.Dism.PowerShell.dll": 300_544,
    "Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe": 452_608,
    "Windows\\System32\\winevt\\Logs\\Application.evtx": 1_118_208,
    "Windows\\System32\\winevt\\Logs\\Security.evtx": 20_975_616,
    "Windows\\System32\\winevt\\Logs\\System.evtx": 1_118_208,
}
#: What 64-bit Windows has a second time, for 32-bit processes.
_ALSO_32_BIT = tuple(
    f"Windows\\System32\\{name}"
    for name in (
        *("cmd.exe", "dism.exe", "getmac.exe", "hostname.exe", "ipconfig.exe", "kernel32.dll", "net.exe"),
        *("netsh.exe", "ntdll.dll", "reg.exe", "sc.exe", "schtasks.exe", "shutdown.exe", "svchost.exe"),
        *("systeminfo.exe", "taskkill.exe", "tasklist.exe", "wbem\\WmiPrvSE.exe", "whoami.exe", "winrm.cmd"),
        *("winrm.vbs", "WindowsPowerShell\\v1.0\\powershell.exe"),
    )
)
_COMMAND_LINE_OF_WMI = "Windows\\System32\\wbem\\WMIC.exe"
#: Windows 11 24H2 and Server 2025 have it as an optional feature only.
_FIRST_BUILD_WITHOUT_IT = 26100
_FULL_ONLY = frozenset({"Windows\\explorer.exe", "Windows\\System32\\spoolsv.exe"})
_HOSTS = (
    b"# Names for addresses on this computer: address, blanks, name. localhost is resolved by DNS itself.\r\n"
)
_DEFAULT_HELP = Path(__file__).with_name("default_help.txt")
"""What Get-Help shows without a name: the parts of Microsoft's page, in words of our own."""

_ROLE_FILES: dict[str, int] = {
    "Windows\\System32\\vmms.exe": 14_000_000,
    "Windows\\System32\\vmwp.exe": 3_900_000,
    "Windows\\System32\\vmcompute.exe": 3_700_000,
    "Windows\\System32\\drivers\\vmswitch.sys": 1_900_000,
}
# The graphical tools; Server Core has none.
_TOOL_FILES: dict[str, int] = {"virtmgmt.msc": 144_998, "vmconnect.exe": 500_000}
_FIRST_BUILD_WITH_TOOLS_IN_SYSTEM32 = 9200
_USER_DIRECTORIES = (
    "AppData\\Local\\Temp",
    "AppData\\Roaming\\Microsoft\\Windows",
    "Desktop",
    "Documents",
    "Downloads",
)


def build_skeleton(filesystem: "Filesystem") -> None:
    """Fill C:. Sizes are of the usual order; contents are not kept."""
    host = filesystem.host
    for path in _DIRECTORIES.strip().splitlines():
        add_system_directory(filesystem, "C:\\" + path)
    full = host.profile.operating_system.installation == "full"
    for path, size in _FILES.items():
        if path == _COMMAND_LINE_OF_WMI and host.release.build >= _FIRST_BUILD_WITHOUT_IT:
            continue
        if full or path not in _FULL_ONLY:
            add_system_file(filesystem, "C:\\" + path, size)
    is_64_bit = host.profile.operating_system.architecture == "x64"
    if is_64_bit:
        for path in _ALSO_32_BIT:
            add_system_file(filesystem, "C:\\" + path.replace("System32", "SysWOW64"), _FILES[path])
    filesystem.write("C:\\Windows\\System32\\drivers\\etc\\hosts", _HOSTS)
    help_page = _DEFAULT_HELP.read_text(encoding="utf-8").replace("\n", "\r\n").encode()
    for folder in ("System32", "SysWOW64") if is_64_bit else ("System32",):
        path = f"C:\\Windows\\{folder}\\WindowsPowerShell\\v1.0\\en-US\\default.help.txt"
        filesystem.write(path, help_page)
    for user in host.profile.users:
        for path in _USER_DIRECTORIES:
            add_system_directory(filesystem, f"C:\\Users\\{user.name}\\{path}")
    if host.role.active:
        install_role_files(filesystem)
    follow_tools(filesystem)


def follow_tools(filesystem: "Filesystem") -> None:
    """Hyper-V Manager and Virtual Machine Connection come and go with the management tools."""
    host = filesystem.host
    shown = host.role.has_graphical_tools and host.profile.operating_system.installation == "full"
    is_new = host.release.build >= _FIRST_BUILD_WITH_TOOLS_IN_SYSTEM32
    folder = "C:\\Windows\\System32" if is_new else "C:\\Program Files\\Hyper-V"
    if shown:
        add_system_directory(filesystem, folder)
    for name, size in _TOOL_FILES.items():
        path = f"{folder}\\{name}"
        if not shown:
            filesystem.discard(path)
        else:
            add_system_file(filesystem, path, size)


def remove_role_files(filesystem: "Filesystem") -> None:
    """The programs of the role go with it; its folders stay."""
    for path in _ROLE_FILES:
        filesystem.discard("C:\\" + path)


def install_role_files(filesystem: "Filesystem") -> None:
    """The programs and folders of the Hyper-V role."""
    host = filesystem.host
    for path, size in _ROLE_FILES.items():
        if path.endswith("vmcompute.exe") and host.release.build < 14393:
            continue
        add_system_file(filesystem, "C:\\" + path, size)
    for path in (
        "ProgramData\\Microsoft\\Windows\\Hyper-V\\Virtual Machines",
        "ProgramData\\Microsoft\\Windows\\Hyper-V\\Snapshots",
        "ProgramData\\Microsoft\\Windows\\Virtual Hard Disks",
    ):
        add_system_directory(filesystem, "C:\\" + path)
    if host.authorization.has_store:
        from emulator.host.security.authorization_store import install_store

        install_store(filesystem)
    settings = host.profile.hyper_v
    for path in (settings.default_virtual_machine_path, settings.default_virtual_hard_disk_path):
        if filesystem.volume(path[:1]) is not None:
            filesystem.make_directory(path, exist_ok=True)
