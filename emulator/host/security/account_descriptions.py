"""What Windows says of the accounts and groups that it comes with, by the last number of the SID."""

_GROUPS = {
    544: "Administrators have complete and unrestricted access to the computer/domain",
    545: "Users are prevented from making accidental or intentional system-wide changes and can run most "
    "applications",
    546: "Guests have the same access as members of the Users group by default, except for the Guest account "
    "which is further restricted",
    547: "Power Users are included for backwards compatibility and possess limited administrative powers",
    550: "Members can administer printers installed on domain controllers",
    551: "Backup Operators can override security restrictions for the sole purpose of backing up or "
    "restoring "
    "files",
    552: "Supports file replication in a domain",
    555: "Members in this group are granted the right to logon remotely",
    556: "Members in this group can have some administrative privileges to manage configuration of "
    "networking "
    "features",
    558: "Members of this group can access performance counter data locally and remotely",
    559: "Members of this group may schedule logging of performance counters, enable trace providers, and "
    "collect event traces both locally and via remote access to this computer",
    562: "Members are allowed to launch, activate and use Distributed COM objects on this machine.",
    568: "Built-in group used by Internet Information Services.",
    569: "Members are authorized to perform cryptographic operations.",
    573: "Members of this group can read event logs from local machine",
    574: "Members of this group are allowed to connect to Certification Authorities in the enterprise",
    575: "Servers in this group enable users of RemoteApp programs and personal virtual desktops access to "
    "these resources. In Internet-facing deployments, these servers are typically deployed in "
    "an edge network. "
    "This group needs to be populated on servers running RD Connection Broker. RD Gateway servers and RD Web "
    "Access servers used in the deployment need to be in this group.",
    576: "Servers in this group run virtual machines and host sessions where users RemoteApp programs and "
    "personal virtual desktops run. This group needs to be populated on servers running RD "
    "Connection Broker. "
    "RD Session Host servers and RD Virtualization Host servers used in the deployment need to "
    "be in this group.",
    577: "Servers in this group can perform routine administrative actions on servers running Remote Desktop "
    "Services. This group needs to be populated on all servers in a Remote Desktop Services deployment. The "
    "servers running the RDS Central Management service must be included in this group.",
    578: "Members of this group have complete and unrestricted access to all features of Hyper-V.",
    579: "Members of this group can remotely query authorization attributes and permissions for resources on "
    "this computer.",
    580: "Members of this group can access WMI resources over management protocols (such as WS-Management "
    "via "
    "the Windows Remote Management service). This applies only to WMI namespaces that grant "
    "access to the user.",
    581: "Members of this group are managed by the system.",
    582: "Members of this group have complete and unrestricted access to all features of Storage Replica.",
    583: "Members of this group can change system-wide settings.",
}
_ACCOUNTS = {
    500: "Built-in account for administering the computer/domain",
    501: "Built-in account for guest access to the computer/domain",
    503: "A user account managed by the system.",
    504: "A user account managed and used by the system for Windows Defender Application Guard scenarios.",
}


def description_of(sid: str) -> str:
    """The description of an account or group of Windows; empty for others."""
    number = int(sid.rpartition("-")[2])
    return (_GROUPS if sid.startswith("S-1-5-32-") else _ACCOUNTS).get(number, "")
