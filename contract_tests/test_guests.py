"""Guests seen from two sides: a client of WinRM types, exchanges pairs and looks at the screen, and the
control API shows what arrived."""

from __future__ import annotations

import http.client
import zlib
from urllib.parse import urlsplit

import pytest
from soap import V2, SoapClient
from test_control import call

YAML = """
name: guests
extends: windows-server-2022-datacenter
winrm: {allow_unencrypted: true, authentication: {basic: true}}
inventory:
  virtual_machines:
    - name: web
      id: 11111111-2222-3333-4444-AAAAAAAAAAAA
      memory: {startup: 512 MB}
      state: running
      guest: {operating_system: Ubuntu 24.04 LTS, host_name: web}
"""
NAMESPACE = "root/virtualization/v2"
VM = "11111111-2222-3333-4444-AAAAAAAAAAAA"


@pytest.fixture
def served(serve):
    return serve(yaml=YAML, control_port=0)


def fetch(host, path):
    where = urlsplit(host.control_url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
    connection.request("GET", f"/api/virtual-machines/{VM}/{path}")
    answer = connection.getresponse()
    try:
        return answer.status, answer.headers["Content-Type"], answer.read()
    finally:
        connection.close()


def keyboard():
    return {
        "CreationClassName": "Msvm_Keyboard",
        "DeviceID": "Microsoft:DE6CDC86-E1FB-4940-801B-C3C1A26C4DA4",
        "SystemCreationClassName": "Msvm_ComputerSystem",
        "SystemName": VM,
    }


def test_text_that_a_client_types_is_on_the_screen_and_in_the_picture(served):
    call(served, "/api/ready")
    before = fetch(served, "screen.png")[2]
    with SoapClient(served) as client:
        typed = client.invoke(V2 + "Msvm_Keyboard", "TypeText", "<p:asciiText>root</p:asciiText>", keyboard())
        assert typed.property("ReturnValue") == "0"
        settings = (
            '<p:TargetSystem xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing"'
            ' xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd">'
            "<a:Address>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address>"
            f"<a:ReferenceParameters><w:ResourceURI>{V2}Msvm_VirtualSystemSettingData</w:ResourceURI>"
            f'<w:SelectorSet><w:Selector Name="InstanceID">Microsoft:{VM}</w:Selector></w:SelectorSet>'
            "</a:ReferenceParameters></p:TargetSystem>"
        )
        image = client.invoke(
            V2 + "Msvm_VirtualSystemManagementService",
            "GetVirtualSystemThumbnailImage",
            settings + "<p:WidthPixels>80</p:WidthPixels><p:HeightPixels>60</p:HeightPixels>",
            {"CreationClassName": "Msvm_VirtualSystemManagementService"},
        )
    assert len(image.values("ImageData")) == 80 * 60 * 2
    status, guest = call(served, f"/api/virtual-machines/{VM}/guest")
    assert (status, guest["screen"][-1]) == (200, "web login: root_")
    assert [(each["kind"], each["value"]) for each in guest["input"]] == [("text", "root")]
    assert fetch(served, "screen.png")[2] != before


@pytest.mark.parametrize(("query", "size"), [("", (640, 400)), ("?width=100&height=50", (100, 50))])
def test_the_screen_is_a_valid_picture_of_its_size(served, query, size):
    call(served, "/api/ready")
    status, kind, body = fetch(served, "screen.png" + query)
    assert (status, kind, body[:8]) == (200, "image/png", b"\x89PNG\r\n\x1a\n")
    assert (int.from_bytes(body[16:20], "big"), int.from_bytes(body[20:24], "big")) == size
    chunks, place = {}, 8
    while place < len(body):
        length = int.from_bytes(body[place : place + 4], "big")
        name, data = body[place + 4 : place + 8], body[place + 8 : place + 8 + length]
        assert zlib.crc32(name + data) == int.from_bytes(
            body[place + 8 + length : place + 12 + length], "big"
        )
        chunks[name] = data
        place += 12 + length
    assert len(zlib.decompress(chunks[b"IDAT"])) == size[1] * (size[0] + 1)


@pytest.mark.parametrize("query", ["?width=0", "?height=99999", "?width=x", "?width=-1"])
def test_a_wrong_size_is_a_bad_request(served, query):
    call(served, "/api/ready")
    assert fetch(served, "screen.png" + query)[0] == 400


def test_a_guest_can_be_made_to_hang_recover_and_crash(served):
    path = f"/api/virtual-machines/{VM}/guest"
    heartbeat = "SELECT OperationalStatus FROM Msvm_HeartbeatComponent"
    with SoapClient(served) as client:
        for action, status in (("hang", "13"), ("recover", "2"), ("crash", "12")):
            assert call(served, path, {"action": action})[0] == 200
            (item,) = client.wql(NAMESPACE, heartbeat)
            assert status in [element.text for element in item.iter()]
    assert call(served, path, {"action": "crash"})[0] == 409
    assert call(served, path, {"action": "explode"})[0] == 400
    assert call(served, path, {})[0] == 400


def test_pairs_that_the_guest_publishes_reach_a_client(served):
    path = f"/api/virtual-machines/{VM}/guest"
    assert call(served, path, {"pairs": {"backup": "done"}})[0] == 200
    query = "SELECT GuestExchangeItems FROM Msvm_KvpExchangeComponent"
    with SoapClient(served) as client:
        (item,) = client.wql(NAMESPACE, query)
    text = "".join(item.itertext())
    assert "backup" in text
    assert "done" in text
    assert call(served, path)[1]["pairs"]["guest"] == {"backup": "done"}
    assert call(served, path, {"pairs": {"x" * 300: "1"}})[0] == 409
    assert call(served, path, {"pairs": {"x": 1}})[0] == 400
