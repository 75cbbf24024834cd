"""Runspace pools on the wire: the faults, and what a client sees of a pool without speaking to it."""

from __future__ import annotations

import base64
import uuid

import psrpcore
import pytest

from emulator.host.winrm.session_configurations import new_plugin

SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
POWERSHELL = "http://schemas.microsoft.com/powershell/"
VERSION = {"protocolversion": "2.3"}


def opening() -> tuple[str, str]:
    """creationXml of a new pool, and its id."""
    pool = psrpcore.ClientRunspacePool()
    pool.open()
    data = b""
    while (payload := pool.data_to_send()) is not None:
        data += payload.data
    return base64.b64encode(data).decode(), str(pool.runspace_pool_id).upper()


def create(
    client,
    content: str | None = None,
    identifier: str | None = None,
    configuration="Microsoft.PowerShell",
    **more,
):
    if content is None:
        content, identifier = opening()
    inner = (
        f'<creationXml xmlns="http://schemas.microsoft.com/powershell">{content}</creationXml>'
        if content
        else ""
    )
    attribute = f' ShellId="{identifier}"' if identifier else ""
    body = (
        f"<rsp:Shell{attribute}><rsp:InputStreams>stdin pr</rsp:InputStreams>"
        f"<rsp:OutputStreams>stdout</rsp:OutputStreams>{inner}</rsp:Shell>"
    )
    more.setdefault("options", VERSION)
    return client.send(TRANSFER + "Create", POWERSHELL + configuration, body, **more)


@pytest.fixture
def pool(client):
    reply = create(client)
    assert reply.status == 200, reply.text
    return reply.value("//rsp:ShellId")


def in_pool(client, operation, pool, body):
    return client.send(
        f"{SHELL}/{operation}", POWERSHELL + "Microsoft.PowerShell", body, selectors={"ShellId": pool}
    )


def test_creation_answers_with_the_recorded_fields(client):
    content, identifier = opening()
    reply = create(client, content, identifier)
    described = reply.one("/s:Envelope/s:Body/rsp:Shell")
    assert [child.tag.rpartition("}")[2] for child in described] == [
        "ShellId",
        "ResourceUri",
        "Owner",
        "ClientIP",
        "ProcessId",
        "IdleTimeOut",
        "InputStreams",
        "OutputStreams",
        "MaxIdleTimeOut",
        "Locale",
        "DataLocale",
        "CompressionMode",
        "ProfileLoaded",
        "Encoding",
        "BufferMode",
        "State",
        "ShellRunTime",
        "ShellInactivity",
    ]
    assert reply.value("//rsp:ShellId") == identifier
    assert reply.value("//rsp:ResourceUri") == POWERSHELL + "Microsoft.PowerShell"
    assert reply.value("//rsp:IdleTimeOut") == "PT7200.000S"


def test_the_pool_itself_is_received_from_without_a_command_id(client, pool):
    body = "<rsp:Receive><rsp:DesiredStream>stdout</rsp:DesiredStream></rsp:Receive>"
    reply = in_pool(client, "Receive", pool, body)
    streams = reply.all("//rsp:Stream")
    assert [stream.get("Name") for stream in streams] == ["stdout"] * 3
    assert all(stream.get("CommandId") is None and stream.get("End") is None for stream in streams)
    assert reply.all("//rsp:CommandState") == []
    assert in_pool(client, "Receive", pool, body.replace("stdout", "stderr")).code == 87


def test_a_pool_is_enumerated_with_its_state(client, pool):
    inner = "<w:OptimizeEnumeration/><w:MaxElements>10</w:MaxElements>"
    in_pool(client, "Disconnect", pool, "<rsp:Disconnect/>")
    reply = client.enumerate(SHELL, inner)
    assert reply.value("//w:Items/rsp:Shell/rsp:State") == "Disconnected"
    assert reply.value("//w:Items/rsp:Shell/rsp:MemoryUsed") == "46MB"


@pytest.mark.parametrize(
    ("options", "code"),
    [({}, 0x805407DF), ({"protocolversion": "3.0"}, 0x805407DD), ({"protocolversion": "x"}, 0x805407DD)],
)
def test_the_protocol_version_must_be_given_and_match(client, options, code):
    assert create(client, options=options).code == code


@pytest.mark.parametrize(
    ("content", "code"),
    [("", 2150858817), ("!!", 2150858838), (base64.b64encode(b"x" * 70).decode(), 0x80540BB8)],
)
def test_a_bad_creation_xml_is_refused_and_makes_no_shell(client, content, code):
    assert create(client, content, str(uuid.uuid4()).upper()).code == code
    assert client.service.shells.list() == ()


def test_an_unknown_configuration_is_named(client):
    reply = create(client, configuration="No.Such")
    assert reply.code == 0x8033803B
    assert "Cannot find the No.Such session configuration" in reply.text


def test_a_class_that_cannot_be_loaded_is_the_fault_of_the_plug_in(make_real_client):
    client = make_real_client()
    host = client.service.shells.host
    parameters = {"assemblyname": "Own.dll", "pssessionconfigurationtypename": "Own.Type"}
    host.winrm.plugins.create(
        new_plugin(host, "Own", parameters=parameters, attributes={}, quotas={}, sddl="")
    )
    reply = create(client, configuration="Own")
    assert reply.code == 0x80540FA0
    assert (
        'Unable to load the assembly "Own.dll" specified in the "InitializationParameters" section.'
        in reply.text.replace("&quot;", '"')
    )
    assert client.service.shells.list() == ()


def test_a_command_needs_the_fragments_of_its_pipeline(client, pool):
    for inner, code in (
        ("<rsp:Command/>", 2150858817),
        ("<rsp:Command/><rsp:Arguments>!!</rsp:Arguments>", 2150858838),
        (f"<rsp:Command/><rsp:Arguments>{base64.b64encode(b'x').decode()}</rsp:Arguments>", 0x80540BB8),
    ):
        assert in_pool(client, "Command", pool, f"<rsp:CommandLine>{inner}</rsp:CommandLine>").code == code


def test_an_unknown_command_and_an_unknown_pool_are_selectors_that_do_not_exist(client, pool):
    other = str(uuid.uuid4()).upper()
    body = f'<rsp:Receive><rsp:DesiredStream CommandId="{other}">stdout</rsp:DesiredStream></rsp:Receive>'
    assert in_pool(client, "Receive", pool, body).code == 2150858843
    assert in_pool(client, "Receive", other, body).code == 2150858843


def test_nothing_of_powershell_is_loaded_before_the_first_pool():
    import subprocess
    import sys

    script = (
        "import sys, emulator.server, emulator.wsman.dispatch\n"
        "print([name for name in sys.modules if name.startswith(('psrpcore', 'emulator.powershell', "
        "'emulator.shells.powershell'))])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
