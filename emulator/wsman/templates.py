"""Response envelopes: fixed text with the prefixes and the header order of Windows, values filled in.

Clients evaluate XPath with the literal prefixes s, a, w and p, so these are part of the protocol here. Which
prefixes an envelope declares depends on the operation, as recorded from Windows hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from emulator.host.identifiers import random_guid
from emulator.wsman.namespaces import ANONYMOUS, IDENTITY, PREFIXES, SOAP, WSMAN
from emulator.wsman.text import escape, escape_attribute

#: Prefixes that an envelope declares, by kind of response.
PLAIN = "s a w p"
TRANSFER = "s a x w p"
ENUMERATION = "s a n w p"
EVENTING = "s a e n w p"
RECEIVE = "s a w rsp p"
SHELL = "s a x w rsp p"
FAULT = "s a x e n w p"

_TAIL = b"</s:Body></s:Envelope>"


@lru_cache(maxsize=512)
def _head(prefixes: str, action: str) -> bytes:
    declared = "".join(f' xmlns:{prefix}="{PREFIXES[prefix]}"' for prefix in prefixes.split())
    return (
        f'<s:Envelope xml:lang="en-US"{declared}><s:Header><a:Action>{escape(action)}</a:Action>'
        "<a:MessageID>uuid:"
    ).encode()


def envelope(
    prefixes: str,
    action: str,
    relates_to: str,
    body: Sequence[bytes],
    with_activity: bool,
    operation_id: str = "",
    headers: bytes = b"",
) -> bytes:
    """One response. Header order as recorded: Action, MessageID, [ActivityId], [OperationID], To, RelatesTo.

    ``operation_id`` is that of the request, for resources with robust connections; ``headers`` are further
    header blocks, which stand before RelatesTo.
    """
    activity = f"<p:ActivityId>{random_guid()}</p:ActivityId>" if with_activity else ""
    if operation_id:
        activity += (
            f'<p:OperationID s:mustUnderstand="false">{escape(operation_id)}</p:OperationID>'
            "<p:SequenceId>1</p:SequenceId>"
        )
    relates = f"<a:RelatesTo>{escape(relates_to)}</a:RelatesTo>" if relates_to else ""
    middle = f"{random_guid()}</a:MessageID>{activity}<a:To>{ANONYMOUS}</a:To>"
    head = f"{middle}{headers.decode()}" if headers else middle
    return b"".join((_head(prefixes, action), f"{head}{relates}</s:Header><s:Body>".encode(), *body, _TAIL))


def envelope_overhead(prefixes: str, action: str, relates_to: str, operation_id: str = "") -> int:
    """An upper bound of the bytes that `envelope` puts around a body."""
    size = len(_head(prefixes, action)) + len(escape(relates_to).encode()) + 320
    return size + (len(escape(operation_id).encode()) + 120 if operation_id else 0)


def identify_response(product_version: str) -> bytes:
    """The answer to Identify (DSP0226 section 11); it has no addressing headers."""
    return (
        f'<s:Envelope xml:lang="en-US" xmlns:s="{SOAP}"><s:Header/><s:Body>'
        f'<wsmid:IdentifyResponse xmlns:wsmid="{IDENTITY}">'
        f"<wsmid:ProtocolVersion>{WSMAN}</wsmid:ProtocolVersion>"
        "<wsmid:ProductVendor>Microsoft Corporation</wsmid:ProductVendor>"
        f"<wsmid:ProductVersion>{escape(product_version)}</wsmid:ProductVersion>"
        "</wsmid:IdentifyResponse></s:Body></s:Envelope>"
    ).encode()


def selector_set(selectors: tuple[tuple[str, str], ...]) -> str:
    """w:SelectorSet with already rendered values."""
    inner = "".join(
        f'<w:Selector Name="{escape_attribute(name)}">{value}</w:Selector>' for name, value in selectors
    )
    return f"<w:SelectorSet>{inner}</w:SelectorSet>" if inner else ""
