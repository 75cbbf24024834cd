"""The Windows services that the machine has. Facts of a default installation, by build number and role.

Columns: name | display name | program | start mode | running | account | first-last build | needs
Program: ``-k group`` is a shared svchost of that group. Needs: ``-`` none, ``role``: the Hyper-V role,
``hypervisor``: runs only beside a hypervisor, ``full``: not on Server Core, ``server``: not on clients.
"""

from functools import cache
from typing import NamedTuple

LOCAL_SYSTEM = "LocalSystem"
LOCAL_SERVICE = "NT AUTHORITY\\LocalService"
NETWORK_SERVICE = "NT AUTHORITY\\NetworkService"
_ACCOUNTS = {"system": LOCAL_SYSTEM, "local": LOCAL_SERVICE, "network": NETWORK_SERVICE}

_GROUPS = {
    "local-restricted": "LocalServiceNetworkRestricted",
    "system-restricted": "LocalSystemNetworkRestricted",
}

_TABLE = """
BFE | Base Filtering Engine | -k LocalServiceNoNetwork | Auto | yes | local | 0- | -
BITS | Background Intelligent Transfer Service | -k netsvcs | Manual | no | system | 0- | -
CryptSvc | Cryptographic Services | -k NetworkService | Auto | yes | network | 0- | -
DcomLaunch | DCOM Server Process Launcher | -k DcomLaunch | Auto | yes | system | 0- | -
Dhcp | DHCP Client | -k local-restricted | Auto | yes | local | 0- | -
Dnscache | DNS Client | -k NetworkService | Auto | yes | network | 0- | -
EventLog | Windows Event Log | -k local-restricted | Auto | yes | local | 0- | -
EventSystem | COM+ Event System | -k LocalService | Auto | yes | local | 0- | -
gpsvc | Group Policy Client | -k netsvcs | Auto | yes | system | 0- | -
HvHost | HV Host Service | -k system-restricted | Manual | yes | system | 14393- | hypervisor
iphlpsvc | IP Helper | -k NetSvcs | Auto | yes | system | 0- | -
KeyIso | CNG Key Isolation | lsass.exe | Manual | yes | system | 0- | -
LanmanServer | Server | -k netsvcs | Auto | yes | system | 0- | -
LanmanWorkstation | Workstation | -k NetworkService | Auto | yes | network | 0- | -
lmhosts | TCP/IP NetBIOS Helper | -k local-restricted | Manual | yes | local | 0- | -
MpsSvc | Windows Firewall | -k LocalServiceNoNetwork | Auto | yes | local | 0-16298 | -
MpsSvc | Windows Defender Firewall | -k LocalServiceNoNetwork | Auto | yes | local | 16299- | -
MSiSCSI | Microsoft iSCSI Initiator Service | -k netsvcs | Manual | no | system | 0- | -
Netlogon | Netlogon | lsass.exe | Manual | no | system | 0- | -
netprofm | Network List Service | -k LocalService | Manual | yes | local | 0- | -
NlaSvc | Network Location Awareness | -k NetworkService | Auto | yes | network | 0- | -
nsi | Network Store Interface Service | -k LocalService | Auto | yes | local | 0- | -
nvspwmi | Hyper-V Networking Management Service | -k netsvcs | Auto | yes | system | 0-7601 | role
PlugPlay | Plug and Play | -k DcomLaunch | Manual | yes | system | 0- | -
Power | Power | -k DcomLaunch | Auto | yes | system | 0- | -
ProfSvc | User Profile Service | -k netsvcs | Auto | yes | system | 0- | -
RemoteRegistry | Remote Registry | -k LocalService | Auto | yes | local | 0- | server
RpcEptMapper | RPC Endpoint Mapper | -k RPCSS | Auto | yes | network | 0- | -
RpcSs | Remote Procedure Call (RPC) | -k rpcss | Auto | yes | network | 0- | -
SamSs | Security Accounts Manager | lsass.exe | Auto | yes | system | 0- | -
Schedule | Task Scheduler | -k netsvcs | Auto | yes | system | 0- | -
SENS | System Event Notification Service | -k netsvcs | Auto | yes | system | 0- | -
Spooler | Print Spooler | spoolsv.exe | Auto | yes | system | 0- | full
TermService | Remote Desktop Services | -k termsvcs | Manual | yes | network | 0- | -
TrustedInstaller | Windows Modules Installer | servicing\\TrustedInstaller.exe | Manual | no | system | 0- | -
vhdsvc | Hyper-V Image Management Service | -k netsvcs | Auto | yes | system | 0-7601 | role
vmcompute | Hyper-V Host Compute Service | vmcompute.exe | Manual | yes | system | 14393- | role
vmicguestinterface | Hyper-V Guest Service Interface | -k system-restricted | Manual | no | system | 9600- | -
vmicheartbeat | Hyper-V Heartbeat Service | -k ICService | Manual | no | system | 0- | -
vmickvpexchange | Hyper-V Data Exchange Service | -k system-restricted | Manual | no | system | 0- | -
vmicrdv | Hyper-V Remote Desktop Virtualization Service | -k ICService | Manual | no | system | 9200- | -
vmicshutdown | Hyper-V Guest Shutdown Service | -k system-restricted | Manual | no | system | 0- | -
vmictimesync | Hyper-V Time Synchronization Service | -k local-restricted | Manual | no | local | 0- | -
vmicvmsession | Hyper-V PowerShell Direct Service | -k system-restricted | Manual | no | system | 14393- | -
vmicvss | Hyper-V Volume Shadow Copy Requestor | -k system-restricted | Manual | no | system | 0- | -
vmms | Hyper-V Virtual Machine Management | vmms.exe | Auto | yes | system | 0- | role
VSS | Volume Shadow Copy | vssvc.exe | Manual | no | system | 0- | -
W32Time | Windows Time | -k LocalService | Manual | yes | local | 0- | -
Winmgmt | Windows Management Instrumentation | -k netsvcs | Auto | yes | system | 0- | -
WinRM | Windows Remote Management (WS-Management) | -k NetworkService | Auto | yes | network | 0- | -
wuauserv | Windows Update | -k netsvcs | Manual | no | system | 0- | -
"""

