"""Who is logged on, whose profiles there are, the domain, and the machine's time of day.

The services' own sessions are always there; each account that runs a process has a session for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from emulator.wmi.association import End, Link, the_host
from emulator.wmi.cimv2.account import SystemAccount, UserAccount
from emulator.wmi.cimv2.base import Win32RowView
from emulator.wmi.cimv2.computer_system import ComputerSystem
from emulator.wmi.cimv2.process import Process
from emulator.wmi.cimv2.service import Service
from emulator.wmi.rows import Row

if TYPE_CHECKING:
    from emulator.host.windows.processes import Process as HostProcess
    from emulator.wmi.namespace import Namespace

#: Logon sessions of Windows' own accounts: their numbers are fixed. LogonType 5 is Service, 0 System.
_SERVICE_SESSIONS = (("999", "SYSTEM", 0), ("997", "LOCAL SERVICE", 5), ("996", "NETWORK SERVICE", 5))
_NETWORK = 3
_FIRST_SESSION = 0x3E800
#: Profiles of Windows' own accounts.
_SERVICE_PROFILES = (
    ("S-1-5-18", "C:\\Windows\\system32\\config\\systemprofile"),
    ("S-1-5-19", "C:\\Windows\\ServiceProfiles\\LocalService"),
    ("S-1-5-20", "C:\\Windows\\ServiceProfiles\\NetworkService"),
)


def _short(account: str) -> str:
    return account.rpartition("\\")[2].casefold()


class LogonSession(Win32RowView):
    """A session."""

    class_name = "Win32_LogonSession"
    constants = {"Status": "OK"}

    def rows(self) -> Iterator[Row]:
        for identity, owner, kind in _SERVICE_SESSIONS:
            yield self.row_of(identity, owner, kind, "Negotiate", self.host.operating_system.boot_time)
        own = {name.casefold() for _, name, _ in _SERVICE_SESSIONS}
        first: dict[str, datetime] = {}
        for process in self.host.processes:
            if _short(process.account) not in own:
                first.setdefault(process.account, process.started)
        for account in self.host.accounts:
            started = next(
                (moment for name, moment in first.items() if _short(name) == account.name.casefold()), None
            )
            if started is not None:
                number = _FIRST_SESSION + int(account.sid.rpartition("-")[2])
                yield self.row_of(str(number), account.name, _NETWORK, "NTLM", started)

    def row_of(self, number: str, name: str, kind: int, package: str, started: datetime) -> Row:
        return Row(
            number,
            {
                "AuthenticationPackage": package,
                "LogonId": number,
                "LogonType": kind,
                "StartTime": self.local_time(started),
            },
            name,
        )


class UserProfile(Win32RowView):
    """A profile: those of Windows' own accounts, and of the users who have a folder."""

    class_name = "Win32_UserProfile"
    constants = {
        "HealthStatus": 3,
        "RefCount": 0,
        "RoamingConfigured": False,
        "RoamingPreference": None,
        "Status": 0,
    }

    def rows(self) -> Iterator[Row]:
        for sid, path in _SERVICE_PROFILES:
            yield Row(sid, {"Loaded": True, "LocalPath": path, "SID": sid, "Special": True})
        loaded = {_short(process.account) for process in self.host.processes}
        for account in self.host.accounts:
            path = f"C:\\Users\\{account.name}"
            if self.host.filesystem.is_directory(path):
                is_loaded = account.name.casefold() in loaded
                yield Row(
                    account.sid,
                    {
                        "LastUseTime": self.local_time(self.host.operating_system.boot_time),
                        "Loaded": is_loaded,
                        "LocalPath": path,
                        "SID": account.sid,
                        "Special": False,
                    },
                    account,
                )


class Domain(Win32RowView):
    """The domain of the machine, or its workgroup."""

    class_name = "Win32_NTDomain"
    constants = {"CreationClassName": "Win32_NTDomain", "NameFormat": None}

    def rows(self) -> Iterator[Row]:
        system = self.host.operating_system
        domain = system.domain
        name = f"Domain: {(domain.partition('.')[0] if domain else self.host.name).upper()}"
        values: dict[str, Any] = {"Caption": name, "Description": name, "Name": name}
        if domain:
            values |= {
                "ClientSiteName": "Default-First-Site-Name",
                "DcSiteName": "Default-First-Site-Name",
                "DnsForestName": domain,
                "DomainName": domain.partition(".")[0].upper(),
                "Status": "OK",
            }
        else:
            values |= {"DomainName": self.host.name, "Status": "Unknown"}
        yield Row(name, values)


