"""Microsoft.Update.*: the Windows Update Agent as scripts reach it by COM (wuapi.h).

The machine reaches no update service: a search that asks one fails as on a machine without a network. What is
installed came with the image, so that the agent itself has no history.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host import Host, HostError
from emulator.host.windows.services import ServiceState, StartMode
from emulator.powershell.dotnet.collections import LIST_TYPES, GenericList, PSArray
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.types import PSType, kept
from emulator.powershell.dotnet.win32_messages import exception_of_result
from emulator.signed_numbers import signed32

if TYPE_CHECKING:
    from collections.abc import Callable

_COM = "System.__ComObject"
#: WU_E_PT_WINHTTP_NAME_NOT_RESOLVED; WU_E_INVALID_CRITERIA; ERROR_SERVICE_DISABLED; E_ACCESSDENIED.
_NO_SERVICE, _NO_CRITERIA, _DISABLED, _DENIED = 0x8024402C, 0x80240032, 0x80070422, 0x80070005
_TEXTS = {
    _NO_SERVICE: "Exception from HRESULT: 0x8024402C",
    _NO_CRITERIA: "Exception from HRESULT: 0x80240032",
    _DISABLED: "The service cannot be started, either because it is disabled or because it has no enabled "
    "devices associated with it. (Exception from HRESULT: 0x80070422)",
    _DENIED: "Access is denied. (Exception from HRESULT: 0x80070005 (E_ACCESSDENIED))",
}
_SUCCEEDED = 2
_LONGEST_CRITERIA = 4096


def _refused(number: int) -> NetError:
    return NetError(exception_of_result(number), _TEXTS[number], hresult=signed32(number))


def _denied(_session: Session) -> None:
    """Downloads and installations are for programs on the machine itself: a remote session is refused."""
    raise _refused(_DENIED)


class Session:
    """IUpdateSession3."""

    __slots__ = ("client", "host")
    ps_type: PSType

    def __init__(self, host: Host) -> None:
        self.host = host
        self.client = ""


class Searcher:
    """IUpdateSearcher3."""

    __slots__ = ("has_superseded", "host", "is_online", "selection", "service")
    ps_type: PSType

    def __init__(self, session: Session) -> None:
        self.host = session.host
        self.is_online = True
        self.has_superseded = False
        self.selection = 0
        self.service = ""

    def search(self, criteria: str) -> SearchResult:
        """Ask the service, or without it the agent's own store, which is empty. Raises COMException."""
        if len(criteria) > _LONGEST_CRITERIA or "=" not in criteria:
            raise _refused(_NO_CRITERIA)
        agent = self.host.services.get("wuauserv")
        if agent is None or agent.start_mode is StartMode.DISABLED:
            raise _refused(_DISABLED)
        if agent.state is ServiceState.STOPPED:
            try:
                agent.start()
            except HostError:
                raise _refused(_DISABLED) from None
        if self.is_online:
            raise _refused(_NO_SERVICE)
        return SearchResult()


class SearchResult:
    """ISearchResult."""

    __slots__ = ()
    ps_type: PSType


class Updates(GenericList):
    """IUpdateCollection, also that of a script (Microsoft.Update.UpdateColl)."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__((), _UPDATES)


LIST_TYPES.add(Updates)


class SystemInformation:
    """ISystemInformation."""

    __slots__ = ("host",)
    ps_type: PSType

    def __init__(self, host: Host) -> None:
        self.host = host


class AutomaticUpdates:
    """IAutomaticUpdates2."""

    __slots__ = ("host",)
    ps_type: PSType

    def __init__(self, host: Host) -> None:
        self.host = host

    @property
    def is_enabled(self) -> bool:
        """ServiceEnabled: whether the components that it needs may run."""
        agent = self.host.services.get("wuauserv")
        return agent is not None and agent.start_mode is not StartMode.DISABLED


Session.ps_type = PSType(
    f"{_COM}#IUpdateSession3",
    instance={
        **kept("ClientApplicationID: string", "client"),
        "ReadOnly: bool": lambda _s: False,
        "WebProxy": lambda _s: None,
        "UserLocale: uint32": lambda _s: 1033,
        "CreateUpdateSearcher()": Searcher,
        "CreateUpdateDownloader()": _denied,
        "CreateUpdateInstaller()": _denied,
    },
)
Searcher.ps_type = PSType(
    f"{_COM}#IUpdateSearcher3",
    instance={
        **kept("Online: bool", "is_online"),
        **kept("IncludePotentiallySupersededUpdates: bool", "has_superseded"),
        **kept("ServerSelection: int", "selection"),
        **kept("ServiceID: string", "service"),
        "CanAutomaticallyUpgradeService: bool": lambda _s: False,
        "ClientApplicationID: string": lambda _s: "",
        "Search(string criteria)": Searcher.search,
        "GetTotalHistoryCount()": lambda _s: 0,
        "QueryHistory(int startIndex, int count)": lambda _s, _start, _count: PSArray([]),
        "EscapeString(string unescaped)": lambda _s, text: text.replace("'", "''"),
    },
)
_UPDATES = PSType(
    f"{_COM}#IUpdateCollection",
    instance={"Count: int": len, "ReadOnly: bool": lambda _u: False, "Clear()": lambda u: u.clear()},
)
SearchResult.ps_type = PSType(
    f"{_COM}#ISearchResult",
    instance={
        "ResultCode: int": lambda _r: _SUCCEEDED,
        "Updates": lambda _r: Updates(),
        "RootCategories": lambda _r: PSArray([]),
        "Warnings": lambda _r: PSArray([]),
    },
)
SystemInformation.ps_type = PSType(
    f"{_COM}#ISystemInformation",
    instance={
        "RebootRequired: bool": lambda _i: False,
        "OemHardwareSupportLink: string": lambda _i: None,
    },
)
AutomaticUpdates.ps_type = PSType(
    f"{_COM}#IAutomaticUpdates2",
    instance={"ServiceEnabled: bool": lambda a: a.is_enabled},
)
#: The second half of a ProgID -> how the object is made.
_CLASSES: dict[str, Callable[[Host], Any]] = {
    "session": Session,
    "searcher": lambda host: Searcher(Session(host)),
    "systeminfo": SystemInformation,
    "autoupdate": AutomaticUpdates,
    "updatecoll": lambda _host: Updates(),
}


def update_object(name: str, host: Host) -> Any:
    """The object of the class ``Microsoft.Update.<name>``; None for one that is not emulated."""
    make = _CLASSES.get(name)
    return None if make is None else make(host)
