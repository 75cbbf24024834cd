"""WS-Management faults: the table of all of them, the exception, and how one looks on the wire.

The table (`fault_table.tsv`, one row a fault) has the Windows name and number, the SOAP code and subcode,
the fault detail of DSP0226 section 14.6, the class of the a:Action, and the text that Windows shows where
it is known. Where a name occurs twice the first row is the usual one.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from emulator.record import Record
from emulator.wsman.text import escape, escape_attribute

FAULT_NAMESPACE = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
FAULT_DETAIL = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/"

ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        "wsman": "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault",
        "addressing": "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault",
        "enumeration": "http://schemas.xmlsoap.org/ws/2004/09/enumeration/fault",
        "eventing": "http://schemas.xmlsoap.org/ws/2004/08/eventing/fault",
        "transfer": "http://schemas.xmlsoap.org/ws/2004/09/transfer/fault",
    }
)

# MI_ErrorCategory by CIMStatusCode: 30 quota exceeded (recorded), 9 metadata error.
_CATEGORIES = {27: "30", 3: "9", 5: "9"}

_UNKNOWN_TEXT = "The WS-Management service cannot process the request."


class FaultRow(Record):
    """One row of the table. `text` is without the blank that Windows puts at the end."""

    name: str
    code: int
    soap_code: str
    subcode: str
    detail: str
    action: str
    text: str


@cache
def fault_table() -> tuple[FaultRow, ...]:
    """All rows in the order of the table, read with the first fault."""
    import csv

    path = Path(__file__).with_name("fault_table.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(reader)
        return tuple(FaultRow(row[0], int(row[1], 16), *row[2:7]) for row in reader)


@cache
def _usual() -> dict[str, FaultRow]:
    """The first row of each name."""
    return {row.name: row for row in reversed(fault_table())}


def fault_row(name: str, detail: str | None = None) -> FaultRow:
    """The row of a Windows name such as ERROR_WSMAN_OPERATION_TIMEDOUT: the usual, or that with a detail.

    Raises KeyError.
    """
    if detail is None:
        return _usual()[name]
    found = next((row for row in fault_table() if row.name == name and row.detail == detail), None)
    if found is None:
        raise KeyError(f"{name} {detail}")
    return found


class ProviderFault(Record):
    """What the provider behind the service said: the inner fault and, for WMI, its __ExtendedStatus.

    `extended` holds (Operation, ParameterInfo, ProviderName) and belongs to `namespace`.
    """

    provider: str
    path: str
    message: str
    code: int | None = None
    namespace: str | None = None
    extended: tuple[str, str, str] | None = None


WMI_PROVIDER = ("WMI Provider", r"%systemroot%\system32\WsmWmiPl.dll")
SHELL_PROVIDER = ("Shell provider", r"%systemroot%\system32\WsmSvc.dll")
CONFIGURATION_PROVIDER = ("Config provider", r"%systemroot%\system32\WsmSvc.dll")
POWERSHELL_PROVIDER = ("microsoft.powershell", r"%windir%\system32\pwrshplugin.dll")
COMMAND_PROVIDER = ("Shell cmd plugin", r"%systemroot%\system32\winrscmd.dll")


class WsmanFault(Exception):
    """A request is answered with a fault.

    `name` is a row of the table; `message` replaces the row's text in f:Message, `provider` puts a
    ProviderFault there instead; `reason` replaces the row's text in s:Reason. With `cim_status` (a
    CIMStatusCode) the detail is an MSFT_WmiError instead. `code` replaces the row's number, for errors that
    only wrap another Windows error; `detail` chooses among the rows of one name.
    """

    def __init__(
        self,
        name: str,
        message: str | None = None,
        *,
        reason: str | None = None,
        provider: ProviderFault | None = None,
        cim_status: int | None = None,
        code: int | None = None,
        detail: str | None = None,
    ) -> None:
        self.row = fault_row(name, detail)
        self.code = self.row.code if code is None else code
        self.message = message
        self.reason = reason
        self.provider = provider
        self.cim_status = cim_status
        super().__init__(f"{name}: {message or (provider.message if provider else self.row.text)}")

    @property
    def action(self) -> str:
        """The a:Action of the fault."""
        return ACTIONS[self.row.action]


def _sentence(text: str) -> str:
    """Every text that Windows takes from a message table ends in a blank."""
    return text if text.endswith(" ") else text + " "


def reason_text(fault: WsmanFault) -> str:
    """What s:Reason says."""
    row = fault.row
    return _sentence(fault.reason or row.text or fault.message or _UNKNOWN_TEXT)


def render_body(fault: WsmanFault, machine: str) -> str:
    """The s:Fault element (SOAP 1.2 section 5.4; f:WSManFault as recorded Windows hosts send it)."""
    row = fault.row
    reason = reason_text(fault)
    subcode = f"<s:Subcode><s:Value>{row.subcode}</s:Value></s:Subcode>" if row.subcode else ""
    detail = f"<w:FaultDetail>{FAULT_DETAIL}{row.detail}</w:FaultDetail>" if row.detail else ""
    if fault.cim_status is not None:
        shown = _wmi_error(fault, fault.cim_status, _sentence(fault.message or reason))
    else:
        shown = _wsman_fault(fault.code, machine, _message(fault, machine, reason))
    return (
        f"<s:Fault><s:Code><s:Value>{row.soap_code}</s:Value>{subcode}</s:Code>"
        f'<s:Reason><s:Text xml:lang="en-US">{escape(reason)}</s:Text></s:Reason>'
        f"<s:Detail>{detail}{shown}</s:Detail></s:Fault>"
    )


def _wsman_fault(code: int, machine: str, message: str) -> str:
    return (
        f'<f:WSManFault xmlns:f="{FAULT_NAMESPACE}" Code="{code}" Machine="{escape_attribute(machine)}">'
        f"<f:Message>{message}</f:Message></f:WSManFault>"
    )


def _message(fault: WsmanFault, machine: str, reason: str) -> str:
    provider = fault.provider
    if provider is None:
        return escape(_sentence(fault.message or reason))
    inner = escape(_sentence(provider.message))
    if provider.code is not None:
        inner = _wsman_fault(provider.code, machine, inner)
    extended = _extended_status(provider)
    return (
        f'<f:ProviderFault provider="{escape_attribute(provider.provider)}" '
        f'path="{escape_attribute(provider.path)}">{inner}{extended}</f:ProviderFault>'
    )


def _extended_status(provider: ProviderFault) -> str:
    if provider.extended is None:
        return ""
    operation, parameter, name = provider.extended
    uri = f"http://schemas.microsoft.com/wbem/wsman/1/wmi/{provider.namespace}/__ExtendedStatus"
    return (
        f'<f:ExtendedError><p:__ExtendedStatus xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'xmlns:p="{escape_attribute(uri)}" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" '
        f'xsi:type="p:__ExtendedStatus_Type"><p:Description xsi:nil="true"/>'
        f"<p:Operation>{escape(operation)}</p:Operation><p:ParameterInfo>{escape(parameter)}</p:ParameterInfo>"
        f'<p:ProviderName>{escape(name)}</p:ProviderName><p:StatusCode xsi:nil="true"/>'
        "</p:__ExtendedStatus></f:ExtendedError>"
    )


def _wmi_error(fault: WsmanFault, cim_status: int, message: str) -> str:
    """MSFT_WmiError, the detail of faults of the newer stack, e.g. for exceeded shell quotas (recorded)."""
    uri = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/MSFT_WmiError"
    text = escape(message)

    def typed(name: str, kind: str, value: str | None) -> str:
        if value is None:
            return f'<p:{name} xsi:type="cim:{kind}" xsi:nil="true"/>'
        return f'<p:{name} xsi:type="cim:{kind}">{value}</p:{name}>'

    fields = (
        ("CIMStatusCode", "cimUnsignedInt", str(cim_status)),
        ("CIMStatusCodeDescription", "cimString", None),
        ("ErrorSource", "cimString", None),
        ("ErrorSourceFormat", "cimUnsignedShort", "0"),
        ("ErrorType", "cimUnsignedShort", "0"),
        ("Message", "cimString", text),
        ("MessageID", "cimString", f"HRESULT 0x{fault.code:08x}"),
        ("OtherErrorSourceFormat", "cimString", None),
        ("OtherErrorType", "cimString", None),
        ("OwningEntity", "cimString", None),
        ("PerceivedSeverity", "cimUnsignedShort", "0"),
        ("ProbableCause", "cimUnsignedShort", "0"),
        ("ProbableCauseDescription", "cimString", None),
        ("error_Category", "cimUnsignedInt", _CATEGORIES.get(cim_status, "0")),
        ("error_Code", "cimUnsignedInt", str(fault.code)),
        ("error_Type", "cimString", "HRESULT"),
        ("error_WindowsErrorMessage", "cimString", text),
    )
    return (
        '<p:MSFT_WmiError b:IsCIM_Error="true" xmlns:b="http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd" '
        f'xmlns:p="{uri}" xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="p:MSFT_WmiError_Type">'
        + "".join(typed(*field) for field in fields)
        + "</p:MSFT_WmiError>"
    )