class _Time(Win32RowView):
    volatile = frozenset(
        {"Day", "DayOfWeek", "Hour", "Milliseconds", "Minute", "Month", "Second", "WeekInMonth", "Year"}
    )

    def moment(self) -> datetime:
        """The time that is shown."""
        raise NotImplementedError

    def rows(self) -> Iterator[Row]:
        now = self.moment()
        first_day = now.replace(day=1)
        # Weeks begin on Sunday.
        offset = (first_day.weekday() + 1) % 7
        yield Row(
            0,
            {
                "Day": now.day,
                "DayOfWeek": (now.weekday() + 1) % 7,
                "Hour": now.hour,
                "Minute": now.minute,
                "Month": now.month,
                "Quarter": (now.month - 1) // 3 + 1,
                "Second": now.second,
                "WeekInMonth": (now.day + offset - 1) // 7 + 1,
                "Year": now.year,
            },
        )


class LocalTime(_Time):
    """The time in the machine's zone."""

    class_name = "Win32_LocalTime"

    def moment(self) -> datetime:
        return self.local_time(self.host.clock.now())


class UtcTime(_Time):
    """The time in UTC."""

    class_name = "Win32_UTCTime"

    def moment(self) -> datetime:
        return self.host.clock.now().astimezone(UTC)


class StartupCommand(Win32RowView):
    """What runs when somebody logs on."""

    class_name = "Win32_StartupCommand"
    constants = {
        "Caption": "SecurityHealth",
        "Command": "%windir%\\system32\\SecurityHealthSystray.exe",
        "Description": "SecurityHealth",
        "Location": "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run",
        "Name": "SecurityHealth",
        "SettingID": None,
        "User": "Public",
    }

    def rows(self) -> Iterator[Row]:
        # Windows Security has an icon from Windows 10 1809 on, where there is a desktop.
        system = self.host.operating_system
        if self.host.release.build >= 17763 and system.installation_type != "Server Core":
            yield Row(0, {})


def _account(view: type[Win32RowView]) -> Any:
    def reach(namespace: Namespace, session: Row) -> Iterable[Row]:
        rows = namespace.view(view).rows()
        return [row for row in rows if str(row.values.get("Name")).casefold() == session.shown.casefold()]

    return reach


def _sessions(namespace: Namespace, account: Row) -> Iterable[Row]:
    name = str(account.values.get("Name")).casefold()
    return [row for row in namespace.view(LogonSession).rows() if row.shown.casefold() == name]


def _processes(namespace: Namespace, session: Row) -> Iterable[HostProcess]:
    wanted = session.shown.casefold()
    return [each for each in namespace.host.processes if _short(each.account) == wanted]


def _session_of(namespace: Namespace, process: HostProcess) -> Iterable[Row]:
    rows = namespace.view(LogonSession).rows()
    return [row for row in rows if row.shown.casefold() == _short(process.account)]


VIEWS = (Domain, LocalTime, LogonSession, StartupCommand, UserProfile, UtcTime)
LINKS: tuple[Link, ...] = (
    *(
        Link(
            "Win32_LoggedOnUser",
            End("Antecedent", view, _sessions),
            End("Dependent", LogonSession, _account(view)),
        )
        for view in (SystemAccount, UserAccount)
    ),
    Link(
        "Win32_SessionProcess",
        End("Antecedent", LogonSession, _processes),
        End("Dependent", Process, _session_of),
    ),
    Link(
        "Win32_SystemProcesses",
        End("GroupComponent", ComputerSystem, lambda namespace, _: namespace.host.processes),
        End("PartComponent", Process, the_host),
    ),
    Link(
        "Win32_DependentService",
        End("Antecedent", Service, lambda _, service: service.dependents),
        End("Dependent", Service, lambda _, service: service.dependencies),
    ),
)
