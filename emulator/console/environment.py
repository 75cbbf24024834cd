"""The environment block that Windows gives a logged-on user's first process."""

from __future__ import annotations

from emulator.console.process import Environment
from emulator.host import Host
from emulator.host.accounts import Account

_PATH_EXTENSIONS = ".COM;.EXE;.BAT;.CMD;.VBS;.VBE;.JS;.JSE;.WSF;.WSH;.MSC"


def user_environment(host: Host, account: Account) -> Environment:
    """The variables of a process of `account` on `host`, as cmd.exe's `set` lists them."""
    hardware = host.profile.hardware
    processor = hardware.processor
    profile = f"C:\\Users\\{account.name}"
    system_root = "C:\\Windows"
    vendor = "GenuineIntel" if processor.vendor == "Intel" else "AuthenticAMD"
    family, model, stepping = processor.family, processor.model_number, processor.stepping
    is_x64 = host.profile.operating_system.architecture == "x64"
    name = {"Intel": "Intel64", "AMD": "AMD64"}[processor.vendor] if is_x64 else "x86"
    values = {
        "ALLUSERSPROFILE": "C:\\ProgramData",
        "APPDATA": f"{profile}\\AppData\\Roaming",
        "CommonProgramFiles": "C:\\Program Files\\Common Files",
        "COMPUTERNAME": host.name,
        "ComSpec": f"{system_root}\\system32\\cmd.exe",
        "HOMEDRIVE": "C:",
        "HOMEPATH": profile[2:],
        "LOCALAPPDATA": f"{profile}\\AppData\\Local",
        "NUMBER_OF_PROCESSORS": str(processor.logical_processors),
        "OS": "Windows_NT",
        "Path": ";".join(
            [
                f"{system_root}\\system32",
                system_root,
                f"{system_root}\\System32\\Wbem",
                f"{system_root}\\System32\\WindowsPowerShell\\v1.0\\",
            ]
        ),
        "PATHEXT": _PATH_EXTENSIONS,
        "PROCESSOR_ARCHITECTURE": "AMD64" if is_x64 else "x86",
        "PROCESSOR_IDENTIFIER": f"{name} Family {family} Model {model} Stepping {stepping}, {vendor}",
        "PROCESSOR_LEVEL": str(family),
        "PROCESSOR_REVISION": f"{model:02x}{stepping:02x}",
        "ProgramData": "C:\\ProgramData",
        "ProgramFiles": "C:\\Program Files",
        "PROMPT": "$P$G",
        "PSModulePath": (
            "C:\\Program Files\\WindowsPowerShell\\Modules;"
            f"{system_root}\\system32\\WindowsPowerShell\\v1.0\\Modules"
        ),
        "PUBLIC": "C:\\Users\\Public",
        "SystemDrive": "C:",
        "SystemRoot": system_root,
        "TEMP": f"{profile}\\AppData\\Local\\Temp",
        "TMP": f"{profile}\\AppData\\Local\\Temp",
        "USERDOMAIN": host.name,
        "USERNAME": account.name,
        "USERPROFILE": profile,
        "windir": system_root,
    }
    if is_x64:
        values["CommonProgramFiles(x86)"] = "C:\\Program Files (x86)\\Common Files"
        values["CommonProgramW6432"] = values["CommonProgramFiles"]
        values["ProgramFiles(x86)"] = "C:\\Program Files (x86)"
        values["ProgramW6432"] = values["ProgramFiles"]
    return Environment(values)
