"""A WS-Management service over a small made-up WMI namespace, and a client that speaks raw SOAP to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

import pytest
from lxml import etree

from emulator.cim.declaration import (
    ClassDeclaration,
    MethodDeclaration,
    ParameterDeclaration,
    PropertyDeclaration,
)
from emulator.cim.errors import InvalidClass, InvalidNamespace, InvalidObjectPath, InvalidQuery, NotFound
from emulator.cim.instance import ValueInstance
from emulator.cim.types import CimType
from emulator.host import Host
from emulator.host.security.accounts import Account
from emulator.profile import load, loads
from emulator.shells import ShellService
from emulator.wmi import WmiService
from emulator.wmi.method import MethodResult
from emulator.wmi.namespace import AmbiguousKeys
from emulator.wsman import WsmanReply, WsmanRequest, WsmanService

NAMESPACES = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "a": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "x": "http://schemas.xmlsoap.org/ws/2004/09/transfer",
    "n": "http://schemas.xmlsoap.org/ws/2004/09/enumeration",
    "w": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "v": "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd",
    "b": "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd",
    "f": "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault",
    "rsp": "http://schemas.microsoft.com/wbem/wsman/1/windows/shell",
    "cfg": "http://schemas.microsoft.com/wbem/wsman/1/config",
    "cim": "http://schemas.dmtf.org/wbem/wscim/1/common",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
    "wsmid": "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
    "es": "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/__ExtendedStatus",
    "err": "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError",
}
WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
CMD = SHELL + "/cmd"
MESSAGE_ID = "uuid:0b6f1f9e-3c29-4d1f-9a1e-6a3a5d1f0001"

_ENVELOPE = (
    '<s:Envelope xmlns:s="{s}" xmlns:a="{a}" xmlns:w="{w}" xmlns:p="{v}" xmlns:n="{n}" xmlns:rsp="{rsp}" '
    'xmlns:b="{b}" xmlns:xsi="{xsi}"><s:Header>'
)


def _envelope(
    action: str | None,
    uri: str | None,
    body: str = "",
    *,
    selectors: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    headers: str = "",
    timeout: str | None = None,
    maximum_size: int | None = None,
    message_id: str | None = MESSAGE_ID,
) -> str:
    """A request in our own words, in the shape that real clients send."""
    parts = [_ENVELOPE.format(**NAMESPACES)]
    if action is not None:
        parts.append(f'<a:Action s:mustUnderstand="true">{action}</a:Action>')
    parts.append('<a:To s:mustUnderstand="true">http://hv:5985/wsman</a:To>')
    if uri is not None:
        parts.append(f'<w:ResourceURI s:mustUnderstand="true">{uri}</w:ResourceURI>')
    if message_id is not None:
        parts.append(f"<a:MessageID>{message_id}</a:MessageID>")
    parts.append(
        "<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"
        "</a:Address></a:ReplyTo>"
    )
    if timeout is not None:
        parts.append(f"<w:OperationTimeout>{timeout}</w:OperationTimeout>")
    if maximum_size is not None:
        parts.append(f'<w:MaxEnvelopeSize s:mustUnderstand="true">{maximum_size}</w:MaxEnvelopeSize>')
    if selectors:
        inner = "".join(f'<w:Selector Name="{k}">{v}</w:Selector>' for k, v in selectors.items())
        parts.append(f"<w:SelectorSet>{inner}</w:SelectorSet>")
    if options:
        inner = "".join(f'<w:Option Name="{k}">{v}</w:Option>' for k, v in options.items())
        parts.append(f"<w:OptionSet>{inner}</w:OptionSet>")
    parts.append(f"{headers}</s:Header><s:Body>{body}</s:Body></s:Envelope>")
    return "".join(parts)


@dataclass
class Reply:
    """An answer with XPath over the usual prefixes."""

    raw: WsmanReply

    @property
    def status(self) -> int:
        return self.raw.status

    @property
    def text(self) -> str:
        return self.raw.body.decode()

    @property
    def root(self) -> Any:
        return etree.fromstring(self.raw.body)

    def all(self, path: str, **more: str) -> list[Any]:
        return self.root.xpath(path, namespaces={**NAMESPACES, **more})

    def one(self, path: str, **more: str) -> Any:
        found = self.all(path, **more)
        assert len(found) == 1, f"{path}: {len(found)} in {self.text}"
        return found[0]

    def value(self, path: str, **more: str) -> str:
        return self.one(path, **more).text or ""

    @property
    def code(self) -> int:
        """The number of the fault, from either shape of detail."""
        assert self.status == 500, self.text
        wrapped = self.all("/s:Envelope/s:Body/s:Fault/s:Detail/f:WSManFault/@Code")
        return int(wrapped[0] if wrapped else self.value("//err:error_Code"))

    @property
    def subcode(self) -> str:
        return self.value("//s:Fault/s:Code/s:Subcode/s:Value")

    @property
    def action(self) -> str:
        return self.value("/s:Envelope/s:Header/a:Action")

    @property
    def context(self) -> str:
        return self.value("//n:EnumerationContext")


@dataclass
class Client:
    """Sends raw SOAP to a service as one account."""

    service: WsmanService
    account: Any
    address: str = "192.0.2.7"

    def post(self, body: str | bytes, content_type: str = "application/soap+xml;charset=UTF-8") -> Reply:
        data = body.encode() if isinstance(body, str) else body
        request = WsmanRequest(data, content_type, self.account, self.address, False, True)
        return Reply(self.service.handle(request))

    def send(self, action: str | None, uri: str | None, body: str = "", **keywords: Any) -> Reply:
        return self.post(_envelope(action, uri, body, **keywords))

    def get(self, uri: str, **keywords: Any) -> Reply:
        return self.send(TRANSFER + "Get", uri, **keywords)

    def enumerate(self, uri: str, inner: str = "", **keywords: Any) -> Reply:
        return self.send(ENUMERATION + "Enumerate", uri, f"<n:Enumerate>{inner}</n:Enumerate>", **keywords)

    def wql(self, uri: str, query: str, inner: str = "", **keywords: Any) -> Reply:
        dialect = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
        return self.enumerate(uri, f'{inner}<w:Filter Dialect="{dialect}">{query}</w:Filter>', **keywords)

    def pull(self, uri: str, context: str, inner: str = "", **keywords: Any) -> Reply:
        body = f"<n:Pull><n:EnumerationContext>{context}</n:EnumerationContext>{inner}</n:Pull>"
        return self.send(ENUMERATION + "Pull", uri, body, **keywords)

    def invoke(self, uri: str, method: str, inner: str = "", **keywords: Any) -> Reply:
        body = f'<p1:{method}_INPUT xmlns:p1="{uri}">{inner}</p1:{method}_INPUT>'
        return self.send(f"{uri}/{method}", uri, body, **keywords)

    def shell(self, inner: str = "", attributes: str = "", **keywords: Any) -> Reply:
        streams = (
            "<rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams>"
        )
        body = f"<rsp:Shell{attributes}>{streams}{inner}</rsp:Shell>"
        return self.send(TRANSFER + "Create", CMD, body, **keywords)

    def in_shell(self, operation: str, shell: str, body: str, **keywords: Any) -> Reply:
        return self.send(f"{SHELL}/{operation}", CMD, body, selectors={"ShellId": shell}, **keywords)


def declared(
    name: str, properties: dict[str, Any], keys: tuple[str, ...], methods: tuple[Any, ...] = (), **more: Any
) -> ClassDeclaration:
    """A class; a property is a CimType or a dict of PropertyDeclaration fields."""
    made = []
    for each, shape in sorted(properties.items(), key=lambda pair: pair[0].lower()):
        fields = shape if isinstance(shape, dict) else {"type": shape}
        made.append(PropertyDeclaration(name=each, class_origin=name, is_key=each in keys, **fields))
    return ClassDeclaration(name, None, (name,), tuple(made), methods, keys, **more)


def parameter(name: str, kind: CimType, direction: str = "in", **more: Any) -> ParameterDeclaration:
    return ParameterDeclaration(
        name, kind, is_in="in" in direction.split(), is_out="out" in direction.split(), **more
    )


class FakeSchema:
    """Declarations by name."""

    def __init__(self, *classes: ClassDeclaration) -> None:
        self.classes = {each.name.lower(): each for each in classes}
        self.namespace = "root/cimv2"

    def find(self, name: str) -> ClassDeclaration:
        found = self.classes.get(name.lower())
        if found is None:
            raise InvalidClass(f"no class {name}")
        return found

    def get(self, name: str) -> ClassDeclaration | None:
        return self.classes.get(name.lower())


class Unfollowed:
    """A view whose instances change without a revision of the machine."""

    follows_revision = False


class CachedInstance(ValueInstance):
    """An instance that lets its bytes be kept and counts how often it is read."""

    __slots__ = ("key", "moving", "reads")
    view = Unfollowed()

    def __init__(
        self, *args: Any, key: Any = None, moving: frozenset[str] = frozenset(), **more: Any
    ) -> None:
        super().__init__(*args, **more)
        self.key = key
        self.moving = moving
        self.reads: list[str] = []

    @property
    def cache_key(self) -> Any:
        return self.key

    @property
    def volatile(self) -> frozenset[str]:
        return self.moving

    def value(self, name: str) -> Any:
        self.reads.append(name)
        return super().value(name)


@dataclass
class FakeNamespace:
    """What the service asks of a namespace, over a list of instances."""

    name: str
    schema: FakeSchema
    rows: list[CachedInstance] = field(default_factory=list)
    queries: dict[str, Any] = field(default_factory=dict)
    calls: list[tuple[Any, str, dict[str, Any]]] = field(default_factory=list)
    followed: list[tuple[Any, ...]] = field(default_factory=list)
    result: MethodResult = field(default_factory=lambda: MethodResult(0, {}))
    failure: Exception | None = None
    server: str = "HV"

    def reading(self) -> Any:
        return nullcontext()

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure

    def resolve(self, class_name: str, keys: Mapping[str, Any]) -> CachedInstance:
        self._fail()
        declaration = self.schema.find(class_name)
        foreign = [name for name in keys if name.lower() not in [key.lower() for key in declaration.keys]]
        if foreign:
            raise InvalidObjectPath(f"no key {foreign}")
        found = [
            row
            for row in self.rows
            if row.declaration is declaration
            and all(str(row.value(key)).lower() == str(value).lower() for key, value in keys.items())
        ]
        if not found:
            raise NotFound("no such instance")
        if len(found) > 1:
            raise AmbiguousKeys("more than one")
        return found[0]

    def instances(self, class_name: str) -> list[CachedInstance]:
        self._fail()
        declaration = self.schema.find(class_name)
        return [row for row in self.rows if row.declaration is declaration]

    def query(self, text: str) -> Any:
        self._fail()
        found = self.queries.get(text.strip())
        if found is None:
            raise InvalidQuery(f"cannot read {text}")
        return found

    def associators(self, *given: Any) -> list[CachedInstance]:
        self.followed.append(("associators", *given))
        return self.rows[:1]

    def references(self, *given: Any) -> list[CachedInstance]:
        self.followed.append(("references", *given))
        return self.rows[:1]

    def invoke(
        self, target: Any, method: str, arguments: dict[str, Any], caller: Any = None, options: Any = None
    ) -> MethodResult:
        del options
        self._fail()
        del caller
        self.calls.append((target, method, arguments))
        return self.result


@dataclass
class FakeWmi:
    """Namespaces by name."""

    known: dict[str, FakeNamespace]

    def namespace(self, name: str) -> FakeNamespace:
        found = self.known.get(name.replace("\\", "/").strip("/").lower())
        if found is None:
            raise InvalidNamespace(f"no namespace {name}")
        return found

    def namespace_for(self, _account: Any, name: str, **_rights: bool) -> FakeNamespace:
        return self.namespace(name)


MACHINE = declared(
    "Test_Machine",
    {
        "Name": CimType.STRING,
        "Created": CimType.DATETIME,
        "Uptime": {"type": CimType.DATETIME, "is_interval": True},
        "Enabled": CimType.BOOLEAN,
        "Memory": CimType.UINT64,
        "Notes": {"type": CimType.STRING, "is_array": True},
        "Codes": {"type": CimType.UINT16, "is_array": True},
        "Owner": {"type": CimType.REFERENCE},
        "Details": {"type": CimType.OBJECT, "embedded_class": "Test_Details", "embedded_as": "object"},
        "Caption": CimType.STRING,
    },
    ("Name",),
    (
        MethodDeclaration(
            "Change",
            "Test_Machine",
            CimType.UINT32,
            (
                parameter("Count", CimType.UINT32),
                parameter("Codes", CimType.UINT16, is_array=True),
                parameter("Target", CimType.REFERENCE),
                parameter("When", CimType.DATETIME),
                parameter("Flag", CimType.BOOLEAN),
                parameter("Setting", CimType.STRING, embedded_class="Test_Details", embedded_as="instance"),
                parameter(
                    "Settings",
                    CimType.STRING,
                    is_array=True,
                    embedded_class="Test_Details",
                    embedded_as="instance",
                ),
                parameter("ResultingSettings", CimType.REFERENCE, "out", is_array=True),
                parameter("Job", CimType.REFERENCE, "out"),
                parameter("Summary", CimType.OBJECT, "out", is_array=True),
            ),
        ),
        MethodDeclaration("Nothing", "Test_Machine", CimType.UINT32),
    ),
)
DETAILS = declared("Test_Details", {"Size": CimType.UINT32, "Text": CimType.STRING}, ())
SINGLE = declared("Test_Single", {"Version": CimType.STRING}, (), is_singleton=True)


def _machine(
    name: str, key: Any = None, moving: frozenset[str] = frozenset(), **values: Any
) -> CachedInstance:
    return CachedInstance(
        MACHINE, {"Name": name, **values}, namespace="root/cimv2", server="HV", key=key, moving=moving
    )


@pytest.fixture
def namespace() -> FakeNamespace:
    """root/cimv2 with the classes Test_Machine (no rows), Test_Details and Test_Single (one row)."""
    made = FakeNamespace("root/cimv2", FakeSchema(MACHINE, DETAILS, SINGLE))
    made.rows.append(CachedInstance(SINGLE, {"Version": "1"}, namespace="root/cimv2", server="HV"))
    return made


def _account(host: Host, name: str, *groups: str) -> Account:
    known = host.accounts.find(name)
    return known or host.accounts.create(name, "Pa55w.rd!", groups=groups or ("Administrators",))


@pytest.fixture
def machine() -> Callable[..., CachedInstance]:
    """Make a Test_Machine; `key` and `moving` are its cache key and its volatile properties."""
    return _machine


@pytest.fixture
def account() -> Callable[..., Account]:
    """The account of a machine by its name; one that is not there is made, by default an administrator."""
    return _account


@pytest.fixture
def envelope() -> Callable[..., str]:
    """Make the text of a request."""
    return _envelope


@pytest.fixture
def make_host() -> Callable[..., Host]:
    """Make a host of a built-in profile with a manual clock; keywords change fields of `winrm`."""

    def make(profile: str = "windows-server-2022-datacenter", **winrm: Any) -> Host:
        loaded = load(profile)
        return Host(loaded.replaced(winrm=loaded.winrm.replaced(**winrm)), clock_mode="manual")

    return make


class EchoConsole:
    """A console whose programs are Python callables; unknown command lines echo themselves."""

    def __init__(self) -> None:
        self.programs: dict[str, Callable[[Any], int]] = {}
        self.started: list[Any] = []
        self.missing: set[str] = set()

    def check(self, process: Any) -> None:
        from emulator.console.process import ProgramNotFound

        if process.command_line in self.missing:
            raise ProgramNotFound(process.command_line)

    def start(self, process: Any) -> int:
        self.started.append(process)
        program = self.programs.get(process.command_line)
        if program is not None:
            return program(process)
        process.stdout.write(process.command_line + "\r\n")
        return 0


@pytest.fixture
def console() -> EchoConsole:
    return EchoConsole()


@pytest.fixture
def make_client(make_host: Callable[..., Any], namespace: FakeNamespace, console: EchoConsole) -> Any:
    """Make a client of a new service; keywords change fields of `winrm`."""
    services: list[WsmanService] = []

    def make(profile: str = "windows-server-2022-datacenter", **winrm: Any) -> Client:
        host = make_host(profile, **winrm)
        wmi: Any = FakeWmi({namespace.name: namespace})
        service = WsmanService(host, wmi, ShellService(host, console))
        services.append(service)
        return Client(service, host.accounts.administrator)

    yield make
    for service in services:
        service.close()


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    return make_client()


@pytest.fixture
def make_real_client() -> Any:
    """Make a client of the service of a whole machine with a manual clock, as one of its accounts."""
    services: list[WsmanService] = []

    def make(text: str = "", user: str = "Administrator") -> Client:
        host = Host(loads("extends: windows-server-2022-datacenter\n" + text), "manual")
        service = WsmanService(host, WmiService(host), ShellService(host))
        services.append(service)
        return Client(service, host.accounts.find(user))

    yield make
    for service in services:
        service.close()


@pytest.fixture
def host() -> Any:
    """A real machine of the default profile without virtual machines, its clock in the test's hand."""
    profile = load("windows-server-2022-datacenter")
    made = Host(profile.replaced(inventory=type(profile.inventory)()), clock_mode="manual")
    yield made
    made.close()


@pytest.fixture
def real(host: Host, client: Client, console: EchoConsole) -> Any:
    """The client, at a service over the real machine instead of the made-up namespace."""
    client.service = WsmanService(host, WmiService(host), ShellService(host, console))
    client.account = host.accounts.find("Administrator")
    yield client
    client.service.close()
