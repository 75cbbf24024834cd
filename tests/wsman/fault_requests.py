"""Requests that are answered with the rows of the table of faults, and the reasons why some rows never are."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/"
CIMV2 = MICROSOFT + "wmi/root/cimv2/"
ALL = CIMV2 + "*"
V2 = MICROSOFT + "wmi/root/virtualization/v2/"
SHELL = MICROSOFT + "windows/shell"
CONFIG = MICROSOFT + "config"
SYSTEM = CIMV2 + "Win32_OperatingSystem"
SERVICE = CIMV2 + "Win32_Service"
VARIABLE = CIMV2 + "Win32_Environment"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
EVENTING = "http://schemas.xmlsoap.org/ws/2004/08/eventing/"
PULL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/Pull"
PUSH = EVENTING + "DeliveryModes/Push"
EVENTS = "SELECT * FROM __InstanceModificationEvent WHERE TargetInstance ISA 'Msvm_ComputerSystem'"
NOTIFY = "<e:NotifyTo><a:Address>{}</a:Address></e:NotifyTo>"
POLICY = NOTIFY.format("http://127.0.0.1:1/").replace(
    "</e:N", '<y:Policy xmlns:y="urn:y"><y:Authentication/></y:Policy></e:N'
)
WQL = MICROSOFT + "WQL"
EVENT_QUERY = "http://schemas.microsoft.com/win/2004/08/events/eventquery"
XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
VARIABLE_NAMES = {"UserName": "&lt;SYSTEM&gt;", "Name": "windir"}


@dataclass
class World:
    """The emulator's own machine, and services of other settings over a made-up namespace."""

    real: Any
    make_client: Callable[..., Any]
    console: Any
    account: Callable[..., Any]

    def fragment(self, path: str, attributes: str = "", uri: str = SYSTEM, action: str = "Get") -> Any:
        header = f"<w:FragmentTransfer {attributes}>{path}</w:FragmentTransfer>"
        return self.real.send(TRANSFER + action, uri, headers=header)

    def put(self, uri: str, inner: str, **keywords: Any) -> Any:
        name = uri.rpartition("/")[2]
        body = f'<p1:{name} xmlns:p1="{uri}">{inner}</p1:{name}>'
        return self.real.send(TRANSFER + "Put", uri, body, **keywords)

    def create(self, inner: str) -> Any:
        body = f'<p1:Win32_Environment xmlns:p1="{VARIABLE}">{inner}</p1:Win32_Environment>'
        return self.real.send(TRANSFER + "Create", VARIABLE, body)

    def selectors(self, inner: str, uri: str = SERVICE) -> Any:
        return self.real.get(uri, headers=f"<w:SelectorSet>{inner}</w:SelectorSet>")

    def subscribe(
        self,
        mode: str = PULL,
        delivery: str = "",
        after: str = "",
        chosen: str | None = None,
        uri: str = V2 + "*",
    ) -> Any:
        text = _filter(WQL, EVENTS) if chosen is None else chosen
        body = (
            f'<e:Subscribe xmlns:e="{EVENTING[:-1]}"><e:Delivery Mode="{mode}">{delivery}</e:Delivery>'
            f"{after}{text}</e:Subscribe>"
        )
        return self.real.send(EVENTING + "Subscribe", uri, body)

    def options(self, inner: str, uri: str = SYSTEM, attributes: str = "") -> Any:
        return self.real.get(uri, headers=f"<w:OptionSet {attributes}>{inner}</w:OptionSet>")

    def limited(self, **limits: Any) -> Any:
        """A client of a service with other limits of its shells."""
        usual = self.make_client().service.host.profile.winrm.shells
        return self.make_client(shells=usual.replaced(**limits))

    def run(self, client: Any, command: str, shell: str = "") -> Any:
        shell = shell or client.shell().value("//rsp:ShellId")
        body = f"<rsp:CommandLine><rsp:Command>{command}</rsp:Command></rsp:CommandLine>"
        return client.in_shell("Command", shell, body)


Provoke = Callable[[World], Any]


def _wait(process: Any) -> int:
    """A program that reads until its input ends."""
    while process.stdin.read():
        pass
    return 0


def _too_many_enumerations(world: World) -> Any:
    replies = [world.real.enumerate(SERVICE) for _ in range(501)]
    return replies[-1]


def _internal_error(world: World) -> Any:
    def fail(_name: str) -> Any:
        raise ZeroDivisionError

    world.real.service.wmi.namespace = fail
    return world.real.get(SYSTEM)


def _closed(world: World) -> Any:
    world.real.service.close()
    return world.real.get(SYSTEM)


def _without_account(world: World) -> Any:
    world.real.account = None
    return world.real.get(SYSTEM)


