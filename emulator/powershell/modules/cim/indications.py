"""Register-CimIndicationEvent, and the watchers of WMI events that Register-WmiEvent has too."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from emulator.cim.errors import CimError
from emulator.cim.instance import Instance
from emulator.powershell.dotnet.event_sources import EventArguments, EventSource, Handler
from emulator.powershell.dotnet.types import PSType, register
from emulator.powershell.modules.cim.management import management_of, record_of
from emulator.powershell.modules.cim.objects import CimObject
from emulator.powershell.modules.utility.events import SUBSCRIPTION, subscribe_to
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import not_emulated
from emulator.powershell.runtime.module import cmdlet

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.wmi.events import EventSubscription

_DEFAULT = "root/cimv2"
_AT_ONCE = 100
_CIM_ARGUMENTS = "Microsoft.Management.Infrastructure.CimCmdlets.CimIndicationEventInstanceEventArgs"


class Indications(EventSource):
    """A watcher of one query. What came is raised when the script looks at its events."""

    def __init__(
        self,
        host: Host,
        subscription: EventSubscription,
        event_name: str,
        arguments: Callable[[Instance], EventArguments],
    ) -> None:
        self.host = host
        self.subscription = subscription
        self.event_names = (event_name,)
        self._arguments = arguments
        self.listeners = []
        itself = weakref.ref(self)
        # Who has gone with its session takes no more events.
        subscription.is_abandoned = lambda: itself() is None

    def stop_listening(self, handler: Handler) -> None:
        """Take the handler away; nobody else has this watcher."""
        super().stop_listening(handler)
        self.subscription.close()

    def _taken(self, most: int) -> list[EventArguments]:
        """What waits; how much was lost is not told to scripts."""
        return [self._arguments(each) for each in self.subscription.take(most) if isinstance(each, Instance)]

    def take_one(self) -> EventArguments:
        """The oldest event that waits, without raising it."""
        with self.host.looking():
            return self._taken(1)[0]

    def settle(self, _now: int) -> None:
        """Raise what came."""
        with self.host.looking():
            taken = self._taken(_AT_ONCE)
        for each in taken:
            self.tell(self.event_names[0], each)


class CimIndications(Indications):
    """Microsoft.Management.Infrastructure.CimCmdlets.CimIndicationWatcher."""


register(
    PSType("Microsoft.Management.Infrastructure.CimCmdlets.CimIndicationWatcher"),
    CimIndications,
)


@cmdlet("Register-CimIndicationEvent", reads=("ComputerName", "QueryDialect", *SUBSCRIPTION))
def register_cim_indication_event(
    call: CmdletCall,
    class_name: str | None = None,
    query: str | None = None,
    namespace: str | None = None,
) -> None:
    """Subscribe to the events of a class of events, or of a query."""
    dialect = call.get("QueryDialect")
    if dialect is not None and str(dialect).lower() != "wql":
        raise call.complete(not_emulated(f"{call.name} -QueryDialect {dialect}"))
    text = query or f"SELECT * FROM {class_name}"  # noqa: S608 - a query of WMI
    try:
        home = management_of(call).namespace(namespace or _DEFAULT)
        subscription = home.subscribe(text)
    except CimError as problem:
        record = record_of(call, problem, text)
        if record is None:
            raise
        call.error(record)
        return
    names = subscription.query.properties

    def told(event: Instance) -> EventArguments:
        with home.reading():
            made = CimObject(event, names, call.engine)
        properties = {"NewEvent": made, "MachineId": None, "Bookmark": None, "Context": None}
        return EventArguments(_CIM_ARGUMENTS, properties)

    listen(call, CimIndications(home.host, subscription, "CimIndicationArrived", told))


def listen(call: CmdletCall, source: Indications) -> None:
    """Subscribe to a watcher. What is refused is closed."""
    try:
        subscribe_to(call, source, source.event_names[0])
    except BaseException:
        source.subscription.close()
        raise
