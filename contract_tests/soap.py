"""A WS-Management client of a few lines: sends exactly what a test writes and returns what came back."""

from __future__ import annotations

import base64
import http.client
import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from emulator import HyperVHost

NAMESPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
    "n": "http://schemas.xmlsoap.org/ws/2004/09/enumeration",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "p": "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd",
    "b": "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd",
    "f": "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault",
    "rsp": "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
    "wsmid": "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
V2 = WMI + "root/virtualization/v2/"
CIMV2 = WMI + "root/cimv2/"
WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
_DECLARATIONS = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items() if prefix != "p")


@dataclass
class Answer:
    """One HTTP answer: status, headers and, where it is XML, the parsed envelope."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def xml(self) -> etree._Element:
        return etree.fromstring(self.body)

    def find(self, path: str) -> etree._Element:
        found = self.xml.find(".//" + path, NAMESPACES)
        assert found is not None, f"{path} is not in {self.body.decode()}"
        return found

    def text(self, path: str) -> str:
        return self.find(path).text or ""

    def all(self, path: str) -> list[etree._Element]:
        return self.xml.findall(".//" + path, NAMESPACES)

    @property
    def fault_code(self) -> int:
        return int(self.find("f:WSManFault").get("Code"))

    def property(self, name: str) -> str | None:
        """The text of the first element of this local name in the body; None for xsi:nil."""
        for element in self.xml.find("s:Body", NAMESPACES).iter():
            if etree.QName(element).localname == name:
                return None if element.get(f"{{{NAMESPACES['xsi']}}}nil") == "true" else element.text or ""
        raise AssertionError(f"{name} is not in {self.body.decode()}")

    def values(self, name: str) -> list[str]:
        """The texts of all elements of this local name in the body."""
        body = self.xml.find("s:Body", NAMESPACES)
        return [element.text or "" for element in body.iter() if etree.QName(element).localname == name]


class SoapClient:
    """One kept-alive connection with Basic authentication (or none)."""

    def __init__(self, host: HyperVHost, user: str | None = "Administrator", password: str = "Passw0rd!"):
        self.connection = http.client.HTTPConnection("127.0.0.1", host.http_port, timeout=20)
        self.headers = {"Content-Type": "application/soap+xml;charset=UTF-8"}
        if user is not None:
            token = base64.b64encode(f"{user}:{password}".encode()).decode()
            self.headers["Authorization"] = f"Basic {token}"

    def __enter__(self) -> SoapClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def post(self, body: bytes | str, headers: dict[str, str] | None = None) -> Answer:
        data = body.encode() if isinstance(body, str) else body
        self.connection.request("POST", "/wsman", data, {**self.headers, **(headers or {})})
        answer = self.connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def call(
        self,
        action: str,
        resource: str,
        body: str = "",
        selectors: dict[str, str] | None = None,
        extra: str = "",
    ) -> Answer:
        return self.post(envelope(action, resource, body, selectors, extra))

    def get(self, resource: str, selectors: dict[str, str] | None = None) -> Answer:
        return self.call(TRANSFER + "Get", resource, selectors=selectors)

    def enumerate(self, resource: str, inner: str = "") -> Answer:
        return self.call(ENUMERATION + "Enumerate", resource, f"<n:Enumerate>{inner}</n:Enumerate>")

    def pull(self, resource: str, context: str, inner: str = "") -> Answer:
        return self.call(
            ENUMERATION + "Pull",
            resource,
            f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext>{inner}</n:Pull>",
        )

    def wql(self, namespace: str, query: str) -> list[etree._Element]:
        """All items of a WQL query, pulled one by one as virt-who does."""
        resource = WMI + namespace + "/*"
        answer = self.enumerate(resource, wql_filter(query))
        assert answer.status == 200, answer.body
        items: list[etree._Element] = []
        context = answer.text("n:EnumerationContext")
        while context:
            answer = self.pull(resource, context)
            assert answer.status == 200, answer.body
            items += list(answer.find("n:Items"))
            if answer.all("n:EndOfSequence"):
                break
            context = answer.text("n:EnumerationContext")
        return items

    def invoke(
        self, resource: str, method: str, parameters: str = "", selectors: dict[str, str] | None = None
    ) -> Answer:
        body = f'<p:{method}_INPUT xmlns:p="{resource}">{parameters}</p:{method}_INPUT>'
        return self.call(f"{resource}/{method}", resource, body, selectors)


def wql_filter(query: str) -> str:
    return f'<w:Filter Dialect="{WQL}">{escape(query)}</w:Filter>'


def envelope(
    action: str,
    resource: str,
    body: str = "",
    selectors: dict[str, str] | None = None,
    extra: str = "",
) -> str:
    """A request envelope as a plain client writes it. `extra` goes into the header."""
    chosen = "".join(
        f'<w:Selector Name="{name}">{escape(value)}</w:Selector>' for name, value in (selectors or {}).items()
    )
    selector_set = f"<w:SelectorSet>{chosen}</w:SelectorSet>" if chosen else ""
    return (
        f"<s:Envelope {_DECLARATIONS}><s:Header>"
        f'<a:To>http://localhost:5985/wsman</a:To><a:ReplyTo><a:Address s:mustUnderstand="true">'
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
        f'<a:Action s:mustUnderstand="true">{action}</a:Action>'
        f'<w:ResourceURI s:mustUnderstand="true">{resource}</w:ResourceURI>'
        f"<a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID>"
        f"{selector_set}{extra}</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
