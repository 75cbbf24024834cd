"""A WS-Management client for the cmdlets of Microsoft.WSMan.Management.

Messages go to the machine's own door (`Host.requests`), or to that of another host of the neighbourhood:
what a script gets is what a client on the network would get.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host import Account
    from emulator.host.management_requests import RequestAnswerer

_SOAP = "http://www.w3.org/2003/05/soap-envelope"
_ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
_MANAGEMENT = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
_ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
_TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
_BINDING = "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd"
_IDENTITY = "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd"
_FAULT = "{http://schemas.microsoft.com/wbem/wsman/1/wsmanfault}WSManFault"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_ANONYMOUS = f"{_ADDRESSING}/role/anonymous"
_BASE = "http://schemas.microsoft.com/wbem/wsman/1/"
#: Beginnings of resource URIs that the tools abbreviate (winrm help aliases).
_ALIASES = {
    "winrm/": _BASE,
    "wsman/": _BASE,
    "wmicimv2/": f"{_BASE}wmi/root/cimv2/",
    "wmi/": f"{_BASE}wmi/",
    "cimv2/": "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/",
    "shell/": f"{_BASE}windows/shell/",
}
_DIALECTS = {
    "wql": f"{_BASE}WQL",
    "selector": "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter",
    "association": "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter",
}
_PAGE = 50


class RequestRefused(Exception):
    """A fault; ``fault`` is its f:WSManFault as text, or the sentence of a fault without one."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class Association(Record):
    """What an association filter asks: the object's class and keys, and whether the associations themselves
    are wanted."""

    resource: str
    selectors: dict[str, str]
    of_associations: bool


class ManagementClient:
    """Requests to one host as one account. Everything raises RequestRefused."""

    def __init__(self, door: RequestAnswerer, account: Account | None, identifiers: Iterator[str]) -> None:
        self._door = door
        self._account = account
        self._identifiers = identifiers

    def identify(self) -> Any:
        """wsmid:IdentifyResponse."""
        text = (
            f'<s:Envelope xmlns:s="{_SOAP}" xmlns:i="{_IDENTITY}"><s:Header/><s:Body><i:Identify/></s:Body>'
            "</s:Envelope>"
        )
        return self._sent(text)

    def get(self, resource: str, selectors: Mapping[str, Any], options: str = "", fragment: str = "") -> Any:
        """The element of an instance, or with a fragment w:XmlFragment."""
        return self._call(f"{_TRANSFER}/Get", resource, "", selectors, options + _fragment(fragment))

    def put(
        self,
        resource: str,
        selectors: Mapping[str, Any],
        body: str,
        options: str = "",
        fragment: str = "",
    ) -> Any:
        """What the instance is after the change."""
        header = options + _fragment(fragment)
        return self._call(f"{_TRANSFER}/Put", resource, body, selectors, header)

    def create(self, resource: str, selectors: Mapping[str, Any], body: str, options: str = "") -> Any:
        """x:ResourceCreated."""
        return self._call(f"{_TRANSFER}/Create", resource, body, selectors, options)

    def delete(self, resource: str, selectors: Mapping[str, Any], options: str = "") -> None:
        """Remove an instance."""
        self._call(f"{_TRANSFER}/Delete", resource, "", selectors, options)

    def invoke(
        self, resource: str, action: str, selectors: Mapping[str, Any], body: str, options: str = ""
    ) -> Any:
        """The output element of a method."""
        return self._call(f"{resource}/{action}", resource, body, selectors, options)

    def enumerate(self, resource: str, inner: str, options: str = "") -> Iterator[Any]:
        """The items of an enumeration."""
        found = self._call(
            f"{_ENUMERATION}/Enumerate", resource, f"<n:Enumerate>{inner}</n:Enumerate>", {}, options
        )
        context = found.findtext(f"{{{_ENUMERATION}}}EnumerationContext") or ""
        while True:
            yield from found.iterfind(".//{*}Items/*")
            if not context or found.find(".//{*}EndOfSequence") is not None:
                return
            body = (
                f"<n:Pull><n:EnumerationContext>{escape(context)}</n:EnumerationContext>"
                f"<n:MaxElements>{_PAGE}</n:MaxElements></n:Pull>"
            )
            found = self._call(f"{_ENUMERATION}/Pull", resource, body, {}, options)
            context = found.findtext(f"{{{_ENUMERATION}}}EnumerationContext") or context

    def _call(self, action: str, resource: str, body: str, selectors: Mapping[str, Any], header: str) -> Any:
        chosen = "".join(
            f"<w:Selector Name={quoteattr(name)}>{escape(text_of(value))}</w:Selector>"
            for name, value in selectors.items()
        )
        if chosen:
            header += f"<w:SelectorSet>{chosen}</w:SelectorSet>"
        text = (
            f'<s:Envelope xmlns:s="{_SOAP}" xmlns:a="{_ADDRESSING}" xmlns:w="{_MANAGEMENT}" '
            f'xmlns:n="{_ENUMERATION}" xmlns:b="{_BINDING}" xmlns:xsi="{_INSTANCE}"><s:Header>'
            f"<a:To>http://localhost:5985/wsman</a:To><a:ReplyTo><a:Address>{_ANONYMOUS}</a:Address></a:ReplyTo>"
            f"<a:Action>{escape(action)}</a:Action><a:MessageID>uuid:{next(self._identifiers)}</a:MessageID>"
            f"<w:ResourceURI>{escape(resource)}</w:ResourceURI>{header}</s:Header>"
            f"<s:Body>{body}</s:Body></s:Envelope>"
        )
        return self._sent(text)

    def _sent(self, text: str) -> Any:
        answer = etree.fromstring(self._door.answer(self._account, text.encode()))
        body = answer.find(f"{{{_SOAP}}}Body")
        if body is None or len(body) == 0:
            return None
        first = body[0]
        if first.tag != f"{{{_SOAP}}}Fault":
            return first
        fault = first.find(f".//{_FAULT}")
        if fault is not None:
            raise RequestRefused(etree.tostring(alone(fault), encoding="unicode"))
        raise RequestRefused("".join(map(str, first.itertext())).strip())


