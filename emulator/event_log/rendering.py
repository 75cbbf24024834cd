"""Entries of the event logs as XML: the Event element of the Windows event schema (MS-EVEN6 2.2.13).

The same tree is what event queries look into (`emulator.event_log.query`), so that a filter sees exactly
what a client is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from emulator.host.windows.event_log import Audit, EventLevel
from emulator.xml_text import escape, escape_attribute

if TYPE_CHECKING:
    from emulator.host import EventLogEntry, Host

EVENT = "http://schemas.microsoft.com/win/2004/08/events/event"
_VIRTUALIZATION = "http://www.microsoft.com/Windows/Virtualization/Events"
_CLASSIC_KEYWORD = "0x80000000000000"
_ADMINISTRATIVE_KEYWORD = "0x8000000000000000"


@dataclass(frozen=True, slots=True)
class Node:
    """An element of an event: attributes, and either a text or children."""

    name: str
    text: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[Node, ...] = ()
    namespace: str = ""


@dataclass(frozen=True, slots=True)
class Provider:
    """What the registry knows of an event provider. ``guid`` is empty for one that only writes the classic
    way; ``classic_name`` is the source under which a provider with a manifest also writes so."""

    guid: str = ""
    classic_name: str = ""
    qualifiers: str = ""
    keywords: str = _CLASSIC_KEYWORD
    has_user_data: bool = False


# GUIDs: the providers' manifests (public lists of Windows' event providers).
_PROVIDERS = {
    "Service Control Manager": Provider(
        "{555908d1-a6d7-4695-8e1e-26931d2012f4}",
        "Service Control Manager",
        "16384",
        "0x8080000000000000",
    ),
    "EventLog": Provider(qualifiers="32768"),
    "Microsoft-Windows-Kernel-General": Provider(
        "{a68ca8b7-004f-d7b6-a698-07e2de0f1f5d}", keywords="0x8000000000000080"
    ),
    "Microsoft-Windows-Hyper-V-Hypervisor": Provider(
        "{52fc89f8-995e-434c-a91e-199986449890}", keywords=_ADMINISTRATIVE_KEYWORD
    ),
    "Microsoft-Windows-Hyper-V-VMMS": Provider(
        "{6066f867-7ca1-4418-85fd-36e3f9c0600c}", keywords=_ADMINISTRATIVE_KEYWORD, has_user_data=True
    ),
    "Microsoft-Windows-Hyper-V-Worker": Provider(
        "{51ddfa29-d5c8-4803-be4b-2ecb715570fe}", keywords=_ADMINISTRATIVE_KEYWORD, has_user_data=True
    ),
    "Microsoft-Windows-WinRM": Provider(
        "{a7975c8f-ac13-49f1-87da-5a984a4ab417}", "WinRM", "7", "0x8080000000000000"
    ),
}
#: winmeta.h, with the texts of Windows' own message table.
_KEYWORDS = {
    int(_CLASSIC_KEYWORD, 16): "Classic",
    Audit.SUCCESS.value: "Audit Success",
    Audit.FAILURE.value: "Audit Failure",
}
_CLASSIC = Provider(qualifiers="0")
_LEVELS = {
    EventLevel.LOG_ALWAYS: "Information",
    EventLevel.CRITICAL: "Critical",
    EventLevel.ERROR: "Error",
    EventLevel.WARNING: "Warning",
    EventLevel.INFORMATION: "Information",
}


def event_tree(entry: EventLogEntry, host: Host) -> Node:
    """The Event of an entry; the level is 4 for what Windows logs as information."""
    provider = _PROVIDERS.get(entry.source, _CLASSIC)
    system = (
        Node("Provider", attributes=_provider_attributes(entry.source, provider)),
        Node(
            "EventID",
            str(entry.event_id),
            (("Qualifiers", provider.qualifiers),) if provider.qualifiers else (),
        ),
        Node("Version", "0"),
        Node("Level", str(int(entry.level))),
        Node("Task", str(entry.category)),
        Node("Opcode", "0"),
        Node("Keywords", f"{keywords_of(entry):#x}"),
        Node("TimeCreated", attributes=(("SystemTime", f"{entry.time:%Y-%m-%dT%H:%M:%S.%f}000Z"),)),
        Node("EventRecordID", str(entry.record_id)),
        Node("Correlation"),
        Node("Execution", attributes=(("ProcessID", "4"), ("ThreadID", "0"))),
        Node("Channel", entry.log_name),
        Node("Computer", host.operating_system.fully_qualified_name),
        Node("Security", attributes=(("UserID", entry.user),) if entry.user else ()),
    )
    return Node("Event", children=(Node("System", children=system), _data(entry, provider)))


def event_xml(entry: EventLogEntry, host: Host, *, rendered: bool = False) -> str:
    """The Event element; with ``rendered`` (content format RenderedText) with the texts that a person
    reads."""
    tree = event_tree(entry, host)
    inner = "".join(_rendered(child) for child in tree.children)
    if rendered:
        inner += (
            "<RenderingInfo Culture='en-US'>"
            f"<Message>{escape(entry.message)}</Message><Level>{_LEVELS[entry.level]}</Level><Task></Task>"
            f"<Opcode>Info</Opcode><Channel>{escape(entry.log_name.partition('/')[0])}</Channel>"
            f"<Provider>{escape(entry.source)}</Provider><Keywords></Keywords></RenderingInfo>"
        )
    return f"<Event xmlns='{EVENT}'>{inner}</Event>"


@lru_cache(maxsize=64)
def _provider_attributes(source: str, provider: Provider) -> tuple[tuple[str, str], ...]:
    attributes = [("Name", source)]
    if provider.guid:
        attributes.append(("Guid", provider.guid))
    if provider.classic_name:
        attributes.append(("EventSourceName", provider.classic_name))
    return tuple(attributes)


def _data(entry: EventLogEntry, provider: Provider) -> Node:
    if provider.has_user_data and entry.data:
        fields = tuple(Node(name, text) for name, text in entry.data)
        return Node("UserData", children=(Node("VmlEventLog", children=fields, namespace=_VIRTUALIZATION),))
    shown = [Node("Data", text, (("Name", name),) if name else ()) for name, text in entry.data]
    if entry.binary:
        shown.append(Node("Binary", entry.binary.hex().upper()))
    return Node("EventData", children=tuple(shown) or (Node("Data", entry.message),))


def _rendered(node: Node) -> str:
    declared = f" xmlns='{node.namespace}'" if node.namespace else ""
    attributes = "".join(
        f" {name}='{escape_attribute(text).replace(chr(39), '&apos;')}'" for name, text in node.attributes
    )
    inner = "".join(map(_rendered, node.children)) if node.children else escape(node.text)
    if not inner:
        return f"<{node.name}{declared}{attributes}/>"
    return f"<{node.name}{declared}{attributes}>{inner}</{node.name}>"


def level_name(entry: EventLogEntry) -> str:
    """The word for the level of an entry."""
    return _LEVELS[entry.level]


def keywords_of(entry: EventLogEntry) -> int:
    """The keywords of an entry: those of its provider, and what an audit found."""
    keywords = int(provider_of(entry.source).keywords, 16)
    return keywords | (entry.audit.value if entry.audit else 0)


def keyword_names(entry: EventLogEntry) -> tuple[str, ...]:
    """The words for the keywords that every provider has."""
    keywords = keywords_of(entry)
    return tuple(word for bit, word in _KEYWORDS.items() if keywords & bit)


def provider_of(source: str) -> Provider:
    """What is known of an event provider."""
    return _PROVIDERS.get(source, _CLASSIC)


def provider_names(host: Host) -> list[str]:
    """The providers that are known or have written something, in order of names."""
    with host.looking():
        written = {entry.source for entry in host.event_log.entries()}
        hyper_v = host.role.active
    known = {name for name in _PROVIDERS if hyper_v or "Hyper-V" not in name}
    return sorted(known | written, key=str.casefold)
