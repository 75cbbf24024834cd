"""The table of faults, the shape of a fault, and which error becomes which fault."""

from __future__ import annotations

import pytest

from emulator.cim import errors as cim
from emulator.console.process import InputTooLarge, ProgramNotFound
from emulator.shells import errors as shells
from emulator.wsman.errors import WmiOperation, shell_fault, wmi_fault
from emulator.wsman.faults import ACTIONS, ProviderFault, WsmanFault, fault_row, fault_table, render_body

GET = WmiOperation("GetObject", "Test_Machine", "root/cimv2")
QUERY = WmiOperation("ExecQuery", "SELECT * FROM X", "root/cimv2")


def test_the_table_has_at_least_the_126_documented_faults():
    assert len(fault_table()) >= 126
    assert len({row.name for row in fault_table()}) >= 110


@pytest.mark.parametrize("row", fault_table(), ids=lambda row: f"{row.name}-{row.detail}")
def test_every_row_is_well_formed(row):
    assert row.name.startswith("ERROR_")
    assert 0 < row.code < 2**32
    assert row.soap_code in ("s:Sender", "s:Receiver", "s:MustUnderstand", "s:VersionMismatch")
    assert row.action in ACTIONS
    assert not row.subcode or row.subcode.partition(":")[0] in ("a", "w", "n", "e", "x", "b")
    assert row.text == row.text.strip()


@pytest.mark.parametrize(
    ("name", "code", "subcode", "detail"),
    [
        ("ERROR_WSMAN_RESOURCE_NOT_FOUND", 2150858752, "a:DestinationUnreachable", "InvalidResourceURI"),
        ("ERROR_WSMAN_INVALID_ACTIONURI", 2150858753, "a:ActionNotSupported", ""),
        (
            "ERROR_WSMAN_INVALID_MESSAGE_INFORMATION_HEADER",
            2150858767,
            "a:InvalidMessageInformationHeader",
            "",
        ),
        ("ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER", 2150858778, "n:CannotProcessFilter", ""),
        ("ERROR_WSMAN_OPERATION_TIMEDOUT", 2150858793, "w:TimedOut", ""),
        ("ERROR_WSMAN_MAX_ENVELOPE_SIZE_EXCEEDED", 2150858824, "w:EncodingLimit", "MaxEnvelopeSizeExceeded"),
        ("ERROR_WSMAN_UNEXPECTED_SELECTORS", 2150858843, "w:InvalidSelectors", "UnexpectedSelectors"),
        ("ERROR_WSMAN_QUOTA_MAX_SHELLS", 2150859173, "w:QuotaLimit", ""),
        ("ERROR_WSMAN_QUOTA_MAX_OPERATIONS", 2150859174, "w:InternalError", ""),
        ("ERROR_ACCESS_DENIED", 5, "w:AccessDenied", ""),
        ("ERROR_OPERATION_ABORTED", 995, "w:InternalError", ""),
        ("ERROR_FILE_NOT_FOUND", 2147942402, "w:InternalError", ""),
        ("ERROR_FILENAME_EXCED_RANGE", 2147942606, "w:InternalError", ""),
    ],
)
def test_the_recorded_faults_have_their_numbers_and_subcodes(name, code, subcode, detail):
    row = fault_row(name)
    assert (row.code, row.subcode, row.detail) == (code, subcode, detail)


def test_the_usual_row_of_a_repeated_name_is_the_first():
    assert fault_row("ERROR_WSMAN_INVALID_RESOURCE_URI").subcode == "a:DestinationUnreachable"


def test_a_fault_has_the_recorded_shape():
    body = render_body(WsmanFault("ERROR_WSMAN_OPERATION_TIMEDOUT"), "HV & co")
    text = (
        "The WS-Management service cannot complete the operation within the time specified in "
        "OperationTimeout. "
    )
    assert body == (
        "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>w:TimedOut</s:Value></s:Subcode>"
        f'</s:Code><s:Reason><s:Text xml:lang="en-US">{text}</s:Text></s:Reason><s:Detail>'
        '<f:WSManFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault" Code="2150858793" '
        f'Machine="HV &amp; co"><f:Message>{text}</f:Message></f:WSManFault></s:Detail></s:Fault>'
    )


def test_a_fault_detail_comes_before_the_wsman_fault():
    body = render_body(WsmanFault("ERROR_WSMAN_UNEXPECTED_SELECTORS"), "HV")
    detail = "http://schemas.dmtf.org/wbem/wsman/1/wsman/faultDetail/UnexpectedSelectors"
    assert f"<s:Detail><w:FaultDetail>{detail}</w:FaultDetail><f:WSManFault" in body


def test_a_provider_fault_without_a_code_holds_bare_text():
    provider = ProviderFault("Shell cmd plugin", "path", "The parameter is incorrect.")
    body = render_body(WsmanFault("ERROR_INVALID_PARAMETER", provider=provider), "HV")
    assert 'path="path">The parameter is incorrect. </f:ProviderFault></f:Message>' in body