def alone(element: Any) -> Any:
    """An element as the root of a document of its own, with the namespaces that it uses."""
    from copy import deepcopy

    copied = deepcopy(element)
    copied.tail = None
    etree.cleanup_namespaces(copied, keep_ns_prefixes=["xsi", "cim"])
    return copied


def text_of(value: Any) -> str:
    """A value of a script as XML writes it."""
    from emulator.powershell.runtime.conversion import to_text

    return to_text(value).lower() if isinstance(value, bool) else to_text(value)


def resource_uri(text: str) -> str:
    """The full URI of what a user typed."""
    lowered = text.lower()
    for alias, full in _ALIASES.items():
        if lowered.startswith(alias):
            return full + text[len(alias) :]
    return text


def dialect_uri(text: str) -> str:
    """The full URI of a filter's dialect."""
    return _DIALECTS.get(text.lower(), text)


def body_of(name: str, uri: str, values: Mapping[str, Any]) -> str:
    """An element with the values as child elements: several for a list, xsi:nil for nothing."""
    parts = []
    for key, value in values.items():
        for one in value if isinstance(value, list) else [value]:
            if one is None:
                parts.append(f'<p:{key} xsi:nil="true"/>')
            else:
                parts.append(f"<p:{key}>{escape(text_of(one))}</p:{key}>")
    return f'<p:{name} xmlns:p={quoteattr(uri)} xmlns:xsi="{_INSTANCE}">{"".join(parts)}</p:{name}>'


def option_set(options: Mapping[str, Any]) -> str:
    """The header of -OptionSet."""
    if not options:
        return ""
    parts = "".join(
        f"<w:Option Name={quoteattr(key)}>{escape(text_of(value))}</w:Option>"
        for key, value in options.items()
    )
    return f"<w:OptionSet>{parts}</w:OptionSet>"


def _fragment(path: str) -> str:
    return f"<w:FragmentTransfer>{escape(path)}</w:FragmentTransfer>" if path else ""


def filter_text(dialect: str, text: str) -> str:
    """The filter of a query."""
    return f"<w:Filter Dialect={quoteattr(dialect)}>{escape(text)}</w:Filter>"


def selector_filter(selectors: Mapping[str, str]) -> str:
    """The filter that compares selectors."""
    parts = "".join(
        f"<w:Selector Name={quoteattr(key)}>{escape(value)}</w:Selector>" for key, value in selectors.items()
    )
    dialect = quoteattr(_DIALECTS["selector"])
    return f"<w:Filter Dialect={dialect}><w:SelectorSet>{parts}</w:SelectorSet></w:Filter>"


def association_filter(wanted: Association) -> str:
    """The filter for what is associated with an object, or for the associations."""
    name = "AssociationInstances" if wanted.of_associations else "AssociatedInstances"
    selectors = "".join(
        f"<w:Selector Name={quoteattr(key)}>{escape(value)}</w:Selector>"
        for key, value in wanted.selectors.items()
    )
    reference = (
        f"<a:Address>{_ANONYMOUS}</a:Address><a:ReferenceParameters><w:ResourceURI>{escape(wanted.resource)}"
        f"</w:ResourceURI><w:SelectorSet>{selectors}</w:SelectorSet></a:ReferenceParameters>"
    )
    return (
        f"<w:Filter Dialect={quoteattr(_DIALECTS['association'])}><b:{name}><b:Object>{reference}</b:Object>"
        f"</b:{name}></w:Filter>"
    )