def _receive_nothing(world: World) -> Any:
    client = world.make_client()
    shell = client.shell().value("//rsp:ShellId")
    world.console.programs["wait"] = _wait
    command = world.run(client, "wait", shell).value("//rsp:CommandId")
    body = f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">stdout</rsp:DesiredStream></rsp:Receive>'
    return client.in_shell("Receive", shell, body, timeout="PT0S")


def _too_many_shells(world: World) -> Any:
    client = world.limited(max_shells_per_user=1)
    client.shell()
    return client.shell()


def _shell_twice(world: World) -> Any:
    client = world.make_client()
    attribute = ' ShellId="3F2504E0-4F89-41D3-9A0C-0305E82C3301"'
    client.shell(attributes=attribute)
    return client.shell(attributes=attribute)


def _shell_user_too_many(world: World) -> Any:
    client = world.limited(max_concurrent_users=1)
    client.shell()
    client.account = world.account(client.service.host, "other")
    return client.shell()


def _command_too_many(world: World) -> Any:
    client = world.limited(max_processes_per_shell=1)
    shell = client.shell().value("//rsp:ShellId")
    world.console.programs["wait"] = _wait
    world.run(client, "wait", shell)
    return world.run(client, "wait", shell)


_CHOSEN_SHELL = ' ShellId="3F2504E0-4F89-41D3-9A0C-0305E82C3301"'


def _disconnected(world: World) -> tuple[Any, str]:
    """A client and its shell, which it has left."""
    client = world.make_client()
    shell = client.shell(attributes=_CHOSEN_SHELL).value("//rsp:ShellId")
    assert client.in_shell("Disconnect", shell, "<rsp:Disconnect/>").status == 200
    return client, shell


def _use_a_disconnected_shell(world: World) -> Any:
    client, shell = _disconnected(world)
    return world.run(client, "x", shell)


def _disconnect_what_cannot_be(world: World) -> Any:
    client = world.make_client()
    return client.in_shell("Disconnect", client.shell().value("//rsp:ShellId"), "<rsp:Disconnect/>")


def _receive_from_a_host_process_that_is_ended(world: World) -> Any:
    client = world.make_client()
    shell = client.shell().value("//rsp:ShellId")
    world.console.programs["wait"] = _wait
    command = world.run(client, "wait", shell).value("//rsp:CommandId")
    body = f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">stdout</rsp:DesiredStream></rsp:Receive>'
    replies: list[Any] = []
    receiver = threading.Thread(target=lambda: replies.append(client.in_shell("Receive", shell, body)))
    receiver.start()
    (held,) = client.service.shells.list()
    while not held._active:
        time.sleep(0.001)
    with client.service.host.looking():
        client.service.host.processes.end(held.process_id)
    receiver.join(10)
    return replies[0]


def _receive_while_it_is_disconnected(world: World) -> Any:
    client = world.make_client()
    shell = client.shell(attributes=_CHOSEN_SHELL).value("//rsp:ShellId")
    world.console.programs["wait"] = _wait
    command = world.run(client, "wait", shell).value("//rsp:CommandId")
    body = f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">stdout</rsp:DesiredStream></rsp:Receive>'
    replies: list[Any] = []
    receiver = threading.Thread(target=lambda: replies.append(client.in_shell("Receive", shell, body)))
    receiver.start()
    deadline = time.monotonic() + 10
    while not client.service._operations.get(client.account.sid) and time.monotonic() < deadline:
        time.sleep(0.001)
    client.in_shell("Disconnect", shell, "<rsp:Disconnect/>")
    receiver.join(10)
    return replies[0]


def _missing_program(world: World) -> Any:
    world.console.missing.add("nothing.exe")
    client = world.make_client()
    shell = client.shell().value("//rsp:ShellId")
    body = "<rsp:CommandLine><rsp:Command>nothing.exe</rsp:Command></rsp:CommandLine>"
    return client.in_shell("Command", shell, body, options={"WINRS_SKIP_CMD_SHELL": "TRUE"})


def _unreportable(world: World) -> Any:
    inner = "".join(
        f"<p1:SystemStartupOptions>{f'{number:02d}' * 120}</p1:SystemStartupOptions>" for number in range(32)
    )
    uri = CIMV2 + "Win32_ComputerSystem"
    return world.put(uri, inner, selectors={"Name": world.real.service.host.name}, maximum_size=8192)


def _cancelled_subscription(world: World) -> Any:
    """A Pull that waits for an event while the machine is set back."""
    context = world.subscribe().context
    service = world.real.service

    def reset() -> None:
        service.reset()
        service.host.reset()

    threading.Timer(0.1, reset).start()
    return world.real.pull(V2 + "*", context, timeout="PT20S")


def _filter(dialect: str, inner: str) -> str:
    return f'<w:Filter Dialect="{dialect}">{inner}</w:Filter>'


def _row(name: str, subcode: str, detail: str = "") -> tuple[str, str, str]:
    return "ERROR_" + name, subcode, detail


