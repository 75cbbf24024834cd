"""The service as a whole: Identify, access, dispatch, gaps, errors inside."""

from __future__ import annotations

import logging
import threading

import pytest

from emulator.wsman.resource_uri import (
    ClassSchemaTarget,
    ConfigurationTarget,
    EventLogTarget,
    PowershellTarget,
    ShellTarget,
    WmiTarget,
    parse_resource_uri,
)

MICROSOFT = "http://schemas.microsoft.com/wbem/wsman/1/"
URI = MICROSOFT + "wmi/root/cimv2/Test_Single"
WS_CIM_CLASS_SCHEMA = "http://schemas.dmtf.org/wbem/ws-cim/1/cim-schema/2/Test_Single"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:i="{}"><s:Header/>'
    "<s:Body><i:Identify/></s:Body></s:Envelope>"
)


@pytest.mark.parametrize(
    "namespace_uri",
    [
        "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
        "http://schemas.dmtf.org/wbem/wsman/identify/1/wsmanidentity.xsd",
    ],
)
def test_identify_needs_no_headers_and_any_namespace_will_do(client, namespace_uri):
    reply = client.post(IDENTIFY.format(namespace_uri))
    response = reply.one("/s:Envelope/s:Body/wsmid:IdentifyResponse")
    assert [child.text for child in response] == [
        "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
        "Microsoft Corporation",
        "OS: 10.0.20348 SP: 0.0 Stack: 3.0",
    ]


def test_an_unauthenticated_identify_does_not_tell_the_version(client):
    client.account = None
    assert (
        client.post(IDENTIFY.format("urn:any")).value("//wsmid:ProductVersion")
        == "OS: 0.0.0 SP: 0.0 Stack: 3.0"
    )


def test_identify_tells_the_service_pack_and_the_stack_of_the_release(make_client):
    reply = make_client("windows-server-2008r2-datacenter-core").post(IDENTIFY.format("urn:any"))
    assert reply.value("//wsmid:ProductVersion") == "OS: 6.1.7601 SP: 1.0 Stack: 2.0"


def test_everything_else_without_an_account_is_access_denied(client):
    client.account = None
    assert client.get(URI).code == 5


def test_an_account_that_may_not_use_winrm_is_denied(client, account):
    client.account = account(client.service.host, "visitor", "Users")
    reply = client.get(URI)
    assert (reply.status, reply.code, reply.subcode) == (500, 5, "w:AccessDenied")
    assert reply.value("//a:RelatesTo")


@pytest.mark.parametrize(
    ("action", "uri", "gap"),
    [
        (TRANSFER + "Get", WS_CIM_CLASS_SCHEMA, "class schema in WS-CIM form"),
    ],
)
def test_what_is_not_emulated_is_a_named_fault_and_a_counted_gap(client, action, uri, gap):
    for _ in range(2):
        reply = client.send(action, uri)
        assert reply.subcode == "w:UnsupportedFeature"
        assert "Not emulated: " in reply.value("//f:Message")
    ((name, count),) = client.service.host.gaps.counts("ws-management").items()
    assert count == 2
    assert gap is None or name == gap


def test_an_action_that_does_not_exist_is_not_supported(client):
    reply = client.send("http://example.org/Dance", MICROSOFT + "config")
    assert (reply.code, reply.subcode) == (2150858753, "a:ActionNotSupported")
    assert reply.action == "http://schemas.xmlsoap.org/ws/2004/08/addressing/fault"


def test_an_error_inside_is_an_internal_error_without_a_traceback_and_is_logged(client, namespace, caplog):
    namespace.failure = ZeroDivisionError("secret detail")
    with caplog.at_level(logging.ERROR, logger="emulator.wsman"):
        reply = client.get(URI)
    assert (reply.code, reply.subcode, reply.value("//s:Code/s:Value")) == (
        1359,
        "w:InternalError",
        "s:Receiver",
    )
    assert "secret" not in reply.text
    assert "secret detail" in caplog.text


def test_the_operations_of_one_user_at_a_time_are_bounded(make_client, namespace, account):
    client = make_client(max_concurrent_operations_per_user=1)
    inside, leave = threading.Event(), threading.Event()

    def slow(*_given):
        inside.set()
        leave.wait(10)
        return namespace.rows[0]

    namespace.resolve = slow
    worker = threading.Thread(target=client.get, args=(URI,))
    worker.start()
    assert inside.wait(10)
    del namespace.resolve
    try:
        refused = client.get(URI)
        client.account = account(client.service.host, "other")
        assert client.get(URI).status == 200
    finally:
        leave.set()
        worker.join()
    assert refused.code == 2150859174
    text = refused.value("//s:Reason/s:Text")
    assert "The maximum number of concurrent operations for this user has been exceeded" in text
    assert "maximum number of 1 concurrent operations" in refused.text
    client.account = client.service.host.accounts.administrator
    assert client.get(URI).status == 200


def test_a_closed_service_answers_aborted(client):
    client.service.close()
    client.service.close()
    assert client.get(URI).code == 995


@pytest.mark.parametrize(
    ("uri", "target"),
    [
        (MICROSOFT + "wmi/root/virtualization/v2/Msvm_X", WmiTarget("root/virtualization/v2", "Msvm_X")),
        (MICROSOFT + "WMI/root/cimv2/*", WmiTarget("root/cimv2", None)),
        ("http://schemas.dmtf.org/wbem/wscim/1/*", WmiTarget("root/cimv2", None, True)),
        ("http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/*", WmiTarget("root/cimv2", None, True)),
        ("http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_X", WmiTarget("root/cimv2", "CIM_X", True)),
        ("http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/CIM_X", ClassSchemaTarget("CIM_X")),
        ("http://schemas.dmtf.org/wbem/ws-cim/1/cim-schema/2/*", ClassSchemaTarget(None, is_ws_cim=True)),
        (MICROSOFT + "windows/shell", ShellTarget("shell")),
        (MICROSOFT + "windows/shell/cmd", ShellTarget("cmd")),
        (MICROSOFT + "windows/shell/Command", ShellTarget("command")),
        (MICROSOFT + "windows/EventLog", EventLogTarget()),
        (MICROSOFT + "config", ConfigurationTarget("")),
        (MICROSOFT + "config/service/auth", ConfigurationTarget("service/auth")),
        (
            "http://schemas.microsoft.com/powershell/Microsoft.PowerShell",
            PowershellTarget("Microsoft.PowerShell"),
        ),
    ],
)
def test_resource_uris_are_sorted_into_families(uri, target):
    assert parse_resource_uri(uri) == target
