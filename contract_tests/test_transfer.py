"""Put, Create, Delete, fragments and repeated messages over HTTP, looked at through other doors."""

from __future__ import annotations

import time
from xml.sax.saxutils import escape

import pytest
import winrm
from lxml import etree
from soap import CIMV2, ENUMERATION, NAMESPACES, TRANSFER, SoapClient, envelope

VARIABLE = CIMV2 + "Win32_Environment"
DISK = CIMV2 + "Win32_LogicalDisk"
SYSTEM = CIMV2 + "Win32_OperatingSystem"
PROCESS = CIMV2 + "Win32_Process"
KEYS = {"Name": "LAB", "UserName": "<SYSTEM>"}


@pytest.fixture
def soap(basic_host):
    with SoapClient(basic_host) as client:
        yield client


def command_line(host) -> winrm.Session:
    return winrm.Session(host.http_url, auth=("Administrator", "Passw0rd!"), transport="plaintext")


def instance(uri: str, inner: str) -> str:
    name = uri.rpartition("/")[2]
    return f'<p:{name} xmlns:p="{uri}">{inner}</p:{name}>'


def create_variable(soap: SoapClient, value: str):
    inner = (
        f"<p:Name>LAB</p:Name><p:UserName>&lt;SYSTEM&gt;</p:UserName>"
        f"<p:VariableValue>{escape(value)}</p:VariableValue>"
    )
    return soap.call(TRANSFER + "Create", VARIABLE, instance(VARIABLE, inner))


def test_a_variable_that_wmi_creates_is_seen_by_the_next_command_and_gone_after_delete(soap, basic_host):
    session = command_line(basic_host)
    answer = create_variable(soap, "%windir%\\lab")
    assert answer.status == 200, answer.body
    assert {each.get("Name"): each.text for each in answer.all("w:Selector")} == KEYS
    assert session.run_cmd("echo %LAB%").std_out == b"C:\\Windows\\lab\r\n"
    put = soap.call(
        TRANSFER + "Put", VARIABLE, instance(VARIABLE, "<p:VariableValue>two</p:VariableValue>"), KEYS
    )
    assert put.property("VariableValue") == "two"
    assert session.run_ps("$env:LAB").std_out == b"two\r\n"
    assert soap.call(TRANSFER + "Delete", VARIABLE, selectors=KEYS).status == 200
    assert session.run_cmd("echo %LAB%").std_out == b"%LAB%\r\n"
    assert soap.get(VARIABLE, KEYS).fault_code == 2150858752


def test_a_label_put_as_a_fragment_is_that_of_the_volume(soap, basic_host):
    header = '<w:FragmentTransfer s:mustUnderstand="true">VolumeName/text()</w:FragmentTransfer>'
    body = "<w:XmlFragment>Lab disk</w:XmlFragment>"
    answer = soap.call(TRANSFER + "Put", DISK, body, {"DeviceID": "C:"}, header)
    assert answer.text("w:XmlFragment") == "Lab disk"
    assert basic_host.machine.filesystem.volume("C").label == "Lab disk"
    assert b"Volume in drive C is Lab disk" in command_line(basic_host).run_cmd("dir C:\\").std_out


def test_a_command_whose_process_is_deleted_is_gone_from_the_list(soap, basic_host):
    process = basic_host.machine.processes.start("ping.exe", "ping.exe -t 127.0.0.1")
    selectors = {"Handle": str(process.id)}
    assert soap.get(PROCESS, selectors).property("CommandLine") == "ping.exe -t 127.0.0.1"
    assert soap.call(TRANSFER + "Delete", PROCESS, selectors=selectors).status == 200
    assert soap.get(PROCESS, selectors).fault_code == 2150858752


def test_a_refused_put_is_a_fault_and_changes_nothing(soap, basic_host):
    before = basic_host.machine.operating_system.caption
    answer = soap.call(TRANSFER + "Put", SYSTEM, instance(SYSTEM, "<p:Caption>Mine</p:Caption>"))
    assert (answer.status, answer.fault_code) == (500, 0x80041023)
    assert basic_host.machine.operating_system.caption == before


@pytest.mark.parametrize(("codec", "mark"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])
def test_utf_16_goes_both_ways(soap, codec, mark):
    body = mark + envelope(TRANSFER + "Get", SYSTEM).encode(codec)
    answer = soap.post(body, {"Content-Type": "application/soap+xml;charset=UTF-16"})
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/soap+xml;charset=UTF-16"
    assert answer.body.startswith(mark)
    root = etree.fromstring(answer.body.decode("utf-16"))
    assert root.find(".//s:Body", NAMESPACES)[0].tag == f"{{{SYSTEM}}}Win32_OperatingSystem"


def test_a_create_that_is_sent_again_over_another_connection_is_done_once(soap, basic_host):
    header = (
        '<q:OperationID xmlns:q="http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd" s:mustUnderstand="{}">'
        "uuid:0E4A7C1B-6F3D-4B8C-9D11-2A5B6C7D8E9F</q:OperationID>"
    )
    inner = "<p:Name>ONCE</p:Name><p:UserName>&lt;SYSTEM&gt;</p:UserName><p:VariableValue>1</p:VariableValue>"
    body = instance(VARIABLE, inner)
    first = soap.call(TRANSFER + "Create", VARIABLE, body, extra=header.format("false"))
    with SoapClient(basic_host) as other:
        again = other.call(TRANSFER + "Create", VARIABLE, body, extra=header.format("true"))
        replayed = other.call(TRANSFER + "Create", VARIABLE, body, extra=header.format("false"))
    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body
    assert replayed.fault_code == 2150858767


def test_an_enumeration_ends_at_the_expiry_that_the_client_asked_for(soap):
    answer = soap.enumerate(VARIABLE, "<n:Expires>PT0.001S</n:Expires>")
    assert answer.text("n:Expires") == "PT0.001S"
    context = answer.text("n:EnumerationContext")
    time.sleep(0.002)
    codes = {soap.pull(VARIABLE, context).fault_code for _ in range(3)}
    assert codes == {2150858779}
    body = f"<n:Renew><n:EnumerationContext>{context}</n:EnumerationContext></n:Renew>"
    assert soap.call(ENUMERATION + "Renew", VARIABLE, body).fault_code == 2150858771