OLD_SOAP = '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>'
NO_BODY = '<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"><e:Header/></e:Envelope>'
MANY_SELECTORS = "".join(f'<w:Selector Name="k{number}">1</w:Selector>' for number in range(300))
MANY_OPTIONS = "".join(f'<w:Option Name="o{number}">1</w:Option>' for number in range(300))
NESTED = '<w:Selector Name="Name"><x/></w:Selector>'
REFERENCE = (
    '<w:Selector Name="Name"><a:EndpointReference><a:Address>urn:a</a:Address><a:ReferenceParameters>'
    f"<w:ResourceURI>{SYSTEM}</w:ResourceURI></a:ReferenceParameters></a:EndpointReference></w:Selector>"
)

PROVOKED: dict[tuple[str, str, str], Provoke] = {
    _row("WSMAN_SOAP_VERSION_MISMATCH", ""): lambda w: w.real.post(OLD_SOAP),
    _row("WSMAN_SOAP_FAULT_MUST_UNDERSTAND", ""): lambda w: w.real.get(
        SYSTEM, headers='<u:Odd xmlns:u="urn:u" s:mustUnderstand="true"/>'
    ),
    _row("ACCESS_DENIED", "w:AccessDenied"): _without_account,
    _row("WSMAN_ACTION_MISMATCH", "a:ActionNotSupported", "ActionMismatch"): lambda w: w.real.send(
        f"{SHELL}/Receive", SYSTEM
    ),
    _row("WSMAN_ACTION_NOT_SUPPORTED", "a:ActionNotSupported"): lambda w: w.real.send(
        ENUMERATION + "Renew", SYSTEM
    ),
    _row("WSMAN_INVALID_ACTIONURI", "a:ActionNotSupported"): lambda w: w.real.send("urn:dance", SYSTEM),
    _row("WSMAN_ALREADY_EXISTS", "w:AlreadyExists"): lambda w: w.create(
        "<p1:Name>OS</p1:Name><p1:UserName>&lt;SYSTEM&gt;</p1:UserName><p1:VariableValue>x</p1:VariableValue>"
    ),
    _row("WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER", "n:CannotProcessFilter"): lambda w: w.real.wql(
        ALL, "SELEC"
    ),
    _row("WSMAN_INVALID_RESOURCE_URI", "a:DestinationUnreachable", "InvalidResourceURI"): lambda w: (
        w.real.get(None)
    ),
    _row("WSMAN_RESOURCE_NOT_FOUND", "a:DestinationUnreachable", "InvalidResourceURI"): lambda w: w.real.get(
        "http://example.org/thing"
    ),
    _row("WSMAN_URI_LIMIT", "w:EncodingLimit", "URILimitExceeded"): lambda w: w.real.get(SYSTEM + "x" * 3000),
    _row("WSMAN_MIN_ENVELOPE_SIZE", "w:EncodingLimit", "MinimumEnvelopeLimit"): lambda w: w.real.get(
        SYSTEM, maximum_size=8191
    ),
    _row("WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED", "w:EncodingLimit", "MaxEnvelopeSizeExceeded"): lambda w: (
        w.real.enumerate(SERVICE, "<w:OptimizeEnumeration/><n:MaxCharacters>9</n:MaxCharacters>")
    ),
    _row("WSMAN_UNREPORTABLE_SUCCESS", "w:EncodingLimit", "UnreportableSuccess"): _unreportable,
    _row("WSMAN_SELECTOR_LIMIT", "w:EncodingLimit", "SelectorLimit"): lambda w: w.selectors(MANY_SELECTORS),
    _row("WSMAN_OPTION_LIMIT", "w:EncodingLimit", "OptionLimit"): lambda w: w.options(MANY_OPTIONS),
    _row("WSMAN_CHARACTER_SET", "w:EncodingLimit", "CharacterSet"): lambda w: w.real.post(
        b"<x/>", "application/soap+xml;charset=ebcdic"
    ),
    _row(
        "WSMAN_ENUMERATE_FILTER_DIALECT_REQUESTED_UNAVAILABLE", "n:FilterDialectRequestedUnavailable"
    ): lambda w: w.real.enumerate(SERVICE, _filter(XPATH, "*")),
    _row("WSMAN_ENUMERATE_FILTERING_NOT_SUPPORTED", "n:FilteringNotSupported"): lambda w: w.real.wql(
        SHELL, "SELECT * FROM Shell"
    ),
    _row("WSMAN_CANNOT_PROCESS_FILTER", "w:CannotProcessFilter"): lambda w: w.fragment("//Caption"),
    _row("INTERNAL_ERROR", "w:InternalError"): _internal_error,
    _row("WSMAN_INVALID_TIMEOUT_HEADER", "a:InvalidMessageInformationHeader", "InvalidTimeout"): lambda w: (
        w.real.get(SYSTEM, timeout="P999999D")
    ),
    _row("WSMAN_FRAGMENT_DIALECT_REQUESTED_UNAVAILABLE", "w:FragmentDialectNotSupported"): lambda w: (
        w.fragment("Caption", 'Dialect="urn:other"')
    ),
    _row("WSMAN_INVALID_FRAGMENT_PATH", "w:CannotProcessFilter"): lambda w: w.fragment("caption"),
    _row("WSMAN_ENUMERATE_INVALID_ENUMERATION_CONTEXT", "n:InvalidEnumerationContext"): lambda w: w.real.pull(
        SYSTEM, "uuid:0"
    ),
    _row("WSMAN_ENUMERATE_INVALID_EXPIRATION_TIME", "n:InvalidExpirationTime"): lambda w: w.real.enumerate(
        SYSTEM, "<n:Expires>-PT1S</n:Expires>"
    ),
    _row("WSMAN_ENUMERATE_UNSUPPORTED_EXPIRATION_TYPE", "n:UnsupportedExpirationType"): lambda w: (
        w.real.enumerate(SYSTEM, "<n:Expires>2030-01-01T00:00:00Z</n:Expires>")
    ),
    _row("WSMAN_INVALID_MESSAGE_INFORMATION_HEADER", "a:InvalidMessageInformationHeader"): lambda w: (
        w.real.get(SYSTEM, timeout="-PT1S")
    ),
    _row("WSMAN_OPTIONS_NOT_SUPPORTED", "w:InvalidOptions", "NotSupported"): lambda w: w.options(
        '<w:Option Name="odd" MustComply="true">1</w:Option>'
    ),
    _row("WSMAN_UNSUPPORTED_FEATURE_OPTIONS", "w:InvalidOptions", "NotSupported"): lambda w: w.options(
        '<w:Option Name="odd">1</w:Option>', CONFIG, 's:mustUnderstand="true"'
    ),
    _row("WSMAN_OPTIONS_INVALID_NAME", "w:InvalidOptions", "InvalidName"): lambda w: w.options(
        "<w:Option>1</w:Option>"
    ),
    _row("WSMAN_OPTIONS_INVALID_VALUE", "w:InvalidOptions", "InvalidValue"): lambda w: w.options(
        '<w:Option Name="msftwinrm:UsePreciseArrays">many</w:Option>'
    ),
    _row("WSMAN_PARAMETER_TYPE_MISMATCH", "w:InvalidParameter", "TypeMismatch"): lambda w: w.real.invoke(
        SYSTEM, "Win32Shutdown", "<p1:Flags>two</p1:Flags>"
    ),
    _row("WSMAN_INVALID_PARAMETER_NAME", "w:InvalidParameter", "InvalidName"): lambda w: w.real.invoke(
        SYSTEM, "Win32Shutdown", "<p1:Odd>2</p1:Odd>"
    ),
    _row("WSMAN_INVALID_PARAMETER", "w:InvalidParameter"): lambda w: w.real.enumerate(
        SERVICE, "<w:OptimizeEnumeration/><w:MaxElements>0</w:MaxElements>"
    ),
    _row("WSMAN_INVALID_XML_VALUES", "x:InvalidRepresentation", "InvalidValues"): lambda w: w.put(
        SYSTEM, "<p1:ForegroundApplicationBoost>much</p1:ForegroundApplicationBoost>"
    ),
    _row("WSMAN_INVALID_XML_MISSING_VALUES", "x:InvalidRepresentation", "MissingValues"): lambda w: w.create(
        "<p1:Name>one</p1:Name>"
    ),
    _row("WSMAN_INVALID_XML_NAMESPACE", "x:InvalidRepresentation", "InvalidNamespace"): lambda w: w.real.send(
        TRANSFER + "Put", SYSTEM, '<o:Win32_OperatingSystem xmlns:o="urn:other"/>'
    ),
    _row("WSMAN_INVALID_XML_FRAGMENT", "x:InvalidRepresentation", "InvalidFragment"): lambda w: w.fragment(
        "Description", action="Put"
    ),
    _row("WSMAN_INVALID_REPRESENTATION", "x:InvalidRepresentation"): lambda w: w.real.send(
        TRANSFER + "Put", SYSTEM, f'<o:Win32_Bios xmlns:o="{SYSTEM}"/>'
    ),
    _row("WSMAN_INSUFFCIENT_SELECTORS", "w:InvalidSelectors", "InsufficientSelectors"): lambda w: w.real.get(
        VARIABLE, selectors={"Name": "TEMP"}
    ),
    _row("WSMAN_INVALID_URI_WMI_SINGLETON", "w:InvalidSelectors", "InsufficientSelectors"): lambda w: (
        w.real.get(SERVICE)
    ),
    _row("WSMAN_UNEXPECTED_SELECTORS", "w:InvalidSelectors", "UnexpectedSelectors"): lambda w: w.real.get(
        SERVICE, selectors={"Odd": "1"}
    ),
    _row("WSMAN_SELECTOR_TYPEMISMATCH", "w:InvalidSelectors", "TypeMismatch"): lambda w: w.selectors(
        REFERENCE
    ),
    _row("WSMAN_INVALID_SELECTOR_VALUE", "w:InvalidSelectors", "InvalidValue"): lambda w: w.selectors(NESTED),
    _row("WSMAN_DUPLICATE_SELECTORS", "w:InvalidSelectors", "DuplicateSelectors"): lambda w: w.selectors(
        '<w:Selector Name="Name">1</w:Selector><w:Selector Name="name">2</w:Selector>'
    ),
    _row("WSMAN_INVALID_SELECTORS", "w:InvalidSelectors"): lambda w: w.selectors(
        "<w:Selector>1</w:Selector>"
    ),
    _row("WSMAN_MESSAGE_INFORMATION_HEADER_REQUIRED", "a:MessageInformationHeaderRequired"): lambda w: (
        w.real.send(None, SYSTEM)
    ),
    _row("WSMAN_QUOTA_LIMIT", "w:QuotaLimit"): _too_many_enumerations,
    _row("WSMAN_QUOTA_MAX_SHELLS", "w:QuotaLimit"): _too_many_shells,
    _row("WSMAN_SCHEMA_VALIDATION_ERROR", "w:SchemaValidationError"): lambda w: w.real.send(
        ENUMERATION + "Enumerate", SERVICE, "<n:Release/>"
    ),
    _row("WSMAN_OPERATION_TIMEDOUT", "w:TimedOut"): _receive_nothing,
    _row("WSMAN_UNSUPPORTED_ADDRESSING_MODE", "w:UnsupportedFeature", "AddressingMode"): lambda w: w.real.get(
        SYSTEM, headers="<a:FaultTo><a:Address>http://other/</a:Address></a:FaultTo>"
    ),
    _row("WSMAN_MUSTUNDERSTAND_ON_LOCALE_UNSUPPORTED", "w:UnsupportedFeature", "Locale"): lambda w: (
        w.real.get(SYSTEM, headers='<w:Locale xml:lang="de-DE" s:mustUnderstand="true"/>')
    ),
    _row("WSMAN_ENUMERATION_MODE_UNSUPPORTED", "w:UnsupportedFeature", "EnumerationMode"): lambda w: (
        w.real.enumerate(SERVICE, "<w:EnumerationMode>EnumerateNothing</w:EnumerationMode>")
    ),
    _row("WSMAN_FRAGMENT_TRANSFER_NOT_SUPPORTED", "w:UnsupportedFeature", "FragmentLevelAccess"): lambda w: (
        w.fragment("Service", uri=CONFIG)
    ),
    _row("WSMAN_UNSUPPORTED_FEATURE", "w:UnsupportedFeature"): lambda w: w.real.send(TRANSFER + "Put", SHELL),
    _row("WSMAN_UNSUPPORTED_FEATURE", "w:UnsupportedFeature", "DataLocale"): lambda w: w.real.get(
        SYSTEM, headers='<p:DataLocale xml:lang="de-DE" s:mustUnderstand="true"/>'
    ),
    _row("WSMAN_INVALID_XML", "w:InternalError", "Invalid"): lambda w: w.real.post("<x"),
    _row("INVALID_PARAMETER", "w:InvalidParameter", "InvalidValue"): lambda w: w.make_client().shell(
        options={"WINRS_CODEPAGE": "99999"}
    ),
    _row("WSMAN_POLYMORPHISM_MODE_UNSUPPORTED", "b:PolymorphismModeNotSupported"): lambda w: w.real.enumerate(
        SERVICE, "<b:PolymorphismMode>Some</b:PolymorphismMode>"
    ),
    _row("WSMAN_ENVELOPE_TOO_LARGE", "w:EncodingLimit", "ServiceEnvelopeLimit"): lambda w: w.real.post(
        b"<x>" + b"a" * 600_000 + b"</x>"
    ),
    _row("WSMAN_INVALID_SOAP_BODY", "w:SchemaValidationError"): lambda w: w.real.post(NO_BODY),
    _row("WSMAN_INVALID_URI_WMI_ENUM_WQL", "a:DestinationUnreachable", "InvalidResourceURI"): lambda w: (
        w.real.wql(SERVICE, "SELECT * FROM Win32_Service")
    ),
    _row("WSMAN_QUOTA_MAX_OPERATIONS", "w:InternalError"): lambda w: w.make_client(
        max_concurrent_operations_per_user=0
    ).get(SYSTEM),
    _row("WSMAN_QUOTA_MAX_SHELLUSERS", "w:QuotaLimit"): _shell_user_too_many,
    _row("WSMAN_REMOTESHELLS_NOT_ALLOWED", "w:AccessDenied"): lambda w: w.limited(
        allow_remote_shell_access=False
    ).shell(),
    _row("WSMAN_ENUMERATE_SHELLCOMMANDS_FILTER_EXPECTED", "n:FilteringNotSupported"): lambda w: (
        w.real.enumerate(SHELL + "/Command")
    ),
    _row("WINRS_SHELL_CLIENTID_NOT_VALID", "w:InvalidSelectors", "InvalidValue"): lambda w: (
        w.make_client().shell(attributes=' ShellId="mine"')
    ),
    _row("WINRS_SHELL_CLIENTID_RESOURCE_CONFLICT", "w:AlreadyExists"): _shell_twice,
    _row("WSMAN_QUOTA_MAX_COMMANDS_PER_SHELL_PPQ", "w:QuotaLimit"): _command_too_many,
    _row("OPERATION_ABORTED", "w:InternalError"): _closed,
    _row("WSMAN_IMPROPER_RESPONSE", "w:InternalError"): _receive_from_a_host_process_that_is_ended,
    _row("FILE_NOT_FOUND", "w:InternalError"): _missing_program,
    _row("FILENAME_EXCED_RANGE", "w:InternalError"): lambda w: w.run(w.make_client(), "x" * 40_000),
    _row("WSMAN_WMI_PROVIDER_NOT_CAPABLE", "w:InternalError"): lambda w: w.real.send(
        TRANSFER + "Delete", SERVICE, selectors={"Name": "Spooler"}
    ),
    _row("WSMAN_WMI_PROVIDER_INVALID_PARAMETER", "w:InvalidParameter"): lambda w: w.put(
        SYSTEM, "<p1:ForegroundApplicationBoost>3</p1:ForegroundApplicationBoost>"
    ),
    _row(
        "WSMAN_EVENTING_DELIVERY_MODE_REQUESTED_UNAVAILABLE", "e:DeliveryModeRequestedUnavailable"
    ): lambda w: w.subscribe("http://example.org/pigeon"),
    _row("WSMAN_EVENTING_DELIVERY_MODE_REQUESTED_INVALID", "e:InvalidMessage"): lambda w: w.subscribe(
        "pigeon"
    ),
    _row("WSMAN_EVENTING_LOOPBACK_TESTFAILED", "e:EventSourceUnableToProcess", "UnusableAddress"): lambda w: (
        w.subscribe(PUSH, NOTIFY.format("http://collector.example/"))
    ),
    _row("WSMAN_POLICY_CANNOT_COMPLY", "w:EventDeliverToUnusable", "CannotComplyWithPolicy"): lambda w: (
        w.subscribe(PUSH, POLICY)
    ),
    _row("WSMAN_EVENTING_MISSING_NOTIFYTO", "e:InvalidMessage"): lambda w: w.subscribe(PUSH),
    _row("WSMAN_EVENTING_MISSING_NOTIFYTO_ADDRESSS", "e:InvalidMessage"): lambda w: w.subscribe(
        PUSH, "<e:NotifyTo/>"
    ),
    _row("WSMAN_EVENTING_INVALID_NOTIFYTO_ADDRESSS", "e:InvalidMessage"): lambda w: w.subscribe(
        PUSH, NOTIFY.format("mailto:me")
    ),
    _row("WSMAN_EVENTING_INVALID_ENDTO_ADDRESSS", "w:UnsupportedFeature", "AddressingMode"): lambda w: (
        w.subscribe(after="<e:EndTo><a:Address>mailto:me</a:Address></e:EndTo>")
    ),
    _row(
        "WSMAN_EVENTING_INCOMPATIBLE_BATCHPARAMS_AND_DELIVERYMODE", "w:UnsupportedFeature", "FormatMismatch"
    ): lambda w: w.subscribe(delivery="<w:MaxElements>5</w:MaxElements>"),
    _row("WSMAN_EVENTING_INVALID_EXPIRATION_TIME", "e:InvalidExpirationTime"): lambda w: w.subscribe(
        after="<e:Expires>PT0S</e:Expires>"
    ),
    _row("WSMAN_EVENTING_INVALID_HEARTBEAT", "e:InvalidMessage"): lambda w: w.subscribe(
        delivery="<w:Heartbeats>often</w:Heartbeats>"
    ),
    _row("WSMAN_EVENTING_MISSING_LOCALE_IN_DELIVERY", "w:SchemaValidationError"): lambda w: w.subscribe(
        delivery="<w:Locale/>"
    ),
    _row("WSMAN_EVENTING_INVALID_LOCALE_IN_DELIVERY", "w:InvalidParameter", "Locale"): lambda w: w.subscribe(
        delivery='<w:Locale xml:lang="?!"/>'
    ),
    _row("WSMAN_BOOKMARKS_NOT_SUPPORTED", "w:UnsupportedFeature", "Bookmarks"): lambda w: w.subscribe(
        after="<w:SendBookmarks/>"
    ),
    _row("WSMAN_FILTERING_REQUIRED", "e:FilteringRequestedUnavailable", "FilteringRequired"): lambda w: (
        w.subscribe(chosen="")
    ),
    _row("WSMAN_EVENTING_FILTERING_REQUESTED_UNAVAILABLE", "e:FilteringRequestedUnavailable"): lambda w: (
        w.subscribe(chosen=_filter(XPATH, "*"))
    ),
    _row("WSMAN_EVENTING_INVALID_MESSAGE", "e:InvalidMessage"): lambda w: w.real.send(
        EVENTING + "Subscribe", V2 + "*", f'<e:Subscribe xmlns:e="{EVENTING[:-1]}"/>'
    ),
    _row("WSMAN_EVENTING_UNABLE_TO_RENEW", "e:UnableToRenew"): lambda w: w.real.send(
        EVENTING + "Renew", V2 + "*", f'<e:Renew xmlns:e="{EVENTING[:-1]}"/>'
    ),
    _row("WSMAN_EVENTING_SUBSCRIPTION_CANCELLED_BYSOURCE", "e:SourceCancelling"): _cancelled_subscription,
    _row("WSMAN_INVALID_BOOKMARK", "w:InvalidBookmark"): lambda w: w.subscribe(
        uri=MICROSOFT + "windows/EventLog",
        chosen=_filter(EVENT_QUERY, '<QueryList><Query><Select Path="System">*</Select></Query></QueryList>'),
        after="<w:Bookmark>nowhere</w:Bookmark>",
    ),
    _row("WINRS_SHELL_DISCONNECTED", "w:InternalError"): _use_a_disconnected_shell,
    _row("WINRS_SHELL_DISCONNECT_NOT_SUPPORTED", "w:InternalError"): _disconnect_what_cannot_be,
    _row("WSMAN_SERVICE_STREAM_DISCONNECTED", "w:InternalError"): _receive_while_it_is_disconnected,
    _row("WSMAN_DIFFERENT_CIM_SELECTOR", "w:InvalidSelectors", "InvalidValue"): lambda w: w.real.get(
        SYSTEM, selectors={"__cimnamespace": "root/other"}
    ),
}

