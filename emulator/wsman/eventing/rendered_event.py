"""An event as it is delivered, whichever feed it comes from."""

from __future__ import annotations

from dataclasses import dataclass

_WSMAN = "http://schemas.dmtf.org/wbem/wsman/1/wsman/"
#: The a:Action of an event that has none of its own (MS-WSMV 3.1.4.1.30.2), and of the marker for lost ones.
EVENT_ACTION = _WSMAN + "Event"
DROPPED_ACTION = _WSMAN + "DroppedEvents"


@dataclass(frozen=True, slots=True)
class RenderedEvent:
    """The content of one event, its action, and the bookmark (XML) from which delivery goes on after it."""

    content: bytes
    action: str = EVENT_ACTION
    bookmark: bytes = b""


def dropped(count: int) -> RenderedEvent:
    """The marker that stands where events were lost (DSP0226 10.9)."""
    text = f'<w:DroppedEvents Action="{DROPPED_ACTION}">{count}</w:DroppedEvents>'
    return RenderedEvent(text.encode(), DROPPED_ACTION)