# Services that refuse to be stopped.
UNSTOPPABLE = frozenset(
    {
        "DcomLaunch",
        "gpsvc",
        "PlugPlay",
        "Power",
        "RpcEptMapper",
        "RpcSs",
        "SamSs",
        "Schedule",
        "SENS",
        "nsi",
        "BFE",
    }
)
PAUSABLE = frozenset({"LanmanServer", "LanmanWorkstation", "Netlogon", "Winmgmt"})
DEPENDENCIES: dict[str, tuple[str, ...]] = {
    "BITS": ("RpcSs", "EventSystem"),
    "CryptSvc": ("RpcSs",),
    "EventSystem": ("RpcSs",),
    "KeyIso": ("RpcSs",),
    "MpsSvc": ("BFE",),
    "Netlogon": ("LanmanWorkstation",),
    "netprofm": ("RpcSs", "NlaSvc"),
    "RemoteRegistry": ("RpcSs",),
    "RpcSs": ("RpcEptMapper", "DcomLaunch"),
    "SamSs": ("RpcSs",),
    "Schedule": ("RpcSs", "EventLog"),
    "SENS": ("EventSystem",),
    "Spooler": ("RpcSs",),
    "TermService": ("RpcSs",),
    "vmms": ("RpcSs", "Winmgmt"),
    "VSS": ("RpcSs",),
    "Winmgmt": ("RpcSs",),
    "WinRM": ("RpcSs",),
    "wuauserv": ("RpcSs",),
}


class ServiceFacts(NamedTuple):
    """One row of the table."""

    name: str
    display_name: str
    program: str
    start_mode: str
    running: bool
    account: str
    first_build: int
    last_build: int
    needs: str


@cache
def service_facts() -> tuple[ServiceFacts, ...]:
    """Every row, in order of names."""
    rows = []
    for line in _TABLE.strip().splitlines():
        name, display, program, mode, running, account, builds, needs = (
            cell.strip() for cell in line.split("|")
        )
        first, _, last = builds.partition("-")
        for short, group in _GROUPS.items():
            program = program.replace(short, group)
        rows.append(
            ServiceFacts(
                name,
                display,
                program,
                mode,
                running == "yes",
                _ACCOUNTS[account],
                int(first),
                int(last or 1 << 31),
                needs,
            )
        )
    return tuple(rows)
