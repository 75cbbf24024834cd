"""The environment block that Windows gives a logged-on user's first process."""

from __future__ import annotations

from emulator.console.process import Environment
from emulator.host import Host
from emulator.host.security.accounts import Account

#: The profile folders of Windows' own accounts.
_PROFILES = {
    "S-1-5-18": "C:\\Windows\\system32\\config\\systemprofile",
    "S-1-5-19": "C:\\Windows\\ServiceProfiles\\LocalService",
    "S-1-5-20": "C:\\Windows\\ServiceProfiles\\NetworkService",
}

#: Whose accounts have the machine itself for a domain.
_OWN_AUTHORITY = "NT AUTHORITY"


def user_environment(host: Host, account: Account) -> Environment:
    """The variables of a process of `account` on `host`, as cmd.exe's `set` lists them."""
    profile = _PROFILES.get(account.sid, f"C:\\Users\\{account.name}")
    values = {
        "ALLUSERSPROFILE": "C:\\ProgramData",
        "APPDATA": f"{profile}\\AppData\\Roaming",
        "CommonProgramFiles": "C:\\Program Files\\Common Files",
        "COMPUTERNAME": host.name,
        "HOMEDRIVE": "C:",
        "HOMEPATH": profile[2:],
        "LOCALAPPDATA": f"{profile}\\AppData\\Local",
        "ProgramData": "C:\\ProgramData",
        "ProgramFiles": "C:\\Program Files",
        "PROMPT": "$P$G",
        "PUBLIC": "C:\\Users\\Public",
        "SystemDrive": "C:",
        "SystemRoot": "C:\\Windows",
        "USERDOMAIN": host.name if account.domain == _OWN_AUTHORITY else account.domain,
        "USERNAME": account.name,
        "USERPROFILE": profile,
    }
    if host.profile.operating_system.architecture == "x64":
        values["CommonProgramFiles(x86)"] = "C:\\Program Files (x86)\\Common Files"
        values["CommonProgramW6432"] = values["CommonProgramFiles"]
        values["ProgramFiles(x86)"] = "C:\\Program Files (x86)"
        values["ProgramW6432"] = values["ProgramFiles"]
    with host.looking():
        kept = host.environment_variables.of_process(account, values)
    # The name of the system's own account is for the system's own processes.
    values.update((name, value) for name, value in kept.items() if name != "USERNAME")
    # CreateEnvironmentBlock sorts by name.
    return Environment(dict(sorted(values.items(), key=lambda pair: pair[0].lower())))