_SPECIFIC = "a row with a more specific detail is always sent"
_SUPPORTED = "the service has what this row says it has not"
_REACHED = "a service that answers was reached and is on line"
_FIRST = "the same number under its usual subcode or detail is sent (the first row of the name)"
_SINK = "whoever receives events sends it to their source, not a source"
_ENDING = "the end of a pushed subscription is told by a SubscriptionEnd message, not by a fault"
UNREACHABLE: dict[tuple[str, str, str], str] = {
    _row(
        "WSMAN_CONCURRENCY", "w:Concurrency"
    ): "no resource here is edited by more than one operation at a time",
    _row("WSMAN_DESTINATION_UNREACHABLE", "a:DestinationUnreachable"): _SPECIFIC,
    _row("WSMAN_MAX_ENVELOPE_SIZE", "w:EncodingLimit", "MaxEnvelopeSize"): (
        "a request beyond the limit is ERROR_WSMAN_ENVELOPE_TOO_LARGE (recorded)"
    ),
    _row("WSMAN_SERVER_ENVELOPE_LIMIT", "w:EncodingLimit", "ServiceEnvelopeLimit"): (
        "the service's own limit stands in for the request's (MS-WSMV 3.1.4.1.7), and so does its fault"
    ),
    _row(
        "WSMAN_WHITESPACE", "w:EncodingLimit", "Whitespace"
    ): "blanks around texts are ignored, as clients need",
    _row("WSMAN_ENCODING_LIMIT", "w:EncodingLimit"): _SPECIFIC,
    _row("WSMAN_INVALID_RESOURCE_URI", "a:EndpointUnavailable", "InvalidResourceURI"): _FIRST,
    _row("WSMAN_ENDPOINT_UNAVAILABLE_INVALID_VALUE", "a:EndpointUnavailable", "InvalidValues"): _REACHED,
    _row("WSMAN_ENDPOINT_UNAVAILABLE", "a:EndpointUnavailable"): _REACHED,
    _row("WSMAN_INVALID_OPTIONS", "w:InvalidOptions"): _SPECIFIC,
    _row("WSMAN_AMBIGUOUS_SELECTORS", "w:InvalidSelectors", "AmbiguousSelectors"): (
        "selectors that fit more than one instance are insufficient ones (2150858842)"
    ),
    _row("WSMAN_OPERATION_TIMEOUT_NOT_SUPPORTED", "w:UnsupportedFeature", "OperationTimeout"): _SUPPORTED,
    _row("WSMAN_EXPIRATION_TIME_NOT_SUPPORTED", "w:UnsupportedFeature", "ExpirationTime"): _SUPPORTED,
    _row("WSMAN_MAX_ELEMENTS_NOT_SUPPORTED", "w:UnsupportedFeature", "MaxElements"): _SUPPORTED,
    _row("WSMAN_MAXTIME_NOT_SUPPORTED", "w:UnsupportedFeature", "MaxTime"): _SUPPORTED,
    _row("WSMAN_MAXENVELOPE_SIZE_NOT_SUPPORTED", "w:UnsupportedFeature", "MaxEnvelopeSize"): _SUPPORTED,
    _row("WSMAN_LOCALE_NOT_SUPPORTED", "w:UnsupportedFeature", "Locale"): (
        "an unknown language is answered in English; only mustUnderstand is refused, with its own row"
    ),
    _row("WSMAN_DELIVERY_REFUSED", "w:DeliveryRefused"): _SINK,
    _row("WSMAN_NO_ACK", "w:NoAck"): _SINK,
    _row("WSMAN_EVENTING_SUBSCRIPTIONCLOSED_BYREMOTESERVICE", "e:SourceShuttingDown"): _ENDING,
    _row("WSMAN_EVENTING_DELIVERYFAILED_FROMSOURCE", "e:DeliveryFailure"): _ENDING,
    _row("WSMAN_ENCODING_TYPE", "w:EncodingLimit", "EncodingType"): (
        "an unknown w:ContentEncoding is the fault of an unknown charset"
    ),
    _row("WSMAN_EVENTING_SOURCE_UNABLE_TO_PROCESS", "e:EventSourceUnableToProcess"): _SPECIFIC,
    _row("WSMAN_EVENTING_FILTERING_NOT_SUPPORTED", "e:FilteringNotSupported"): _SUPPORTED,
    _row("WSMAN_ENUMERATE_TIMED_OUT", "n:TimedOut"): (
        "a Pull without events in time is ERROR_WSMAN_OPERATION_TIMEDOUT, as MS-WSMV has it"
    ),
    _row("WSMAN_EVENTING_UNSUPPORTED_EXPIRATION_TYPE", "e:UnsupportedExpirationType"): _SUPPORTED,
    _row("WSMAN_AUTHORIZATION_MODE_NOT_SUPPORTED", "w:UnsupportedFeature", "AuthorizationMode"): (
        "security profiles that cannot be kept are a policy that cannot be complied with"
    ),
    _row("WSMAN_ACK_NOT_SUPPORTED", "w:UnsupportedFeature", "Ack"): _SUPPORTED,
    _row("WSMAN_DELIVERY_RETRIES_NOT_SUPPORTED", "w:UnsupportedFeature", "DeliveryRetries"): _SUPPORTED,
    _row("WSMAN_HEARTBEATS_NOT_SUPPORTED", "w:UnsupportedFeature", "Heartbeats"): _SUPPORTED,
    _row("WSMAN_MAXENVELOPE_POLICY_NOT_SUPPORTED", "w:UnsupportedFeature", "MaxEnvelopePolicy"): _SUPPORTED,
    _row("WSMAN_FILTERING_REQUIRED_NOT_SUPPORTED", "w:UnsupportedFeature", "FilteringRequired"): _SUPPORTED,
    _row("WSMAN_INSECURE_ADDRESS_NOT_SUPPORTED", "w:UnsupportedFeature", "InsecureAddress"): (
        "an address that may not be reached is one that cannot be used, whatever its scheme"
    ),
    _row("WSMAN_FORMAT_MISMATCH_NOT_SUPPORTED", "w:UnsupportedFeature", "FormatMismatch"): _SPECIFIC,
    _row("WSMAN_POLICY_TOO_COMPLEX", "w:EventDeliverToUnusable", "PolicyTooComplex"): (
        "a policy that is too complex is one that cannot be complied with"
    ),
    _row("WSMAN_FORMAT_SECURITY_TOKEN_NOT_SUPPORTED", "w:UnsupportedFeature", "FormatSecurityToken"): (
        "security tokens travel in HTTP headers, never in SOAP"
    ),
    _row("WSMAN_ACK_NOT_SUPPORTED", "w:UnsupportedFeature", "AuthorizationMode"): _FIRST,
    _row("WSMAN_BOOKMARK_EXPIRED", "w:InvalidBookmark", "Expired"): (
        "a bookmark of entries that are gone stands before the oldest ones there are, as EvtSubscribe has it"
    ),
    _row("WSMAN_REQUEST_NOT_SUPPORTED_AT_SERVICE", "w:UnsupportedFeature", "InvalidResourceURI"): (
        "nothing that is served here is for local sessions only"
    ),
    _row("WSMAN_QUOTA_MAX_OPERATIONS_USER_PPQ", "w:QuotaLimit"): (
        "operations are counted by the service's quota, not by those of its plug-ins (docs/fidelity.md)"
    ),
    _row("WINRS_SHELL_DISCONNECT_OPERATION_NOT_GRACEFUL", "w:InternalError"): (
        "a client says it to its own caller"
    ),
}
