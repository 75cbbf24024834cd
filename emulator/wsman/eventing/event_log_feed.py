"""Entries of the event logs as events (MS-WSMV 3.1.4.1.30): chosen by an event query, resumed by a bookmark.

A bookmark names the last record of each log that was delivered; a subscription that gives it back goes on
after these. Without one it begins with the next entry.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from emulator.event_log.query import (
    DIALECT,
    EventQuery,
    EventQueryError,
    parse_query,
    parse_query_text,
)
from emulator.event_log.rendering import event_xml
from emulator.host.windows.event_log import EventLogEntry
from emulator.wmi.events import MAXIMUM_QUEUED, Dropped
from emulator.wsman.envelope import text_of
from emulator.wsman.eventing.rendered_event import RenderedEvent, dropped
from emulator.wsman.faults import WsmanFault
from emulator.wsman.text import escape_attribute
from emulator.xml_document import Element, local_name

if TYPE_CHECKING:
    from emulator.host import Host
    from emulator.host.host import Change, Observed
    from emulator.wsman.envelope import Envelope
    from emulator.wsman.eventing.feed import EventFeed
    from emulator.wsman.eventing.request import SubscribeRequest
    from emulator.wsman.operations.call import Call
    from emulator.wsman.resource_uri import EventLogTarget

#: The reserved bookmark that stands for everything there is (DSP0226 10.2.6).
EARLIEST = "http://schemas.dmtf.org/wbem/wsman/1/wsman/bookmark/earliest"
_MAXIMUM_BOOKMARKS = 256


class EventLogFeed:
    """The entries of one subscription."""

    def __init__(
        self,
        host: Host,
        query: EventQuery,
        *,
        is_rendered: bool,
        is_text: bool,
        after: Mapping[str, int] | None,
        is_abandoned: Callable[[], bool],
    ) -> None:
        """`after` names the last record of each log (lower case) that the subscriber has; None begins now.

        `is_rendered` adds the texts that a person reads, `is_text` sends an event as text instead of XML.
        """
        self._host = host
        self._query = query
        self._is_rendered = is_rendered
        self._is_text = is_text
        self._is_abandoned = is_abandoned
        self._dropped = 0
        self._positions: dict[str, int] = {}
        with host.looking():
            existing = () if after is None else query.entries(host)
            known = after or {}
            self._entries = deque(
                entry for entry in existing if entry.record_id > known.get(entry.log_name.casefold(), 0)
            )
            # What is there already is no more than the logs hold.
            self._maximum = len(self._entries) + MAXIMUM_QUEUED
            self._observer = self._observe
            host.observers.append(self._observer)

    @property
    def pending(self) -> int:
        return len(self._entries)

    def take(self, maximum: int) -> Sequence[EventLogEntry | Dropped]:
        taken: list[EventLogEntry | Dropped] = []
        while self._entries and len(taken) < maximum:
            taken.append(self._entries.popleft())
        if self._dropped and taken and not self._entries:
            taken.append(Dropped(self._dropped))
            self._dropped = 0
        return taken

    def put_back(self, events: Sequence[EventLogEntry | Dropped]) -> None:
        for event in reversed(events):
            if isinstance(event, Dropped):
                self._dropped += event.count
            else:
                self._entries.appendleft(event)

    def render(self, event: EventLogEntry | Dropped) -> RenderedEvent:
        if isinstance(event, Dropped):
            return dropped(event.count)
        text = event_xml(event, self._host, rendered=self._is_rendered)
        if self._is_text:
            text = "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"
        return RenderedEvent(text.encode(), bookmark=self._bookmark(event).encode())

    def close(self) -> None:
        self._entries.clear()
        if self._observer in self._host.observers:
            self._host.observers.remove(self._observer)

    def _observe(self, _change: Change, thing: Observed) -> None:
        if not isinstance(thing, EventLogEntry) or not self._query.accepts(thing, self._host):
            return
        if len(self._entries) < self._maximum and not self._dropped:
            self._entries.append(thing)
            return
        self._dropped += 1
        if self._is_abandoned():
            self.close()

    def _bookmark(self, entry: EventLogEntry) -> str:
        """The list of the last records, the newest marked as current (recorded)."""
        self._positions.pop(entry.log_name, None)
        self._positions[entry.log_name] = entry.record_id
        rows = "".join(
            f'<Bookmark Channel="{escape_attribute(name)}" RecordId="{number}"'
            + (' IsCurrent="true"/>' if name == entry.log_name else "/>")
            for name, number in self._positions.items()
        )
        return f"<BookmarkList>{rows}</BookmarkList>"


def open_event_log_feed(
    call: Call, _target: EventLogTarget, request: SubscribeRequest, is_abandoned: Callable[[], bool]
) -> EventFeed:
    """Raises FILTERING_REQUESTED_UNAVAILABLE (dialect), CANNOT_PROCESS_FILTER, INVALID_BOOKMARK and
    OPTIONS_INVALID_VALUE."""
    query = _query(request)
    if not _is_on(call.envelope, "IgnoreChannelError"):
        try:
            query.require_logs(call.host.event_log)
        except EventQueryError as error:
            raise _refused(error) from None
    content = (call.envelope.option("ContentFormat") or "Raw").strip().lower()
    if content not in ("raw", "renderedtext"):
        raise WsmanFault("ERROR_WSMAN_OPTIONS_INVALID_VALUE")
    after = None if request.bookmark is None else _after(request.bookmark)
    if after is None and _is_on(call.envelope, "ReadExistingEvents"):
        after = {}
    return EventLogFeed(
        call.host,
        query,
        is_rendered=content == "renderedtext",
        is_text=_is_on(call.envelope, "CDATA"),
        after=after,
        is_abandoned=is_abandoned,
    )


def _query(request: SubscribeRequest) -> EventQuery:
    """The query, given as elements (MS-WSMV 3.1.4.1.30.5) or as their text (clients)."""
    if request.filter is None:
        raise WsmanFault("ERROR_WSMAN_FILTERING_REQUIRED")
    if request.filter.dialect not in ("", DIALECT):
        raise WsmanFault("ERROR_WSMAN_EVENTING_FILTERING_REQUESTED_UNAVAILABLE")
    element = request.filter.element
    try:
        return parse_query(element[0]) if len(element) else parse_query_text(element.text or "")
    except EventQueryError as error:
        raise _refused(error) from None


def _refused(error: EventQueryError) -> WsmanFault:
    return WsmanFault("ERROR_WSMAN_CANNOT_PROCESS_FILTER", f"The event query cannot be processed: {error}.")


def _after(bookmark: Element) -> dict[str, int]:
    """The last record of each log that a bookmark names. Raises INVALID_BOOKMARK."""
    if not len(bookmark):
        if text_of(bookmark) == EARLIEST:
            return {}
        raise WsmanFault("ERROR_WSMAN_INVALID_BOOKMARK")
    rows = list(bookmark[0])
    if local_name(bookmark[0]) != "BookmarkList" or len(rows) > _MAXIMUM_BOOKMARKS:
        raise WsmanFault("ERROR_WSMAN_INVALID_BOOKMARK")
    found: dict[str, int] = {}
    for row in rows:
        channel, number = row.get("Channel") or "", row.get("RecordId") or ""
        if not channel or not (number.isascii() and number.isdigit() and len(number) <= 19):
            raise WsmanFault("ERROR_WSMAN_INVALID_BOOKMARK")
        found[channel.casefold()] = int(number)
    return found


def _is_on(envelope: Envelope, name: str) -> bool:
    """Whether an option is there: clients send it with xsi:nil, that is without a value."""
    value = envelope.option(name)
    return value is not None and value.strip().lower() in ("", "true", "1")
