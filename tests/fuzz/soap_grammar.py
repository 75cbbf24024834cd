"""Whole SOAP requests, made new or by damaging recorded ones."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final
from xml.sax.saxutils import escape

from fuzz import grammar
from fuzz.mutation import BORDER_TEXTS, damaged_bytes, damaged_xml
from soap import CIMV2, ENUMERATION, TRANSFER, V2, WMI, WQL, envelope

SHELL: Final = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
EVENTING: Final = "http://schemas.xmlsoap.org/ws/2004/08/eventing/"
RESOURCES: Final = (
    V2 + "*",
    CIMV2 + "*",
    V2 + "Msvm_ComputerSystem",
    V2 + "Msvm_VirtualSystemManagementService",
    V2 + "Msvm_ConcreteJob",
    V2 + "CIM_ManagedElement",
    CIMV2 + "Win32_OperatingSystem",
    CIMV2 + "Win32_Service",
    WMI + "root/nosuch/Win32_Nothing",
    WMI,
    "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_ComputerSystem",
    "http://schemas.dmtf.org/wbem/wscim/1/*",
    "http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/CIM_ComputerSystem",
    "http://schemas.microsoft.com/wbem/wsman/1/config",
    "http://schemas.microsoft.com/wbem/wsman/1/config/service/auth",
    "http://schemas.microsoft.com/wbem/wsman/1/config/listener",
    "http://schemas.microsoft.com/wbem/wsman/1/windows/EventLog",
    SHELL,
    SHELL + "/cmd",
    "http://schemas.microsoft.com/powershell/Microsoft.PowerShell",
)
METHODS: Final = (
    "RequestStateChange",
    "DefineSystem",
    "DestroySystem",
    "ModifySystemSettings",
    "AddResourceSettings",
    "ModifyResourceSettings",
    "RemoveResourceSettings",
    "GetSummaryInformation",
    "GetErrors",
    "Win32Shutdown",
    "StartService",
    "Create",
    "NoSuchMethod",
)
_PARAMETERS: Final = (
    "RequestedState",
    "SystemSettings",
    "ResourceSettings",
    "AffectedSystem",
    "AffectedConfiguration",
    "SettingData",
    "RequestedInformation",
    "TimeoutPeriod",
    "CommandLine",
    "NoSuchParameter",
)
ACTIONS: Final = (
    *(TRANSFER + name for name in ("Get", "Put", "Create", "Delete")),
    *(ENUMERATION + name for name in ("Enumerate", "Pull", "Release", "Renew", "GetStatus")),
    *(EVENTING + name for name in ("Subscribe", "Renew", "Unsubscribe")),
    *(f"{SHELL}/{name}" for name in ("Command", "Send", "Receive", "Signal", "Disconnect", "Connect")),
)
_COMMANDS: Final = (
    "hostname",
    "echo hello",
    "powershell -Command 1+1",
    "no-such-program",
    "findstr /r a*b",
    'cmd /c "echo %PATH%"',
)
_ANONYMOUS: Final = "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"


def identifier(random: Random, known: Sequence[str]) -> str:
    """An identifier that an answer gave, or one of nothing."""
    if known and random.randrange(6):
        return random.choice(known)
    return random.choice(("uuid:00000000-0000-0000-0000-000000000000", "", *BORDER_TEXTS[:8]))


def request(random: Random, known: Sequence[str]) -> str:
    """An envelope of any action, its parts drawn each for itself."""
    resource = random.choice(RESOURCES)
    kind = random.randrange(10)
    if kind < 3:
        action, body = ENUMERATION + "Enumerate", _enumerate(random)
    elif kind < 5:
        method = random.choice(METHODS)
        resource = random.choice(RESOURCES[2:8])
        action, body = f"{resource}/{method}", invoke(random, method, resource)
    elif kind == 5:
        action = ENUMERATION + random.choice(("Pull", "Release"))
        body = _pull(random, action.rpartition("/")[2], known)
    elif kind == 6:
        resource = SHELL + "/cmd"
        action, body = _shell(random, known)
    else:
        action, body = random.choice(ACTIONS), random.choice((_enumerate(random), _instance(random), ""))
    return envelope(action, resource, body, _selectors(random, known), _headers(random))


def damaged_request(random: Random, body: bytes, known: Sequence[str]) -> bytes:
    """A recorded request with some of its values, tags or bytes changed."""
    if not random.randrange(6):
        return damaged_bytes(random, body, 6)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return damaged_bytes(random, body, 6)
    words = (*RESOURCES, *ACTIONS, *known, grammar.wql(random), grammar.object_path(random))
    return damaged_xml(random, text, words, 5).encode("utf-8", "surrogatepass")


def _selectors(random: Random, known: Sequence[str]) -> dict[str, str]:
    if not random.randrange(3):
        return {}
    names = (*grammar.PROPERTIES, "__cimnamespace", "ShellId", "Transport", "Address")
    values = (
        "Msvm_ComputerSystem",
        "Msvm_VirtualSystemManagementService",
        "root/virtualization/v2",
        "HTTP",
        "*",
        identifier(random, known),
        random.choice(BORDER_TEXTS),
    )
    chosen = {random.choice(names): _printable(random.choice(values)) for _ in range(random.randrange(1, 4))}
    if not random.randrange(3):
        chosen["ShellId"] = identifier(random, known)
    return chosen


def _headers(random: Random) -> str:
    parts = (
        f"<w:OperationTimeout>{random.choice(('PT0S', 'PT20S', 'PT60.000S', '-PT1S', 'x', 'P9999999Y'))}</w:OperationTimeout>",
        f"<w:MaxEnvelopeSize>{random.choice(('512000', '153600', '1024', '8', '0', '-1', 'x', '9' * 12))}</w:MaxEnvelopeSize>",
        '<w:Locale xml:lang="de-DE" s:mustUnderstand="false"/>',
        '<w:Locale xml:lang="en-US" s:mustUnderstand="true"/>',
        f'<w:OptionSet><w:Option Name="{random.choice(("WINRS_CODEPAGE", "WINRS_SKIP_CMD_SHELL", "x", ""))}">'
        f"{random.choice(('437', '65001', 'TRUE', '99999', 'x'))}</w:Option></w:OptionSet>",
        f"<w:FragmentTransfer>{random.choice(('Name', 'Caption/text()', '//*', '', '[' * 50))}</w:FragmentTransfer>",
        '<q:Other xmlns:q="urn:q" s:mustUnderstand="true"/>',
        '<p:SessionId s:mustUnderstand="false">uuid:1</p:SessionId>',
        "<p:OperationID>uuid:2</p:OperationID><p:SequenceId>1</p:SequenceId>",
    )
    declared = ' xmlns:p="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"'
    chosen = "".join(random.choice(parts) for _ in range(random.randrange(4)))
    return (
        chosen.replace("<p:SessionId", f"<p:SessionId{declared}")
        .replace("<p:OperationID>", f"<p:OperationID{declared}>")
        .replace("<p:SequenceId>", f"<p:SequenceId{declared}>")
    )


def _enumerate(random: Random) -> str:
    dialect = random.choice(
        (
            WQL,
            WQL,
            "http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf",
            "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter",
            "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter",
            "http://www.w3.org/TR/1999/REC-xpath-19991116",
            "x",
        )
    )
    filters = (
        escape(_printable(grammar.wql(random))),
        '<w:SelectorSet><w:Selector Name="Name">x</w:Selector></w:SelectorSet>',
        f"<b:AssociatedInstances><b:Object>{_reference(random)}</b:Object>"
        "<b:AssociationClassName>Msvm_SettingsDefineState</b:AssociationClassName></b:AssociatedInstances>",
        f"<b:AssociationInstances><b:Object>{_reference(random)}</b:Object></b:AssociationInstances>",
    )
    parts = (
        f'<w:Filter Dialect="{dialect}">{random.choice(filters)}</w:Filter>',
        "<w:OptimizeEnumeration/>",
        f"<w:MaxElements>{random.choice(('1', '10', '99999', '0', '-1', 'x', '9' * 30))}</w:MaxElements>",
        f"<n:MaxCharacters>{random.choice(('1', '4096', 'x'))}</n:MaxCharacters>",
        f"<n:MaxTime>{random.choice(('PT1S', 'x', '-PT1S'))}</n:MaxTime>",
        f"<n:Expires>{random.choice(('PT1H', 'x', 'PT0S', '2026-01-01T00:00:00Z'))}</n:Expires>",
        f"<w:EnumerationMode>{random.choice(('EnumerateEPR', 'EnumerateObjectAndEPR', 'x'))}</w:EnumerationMode>",
        f"<b:PolymorphismMode>{random.choice(('IncludeSubClassProperties', 'None', 'x'))}</b:PolymorphismMode>",
    )
    inner = "".join(random.choice(parts) for _ in range(random.randrange(5)))
    return f"<n:Enumerate>{inner}</n:Enumerate>"


def _pull(random: Random, name: str, known: Sequence[str]) -> str:
    most = random.choice(("", "", "<n:MaxElements>50</n:MaxElements>", "<n:MaxElements>-1</n:MaxElements>"))
    context = identifier(random, known)
    return f"<n:{name}><n:EnumerationContext>{escape(context)}</n:EnumerationContext>{most}</n:{name}>"


def _reference(random: Random, depth: int = 0) -> str:
    selectors = "".join(
        f'<w:Selector Name="{random.choice(grammar.PROPERTIES)}">'
        + (
            f"<a:EndpointReference>{_reference(random, depth + 1)}</a:EndpointReference>"
            if depth < 3 and not random.randrange(4)
            else grammar.value_text(random, 0)
        )
        + "</w:Selector>"
        for _ in range(random.randrange(3))
    )
    return (
        f"<a:Address>{_ANONYMOUS}</a:Address><a:ReferenceParameters>"
        f"<w:ResourceURI>{random.choice(RESOURCES)}</w:ResourceURI>"
        f"<w:SelectorSet>{selectors}</w:SelectorSet></a:ReferenceParameters>"
    )


def invoke(random: Random, method: str, resource: str) -> str:
    parts = []
    for _ in range(random.randrange(5)):
        name = random.choice(_PARAMETERS)
        value = random.choice(
            (
                grammar.value_text(random, 1),
                escape(_printable(grammar.embedded_instance(random))),
                f"<![CDATA[{_printable(grammar.embedded_instance(random)).replace(']]>', '')}]]>",
                _printable(grammar.embedded_instance(random)).rpartition("?>")[2],
                _reference(random),
            )
        )
        parts.append(f"<m:{name}>{value}</m:{name}>" * random.choice((1, 1, 1, 3)))
    return f'<m:{method}_INPUT xmlns:m="{resource}">{"".join(parts)}</m:{method}_INPUT>'


def _instance(random: Random) -> str:
    return _printable(grammar.embedded_instance(random)).rpartition("?>")[2]


def _shell(random: Random, known: Sequence[str]) -> tuple[str, str]:
    command = identifier(random, known)
    kind = random.randrange(6)
    if kind == 0:
        return (
            TRANSFER + "Create",
            "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams><rsp:OutputStreams>stdout stderr</rsp:OutputStreams>"
            f"<rsp:IdleTimeOut>{random.choice(('PT60S', 'x', '-PT1S'))}</rsp:IdleTimeOut></rsp:Shell>",
        )
    if kind == 1:
        return (
            SHELL + "/Command",
            f"<rsp:CommandLine><rsp:Command>{escape(random.choice(_COMMANDS))}</rsp:Command></rsp:CommandLine>",
        )
    if kind == 2:
        streams = random.choice(("stdout stderr", "stdout", "nothing", ""))
        return (
            SHELL + "/Receive",
            f'<rsp:Receive><rsp:DesiredStream CommandId="{escape(command)}">{streams}</rsp:DesiredStream></rsp:Receive>',
        )
    if kind == 3:
        data = random.choice(("aGVsbG8NCg==", "====", "x", ""))
        return (
            SHELL + "/Send",
            f'<rsp:Send><rsp:Stream Name="stdin" CommandId="{escape(command)}" End="true">{data}</rsp:Stream></rsp:Send>',
        )
    if kind == 4:
        code = random.choice(("terminate", "ctrl_c", "x"))
        return (
            SHELL + "/Signal",
            f'<rsp:Signal CommandId="{escape(command)}"><rsp:Code>{SHELL}/signal/{code}</rsp:Code></rsp:Signal>',
        )
    return TRANSFER + "Delete", ""


def _printable(text: str) -> str:
    """The text without what a well-formed document cannot hold at all."""
    return "".join(
        each for each in text if each in "\t\n" or (each >= " " and not "\ud800" <= each <= "\udfff")
    )
