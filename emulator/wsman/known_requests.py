"""Requests that came before: a client that polls sends the same bytes again under another MessageID.

Reading such a request is remembered under its bytes without the id. Only a GUID between the tags of the
first MessageID element is taken out, so what is left over stands for the whole request and nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emulator.wsman.envelope import parse_document, read_headers

if TYPE_CHECKING:
    from emulator.wsman.envelope import Envelope

_MESSAGE_ID = re.compile(rb"MessageID>((?:uuid:)?[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})</")
_LARGEST = 8192
_MOST = 256


class KnownRequests:
    """Reads requests. Thread-safe: whatever two threads do at once, the worst is that one reads again."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes, str], Envelope] = {}

    def read(self, data: bytes, encoding: str) -> Envelope:
        """The envelope of a request in UTF-8. Raises what `parse_document` and `read_headers` raise.

        The element of the body may be shared with other requests: nobody may change it.
        """
        found = _MESSAGE_ID.search(data) if len(data) <= _LARGEST else None
        if found is None:
            return read_headers(parse_document(data), encoding)
        start, end = found.span(1)
        key = (data[:start], data[end:], encoding)
        message_id = found[1].decode("ascii")
        known = self._known.get(key)
        if known is not None:
            return known.under(message_id)
        envelope = read_headers(parse_document(data), encoding)
        if envelope.message_id == message_id:
            if len(self._known) >= _MOST:
                # Polling clients are back in it at once; who never comes back is not worth a list of ages.
                self._known = {}
            self._known[key] = envelope
        return envelope
