"""Where the events of a subscription come from. A further kind of resource is one feed and one row in FEEDS.

A feed keeps what nobody took yet, bounded by itself. `pending`, `take`, `put_back` and `close` are called
under the host's lock and must be quick; `render` is called without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from emulator.cim.errors import CimError
from emulator.wmi.events import Dropped, EventSubscription
from emulator.wsman.errors import WmiOperation
from emulator.wsman.eventing.event_log_feed import open_event_log_feed
from emulator.wsman.eventing.rendered_event import RenderedEvent, dropped
from emulator.wsman.faults import WsmanFault
from emulator.wsman.instance_xml import property_order
from emulator.wsman.operations.wmi_target import fault_of, namespace_name
from emulator.wsman.resource_uri import EventLogTarget, Target, WmiTarget

if TYPE_CHECKING:
    from emulator.wsman.eventing.request import SubscribeRequest
    from emulator.wsman.instance_xml import InstanceRenderer
    from emulator.wsman.operations.call import Call

_QUERY_DIALECTS = (
    "http://schemas.microsoft.com/wbem/wsman/1/wql",
    "http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf",
)
_MAXIMUM_QUERY = 65_536


class EventFeed(Protocol):
    """The events of one subscription."""

    @property
    def pending(self) -> int:
        """How many events wait."""

    def take(self, maximum: int) -> Sequence[Any]:
        """Remove and return the oldest events."""

    def put_back(self, events: Sequence[Any]) -> None:
        """Return taken events to the front, because they could not be delivered."""

    def render(self, event: Any) -> RenderedEvent:
        """One event that was taken."""

    def close(self) -> None:
        """Collect no more. Safe to call twice."""


class WmiFeed:
    """Events of WMI."""

    def __init__(
        self, events: EventSubscription, renderer: InstanceRenderer, is_abandoned: Callable[[], bool]
    ) -> None:
        self._events = events
        self._renderer = renderer
        selected = events.query.properties
        self._properties = None if selected is None else property_order(selected)
        events.is_abandoned = is_abandoned

    @property
    def pending(self) -> int:
        return self._events.pending

    def take(self, maximum: int) -> Sequence[Any]:
        return self._events.take(maximum)

    def put_back(self, events: Sequence[Any]) -> None:
        self._events.put_back(events)

    def render(self, event: Any) -> RenderedEvent:
        if isinstance(event, Dropped):
            return dropped(event.count)
        if self._properties is None:
            return RenderedEvent(self._renderer.instance(event))
        return RenderedEvent(self._renderer.fragment(event, self._properties))

    def close(self) -> None:
        self._events.close()


OpenFeed = Callable[["Call", Any, "SubscribeRequest", Callable[[], bool]], EventFeed]


def feed_of(target: Target) -> OpenFeed:
    """What opens the feed of a resource.

    Raises ACTION_NOT_SUPPORTED for one that has no events.

    It is called with the call, the target, the request, and a function that says whether the subscriber has
    gone away, which the feed asks when events pile up; it raises the fault of a filter that is wrong.
    """
    opener = FEEDS.get(type(target))
    if opener is None:
        raise WsmanFault("ERROR_WSMAN_ACTION_NOT_SUPPORTED")
    return opener


def _open_wmi_feed(
    call: Call, target: WmiTarget, request: SubscribeRequest, is_abandoned: Callable[[], bool]
) -> EventFeed:
    """Events of a WQL query on the all-classes URI, or of one event class (DSP0227 10.2.1)."""
    if call.host.release.winrm_stack.startswith("2."):
        # Server 2012 was the first whose WMI plug-in takes Subscribe (MS-WSMV 3.1.4.6, note 112).
        raise WsmanFault("ERROR_WSMAN_ACTION_NOT_SUPPORTED")
    if request.send_bookmarks or request.bookmark is not None:
        raise WsmanFault("ERROR_WSMAN_BOOKMARKS_NOT_SUPPORTED")
    query = _query(target, request)
    name = namespace_name(call, target)
    try:
        events = call.namespace(name).subscribe(query)
    except CimError as error:
        operation = WmiOperation("ExecNotificationQuery", query, name)
        raise fault_of(call, error, operation) from None
    return WmiFeed(events, call.renderer, is_abandoned)


def _query(target: WmiTarget, request: SubscribeRequest) -> str:
    if request.filter is None:
        if target.class_name is None:
            raise WsmanFault("ERROR_WSMAN_FILTERING_REQUIRED")
        return f"SELECT * FROM {target.class_name}"  # noqa: S608 -- WQL; the name was checked with the URI
    if request.filter.dialect not in _QUERY_DIALECTS:
        raise WsmanFault("ERROR_WSMAN_EVENTING_FILTERING_REQUESTED_UNAVAILABLE")
    if target.class_name is not None:
        raise WsmanFault("ERROR_WSMAN_INVALID_URI_WMI_ENUM_WQL")
    query = request.filter.element.text or ""
    if not query.strip() or len(query) > _MAXIMUM_QUERY:
        raise WsmanFault("ERROR_WSMAN_CANNOT_PROCESS_FILTER")
    return query


FEEDS: dict[type, OpenFeed] = {EventLogTarget: open_event_log_feed, WmiTarget: _open_wmi_feed}