@pytest.mark.parametrize("row", fault_table(), ids=lambda row: f"{row.name}-{row.detail}")
def test_every_fault_says_something(row):
    body = render_body(WsmanFault(row.name), "HV")
    assert f'Code="{fault_row(row.name).code}"' in body
    assert "<f:Message></f:Message>" not in body


@pytest.mark.parametrize(
    ("error", "operation", "name"),
    [
        (cim.InvalidClass("x"), GET, "ERROR_WSMAN_RESOURCE_NOT_FOUND"),
        (cim.InvalidClass("x"), QUERY, "ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER"),
        (cim.InvalidNamespace("x"), GET, "ERROR_WSMAN_RESOURCE_NOT_FOUND"),
        (cim.InvalidNamespace("x"), QUERY, "ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER"),
        (cim.NotFound("x"), GET, "ERROR_WSMAN_RESOURCE_NOT_FOUND"),
        (cim.InvalidQuery("x"), QUERY, "ERROR_WSMAN_ENUMERATE_CANNOT_PROCESS_FILTER"),
        (cim.AccessDenied(), GET, "ERROR_ACCESS_DENIED"),
        (cim.InvalidMethod("x"), GET, "ERROR_WSMAN_INVALID_ACTIONURI"),
        (cim.InvalidMethodParameters("x"), GET, "ERROR_WSMAN_INVALID_PARAMETER_NAME"),
        (cim.TypeMismatch("x"), GET, "ERROR_WSMAN_PARAMETER_TYPE_MISMATCH"),
        (cim.ProviderNotCapable("x"), GET, "ERROR_WSMAN_WMI_PROVIDER_NOT_CAPABLE"),
        (cim.NotSupported("x"), GET, "ERROR_WSMAN_UNSUPPORTED_FEATURE"),
        (cim.AlreadyExists("x"), GET, "ERROR_WSMAN_ALREADY_EXISTS"),
    ],
)
def test_wmi_errors_become_the_faults_of_windows(error, operation, name):
    assert wmi_fault(error, operation, True).row.name == name


def test_a_wmi_error_without_a_row_keeps_its_own_number():
    fault = wmi_fault(cim.InvalidObjectPath("bad"), GET, True)
    assert (fault.code, fault.row.subcode) == (0x8004103A, "w:InternalError")
    assert "0x" not in render_body(fault, "HV")


def test_every_wmi_error_class_becomes_some_fault():
    kinds = [kind for kind in vars(cim).values() if isinstance(kind, type) and issubclass(kind, cim.CimError)]
    assert len(kinds) > 10
    for kind in kinds:
        assert render_body(wmi_fault(kind("why"), GET, True), "HV")


def test_a_query_of_an_unknown_namespace_is_an_msft_wmi_error_on_the_newer_stack_only():
    error = cim.InvalidNamespace("x")
    new = render_body(wmi_fault(error, QUERY, True), "HV")
    assert "<p:MSFT_WmiError b:IsCIM_Error=" in new
    assert '<p:error_Code xsi:type="cim:cimUnsignedInt">2150858778</p:error_Code>' in new
    assert '<p:CIMStatusCode xsi:type="cim:cimUnsignedInt">3</p:CIMStatusCode>' in new
    assert "MSFT_WmiError" not in render_body(wmi_fault(error, QUERY, False), "HV")
    assert "MSFT_WmiError" not in render_body(wmi_fault(error, GET, True), "HV")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (shells.ShellNotFound("x"), 2150858843),
        (shells.CommandNotFound("x"), 2150858843),
        (shells.NotOwner("x"), 5),
        (shells.InvalidShellParameter("x"), 87),
        (shells.InvalidIdentifier("x"), 2150859221),
        (shells.IdentifierInUse("x"), 2150859223),
        (shells.ShellsNotAllowed("x"), 2150859180),
        (shells.TooManyShells(30), 2150859173),
        (shells.TooManyShellUsers("x"), 2150859179),
        (shells.TooManyCommands("x"), 2150859241),
        (shells.CommandLineTooLong("x"), 2147942606),
        (shells.TimedOut("x"), 2150858793),
        (shells.Aborted("x"), 995),
        (shells.HostProcessLost("x"), 1726),
        (ProgramNotFound("x"), 2147942402),
        (InputTooLarge("x"), 2150858815),
    ],
)
def test_refusals_of_the_shells_become_their_faults(error, code):
    assert shell_fault(error, True).code == code


def test_the_quota_of_shells_names_the_number_and_is_an_msft_wmi_error_on_the_newer_stack():
    body = render_body(shell_fault(shells.TooManyShells(30), True), "HV")
    assert "a maximum number of 30 concurrent shells" in body
    assert "HRESULT 0x803381a5" in body
    assert 'Code="2150859173"' in render_body(shell_fault(shells.TooManyShells(30), False), "HV")
