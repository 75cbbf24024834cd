"""Bad requests get the fault that Windows gives: never a bare 500, never a traceback."""

from __future__ import annotations

from datetime import timedelta

import pytest
from soap import CIMV2, TRANSFER, V2, WMI, SoapClient, envelope, wql_filter

VM = V2 + "Msvm_ComputerSystem"


@pytest.fixture
def soap(basic_host):
    with SoapClient(basic_host) as client:
        yield client


CASES = {
    "unknown class": (lambda c: c.get(V2 + "Msvm_NoSuchClass"), 2150858752, "a:DestinationUnreachable"),
    "unknown namespace": (
        lambda c: c.get(WMI + "root/nosuch/Win32_Nothing"),
        2150858752,
        "a:DestinationUnreachable",
    ),
    "unknown resource URI": (
        lambda c: c.get("http://example.invalid/nothing"),
        2150858752,
        "a:DestinationUnreachable",
    ),
    "unknown action": (
        lambda c: c.call(TRANSFER + "Fetch", CIMV2 + "Win32_OperatingSystem"),
        2150858753,
        "a:ActionNotSupported",
    ),
    "unknown instance": (
        lambda c: c.get(
            VM, {"CreationClassName": "Msvm_ComputerSystem", "Name": "00000000-0000-0000-0000-000000000000"}
        ),
        2150858752,
        "a:DestinationUnreachable",
    ),
    "selector that is no key": (
        lambda c: c.get(VM, {"InstanceID": "Microsoft:1"}),
        2150858843,
        "w:InvalidSelectors",
    ),
    "missing selector": (
        lambda c: c.get(VM, {"CreationClassName": "Msvm_ComputerSystem"}),
        2150858842,
        "w:InvalidSelectors",
    ),
    "bad WQL": (
        lambda c: c.enumerate(WMI + "root/cimv2/*", wql_filter("SELEKT everything")),
        2150858778,
        "n:CannotProcessFilter",
    ),
    "unknown filter dialect": (
        lambda c: c.enumerate(
            WMI + "root/cimv2/*", '<w:Filter Dialect="http://example.invalid/xyz">a</w:Filter>'
        ),
        2150858777,
        "n:FilterDialectRequestedUnavailable",
    ),
    "unknown enumeration context": (
        lambda c: c.pull(VM, "uuid:00000000-0000-0000-0000-000000000000"),
        2150858779,
        "n:InvalidEnumerationContext",
    ),
    "header that must be understood": (
        lambda c: c.call(
            TRANSFER + "Get",
            CIMV2 + "Win32_OperatingSystem",
            extra='<q:Strange xmlns:q="urn:q" s:mustUnderstand="true">1</q:Strange>',
        ),
        2150858768,
        "s:MustUnderstand",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_request_gets_windows_own_fault(soap, name):
    request, code, subcode = CASES[name]
    answer = request(soap)
    assert answer.status == 500
    assert answer.headers["Content-Type"].startswith("application/soap+xml")
    assert answer.fault_code == code, answer.body.decode()
    values = [value.text for value in answer.all("s:Code//s:Value")]
    assert subcode in values
    assert answer.find("s:Reason/s:Text").text
    assert b"Traceback" not in answer.body


MALFORMED = {
    "not XML": b"this is not XML",
    "cut off": envelope(TRANSFER + "Get", CIMV2 + "Win32_OperatingSystem").encode()[:-20],
    "empty envelope": b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"/>',
    "no action": envelope("", CIMV2 + "Win32_OperatingSystem").encode(),
    "SOAP 1.1": b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>',
    "entity bomb": (
        b'<?xml version="1.0"?><!DOCTYPE bomb [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b']><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>&j;</s:Body></s:Envelope>'
    ),
    "external entity": (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>&e;</s:Body></s:Envelope>'
    ),
    "deep nesting": (
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
        + b"<a>" * 20000
        + b"</a>" * 20000
        + b"</s:Body></s:Envelope>"
    ),
    "bytes that are not UTF-8": envelope(TRANSFER + "Get", "\x00")
    .encode("utf-8")
    .replace(b"\x00", b"\xff\xfe\xfd"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_xml_gets_a_fault_and_the_connection_lives_on(soap, name):
    answer = soap.post(MALFORMED[name])
    assert answer.status == 500
    assert answer.all("s:Fault")
    assert answer.fault_code
    assert b"Traceback" not in answer.body
    assert soap.get(CIMV2 + "Win32_OperatingSystem").status == 200


def test_a_body_over_the_services_limit_is_refused_with_the_envelope_fault(serve):
    host = serve(
        yaml="name: small\nextends: windows-server-2022-datacenter\n"
        "winrm: {allow_unencrypted: true, authentication: {basic: true}}\n"
    )
    with SoapClient(host) as client:
        answer = client.call(
            TRANSFER + "Get", CIMV2 + "Win32_OperatingSystem", "<q>" + "x" * 600_000 + "</q>"
        )
        assert answer.status == 500
        assert answer.fault_code == 2150858790
        assert client.get(CIMV2 + "Win32_OperatingSystem").status == 200


def test_an_item_that_does_not_fit_the_clients_envelope_size_is_the_encoding_limit_fault(soap):
    answer = soap.call(
        TRANSFER + "Get",
        CIMV2 + "Win32_OperatingSystem",
        extra='<w:MaxEnvelopeSize s:mustUnderstand="true">1024</w:MaxEnvelopeSize>',
    )
    assert answer.status == 500
    assert "w:EncodingLimit" in [value.text for value in answer.all("s:Code//s:Value")]


def test_an_expired_enumeration_context_is_invalid(serve):
    host = serve(
        yaml="name: timed\nextends: windows-server-2022-datacenter\n"
        "winrm: {allow_unencrypted: true, authentication: {basic: true}}\n",
        clock="manual",
    )
    with SoapClient(host) as client:
        context = client.enumerate(CIMV2 + "Win32_Service").text("n:EnumerationContext")
        host.machine.clock.advance(timedelta(hours=1))
        answer = client.pull(CIMV2 + "Win32_Service", context)
    assert answer.status == 500
    assert answer.fault_code in {2150858779, 2150858780}


def test_a_released_enumeration_context_is_invalid(soap):
    context = soap.enumerate(CIMV2 + "Win32_Service").text("n:EnumerationContext")
    release = soap.call(
        "http://schemas.xmlsoap.org/ws/2004/09/enumeration/Release",
        CIMV2 + "Win32_Service",
        f"<n:Release><n:EnumerationContext>{context}</n:EnumerationContext></n:Release>",
    )
    assert release.status == 200
    assert soap.pull(CIMV2 + "Win32_Service", context).fault_code == 2150858779


def test_a_wrong_password_is_401_with_no_body_and_several_challenges(basic_host):
    with SoapClient(basic_host, password="wrong") as client:
        answer = client.get(CIMV2 + "Win32_OperatingSystem")
    assert (answer.status, answer.body) == (401, b"")
    assert {value.split()[0] for value in answer.headers.get_all("WWW-Authenticate")} == {
        "Negotiate",
        "Basic",
    }


def test_no_credentials_are_401_and_basic_is_not_offered_where_it_is_off(host):
    with SoapClient(host, user=None) as client:
        answer = client.get(CIMV2 + "Win32_OperatingSystem")
    assert (answer.status, answer.body) == (401, b"")
    assert answer.headers.get_all("WWW-Authenticate") == ["Negotiate"]


def test_a_user_who_may_not_use_winrm_is_refused_as_with_a_wrong_password(serve):
    host = serve(
        yaml="name: users\nextends: windows-server-2022-datacenter\n"
        "winrm: {allow_unencrypted: true, authentication: {basic: true}}\n"
        "users:\n- {name: Administrator, password: 'Passw0rd!', groups: [Administrators]}\n"
        "- {name: plain, password: 'Passw0rd!', groups: [Users]}\n"
    )
    with SoapClient(host, user="plain") as client:
        answer = client.get(CIMV2 + "Win32_OperatingSystem")
    assert (answer.status, answer.body) == (401, b"")


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/wsman", 405), ("GET", "/", 404), ("POST", "/other", 404)]
)
def test_other_methods_and_paths_are_refused(basic_host, method, path, status):
    with SoapClient(basic_host) as client:
        client.connection.request(method, path, headers=client.headers)
        answer = client.connection.getresponse()
        answer.read()
    assert answer.status == status
