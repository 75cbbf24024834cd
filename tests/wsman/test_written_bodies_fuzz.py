"""Bodies of Put, Create and Invoke from outside: whatever the tree, a typed answer and no error inside."""

from __future__ import annotations

import logging

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.host import Host
from emulator.profile import load
from emulator.shells import ShellService
from emulator.wmi import WmiService
from emulator.wsman import WsmanRequest, WsmanService

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
INTERNAL_ERROR = b'Code="1359"'
TARGETS = [
    (WMI + "root/cimv2/Win32_ComputerSystem", {"Name": "HV2022"}),
    (WMI + "root/cimv2/Win32_OperatingSystem", {}),
    (WMI + "root/cimv2/Win32_LogicalDisk", {"DeviceID": "C:"}),
    (WMI + "root/cimv2/Win32_Environment", {"Name": "OS", "UserName": "&lt;SYSTEM&gt;"}),
    (WMI + "root/virtualization/v2/Msvm_VirtualSystemManagementService", {"CreationClassName": "Msvm_VirtualSystemManagementService"}),
]  # fmt: skip
NAMES = [
    "Name", "UserName", "VariableValue", "Description", "Workgroup", "SystemStartupOptions", "InstallDate",
    "VolumeName", "Size", "SystemVariable", "SystemSettings", "ReferenceConfiguration", "ResourceSettings",
    "AffectedSystem", "Flags", "EndpointReference", "Address", "ReferenceParameters", "ResourceURI", "Selector",
    "Datetime", "INSTANCE", "PROPERTY", "VALUE",
]  # fmt: skip
PREFIXES = ["", "p:", "a:", "w:", "cim:"]
ATTRIBUTES = [
    "",
    ' xsi:nil="true"',
    ' xsi:nil="maybe"',
    ' Name="Name"',
    ' CLASSNAME="Win32_Service"',
    ' TYPE="uint8"',
]
TEXTS = [
    "",
    "1",
    "-1",
    "true",
    "x",
    "%OS%",
    "20240101000000.000000+000",
    "PT5S",
    "\u00e9",
    "&lt;INSTANCE/&gt;",
    "A" * 300,
]
LEAVES = st.sampled_from(TEXTS)


def element(inner):
    parts = st.tuples(st.sampled_from(PREFIXES), st.sampled_from(NAMES), st.sampled_from(ATTRIBUTES), inner)
    return parts.map(lambda each: f"<{each[0]}{each[1]}{each[2]}>{each[3]}</{each[0]}{each[1]}>")


TREES = st.recursive(LEAVES, lambda inner: st.lists(element(inner), max_size=3).map("".join), max_leaves=8)


@pytest.fixture(scope="module")
def service():
    host = Host(load("windows-server-2022-datacenter"), clock_mode="manual")
    made = WsmanService(host, WmiService(host), ShellService(host, None))
    yield made
    made.close()
    host.close()


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(TARGETS),
    st.sampled_from(["Put", "Create", "DefineSystem", "SetPowerState", "Fragment"]),
    st.lists(element(TREES), max_size=4).map("".join),
)
def test_any_body_is_answered_with_a_result_or_a_typed_fault(service, caplog, target, operation, inner):
    uri, selectors = target
    name = uri.rpartition("/")[2]
    element_name = name if operation in ("Put", "Create") else f"{operation}_INPUT"
    body = f'<p:{element_name} xmlns:p="{uri}">{inner}</p:{element_name}>'
    action = TRANSFER + operation if operation in ("Put", "Create") else f"{uri}/{operation}"
    header = ""
    if operation == "Fragment":
        action = TRANSFER + "Put"
        header = "<w:FragmentTransfer>Name</w:FragmentTransfer>"
        body = f'<w:XmlFragment xmlns:p="{uri}">{inner}</w:XmlFragment>'
    chosen = "".join(f'<w:Selector Name="{key}">{value}</w:Selector>' for key, value in selectors.items())
    text = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
        'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" '
        'xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Header>'
        f"<a:Action>{action}</a:Action><w:ResourceURI>{uri}</w:ResourceURI><a:MessageID>uuid:1</a:MessageID>"
        "<a:ReplyTo><a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
        f"</a:ReplyTo>{'' if operation == 'Create' else f'<w:SelectorSet>{chosen}</w:SelectorSet>'}{header}"
        f"</s:Header><s:Body>{body}</s:Body></s:Envelope>"
    )
    account = service.host.accounts.find("Administrator")
    caplog.clear()
    with caplog.at_level(logging.ERROR):
        reply = service.handle(
            WsmanRequest(
                text.encode(), "application/soap+xml;charset=UTF-8", account, "192.0.2.7", False, True
            )
        )
    assert not caplog.records, caplog.text
    assert reply.status in (200, 500)
    assert INTERNAL_ERROR not in reply.body
    assert (b"s:Fault" in reply.body) == (reply.status == 500)
