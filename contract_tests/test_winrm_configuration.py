"""winrm/config through real clients: what they set changes the service that they use."""

from __future__ import annotations

import http.client
import socket
import time

import pytest
from conftest import PASSWORD, USER

from emulator import HyperVHost

pypsrp = pytest.importorskip("pypsrp.wsman", reason="pypsrp is not installed")
winrm = pytest.importorskip("winrm", reason="pywinrm is not installed")

CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
LISTENER = CONFIG + "/listener"
NAMESPACES = {"service": CONFIG + "/service", "listener": LISTENER, "auth": CONFIG + "/service/auth"}


def client_of(host: HyperVHost):
    return pypsrp.WSMan(
        "127.0.0.1",
        port=host.http_port,
        ssl=False,
        auth="ntlm",
        username=USER,
        password=PASSWORD,
        encryption="always",
    )


def element(uri: str, name: str, **values: str):
    from xml.etree import ElementTree

    root = ElementTree.Element(f"{{{uri}}}{name}")
    for key, value in values.items():
        ElementTree.SubElement(root, f"{{{uri}}}{key}").text = value
    return root


def selectors(**values: str):
    chosen = pypsrp.SelectorSet()
    for name, value in values.items():
        chosen.add_option(name, value)
    return chosen


def run(port: int, scheme: str = "http", transport: str = "ntlm") -> str:
    session = winrm.Session(
        f"{scheme}://127.0.0.1:{port}/wsman",
        auth=(USER, PASSWORD),
        transport=transport,
        server_cert_validation="ignore",
        message_encryption="auto" if scheme == "http" and transport == "ntlm" else "never",
    )
    return session.run_cmd("hostname").std_out.decode().strip()


def is_open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except ConnectionRefusedError:
        return False
    return True


@pytest.fixture
def plain_host(serve):
    """A host with the HTTP listener only."""
    return serve(yaml="extends: windows-server-2022-datacenter\nwinrm: {https_enabled: false}\n")


def test_a_created_listener_serves_clients_until_it_is_deleted(plain_host):
    with client_of(plain_host) as client:
        where = selectors(Address="IP:127.0.0.1", Transport="HTTP")
        client.create(LISTENER, element(LISTENER, "Listener", Port="5987"), selector_set=where)
        port = plain_host.listeners.real_port("HTTP", 5987)
        assert run(port) == run(plain_host.http_port)
        client.put(LISTENER, element(LISTENER, "Listener", Enabled="false"), selector_set=where)
        assert not is_open(port)
        client.put(LISTENER, element(LISTENER, "Listener", Enabled="true"), selector_set=where)
        assert plain_host.listeners.real_port("HTTP", 5987) == port
        assert is_open(port)
        client.delete(LISTENER, selector_set=where)
        assert plain_host.listeners.real_port("HTTP", 5987) is None
        assert not is_open(port)


def test_an_https_listener_serves_the_certificate_of_its_thumbprint(plain_host):
    from emulator.transport import ServerCertificate

    certificate = ServerCertificate("web.example", key_kind="RSA")
    thumbprint = plain_host.listeners.add_certificate(certificate)
    with client_of(plain_host) as client:
        where = selectors(Address="*", Transport="HTTPS")
        stated = element(
            LISTENER, "Listener", Hostname="web.example", CertificateThumbprint=thumbprint, Port="5990"
        )
        client.create(LISTENER, stated, selector_set=where)
    import ssl

    port = plain_host.listeners.real_port("HTTPS", 5990)
    served = ssl.get_server_certificate(("127.0.0.1", port))
    assert served.strip() == certificate.certificate_pem.decode().strip()
    assert run(port, "https", "ntlm") == plain_host.machine.name


def test_an_https_listener_without_a_thumbprint_takes_the_machine_s_certificate(plain_host):
    with client_of(plain_host) as client:
        where = selectors(Address="*", Transport="HTTPS")
        client.create(LISTENER, element(LISTENER, "Listener"), selector_set=where)
    assert run(plain_host.https_port, "https", "ntlm") == plain_host.machine.name


def test_a_deleted_listener_still_answers_the_request_that_deletes_it(plain_host):
    port = plain_host.http_port
    with client_of(plain_host) as client:
        client.delete(LISTENER, selector_set=selectors(Address="*", Transport="HTTP"))
        assert not is_open(port)
    plain_host.reset()
    assert plain_host.http_port == port
    assert run(port) == plain_host.machine.name


def test_basic_is_offered_as_soon_as_it_is_switched_on(plain_host):
    with client_of(plain_host) as client:
        assert "Basic" not in offers(plain_host)
        client.put(NAMESPACES["auth"], element(NAMESPACES["auth"], "Auth", Basic="true"))
        assert "Basic" not in offers(plain_host)  # not over HTTP while messages have to be encrypted
        service = NAMESPACES["service"]
        client.put(service, element(service, "Service", AllowUnencrypted="true"))
        assert "Basic" in offers(plain_host)
        assert run(plain_host.http_port, transport="basic") == plain_host.machine.name
        client.put(NAMESPACES["auth"], element(NAMESPACES["auth"], "Auth", Negotiate="false"))
        assert "Negotiate" not in offers(plain_host)


def offers(host: HyperVHost) -> set[str]:
    connection = http.client.HTTPConnection("127.0.0.1", host.http_port, timeout=10)
    connection.request("POST", "/wsman", b"", {"Content-Type": "application/soap+xml"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return {value.partition(" ")[0] for value in answer.headers.get_all("WWW-Authenticate") or ()}


def test_a_url_prefix_moves_the_service_of_its_port(serve):
    host = serve(
        yaml="extends: windows-server-2022-datacenter\nwinrm:\n  https_enabled: false\n"
        "  listeners: [{address: 'IP:127.0.0.1', port: 8080, url_prefix: remote/wsman}]\n"
    )
    port = host.listeners.real_port("HTTP", 8080)
    assert status(port, "/remote/wsman") == 401
    assert status(port, "/wsman") == 404
    assert status(host.http_port, "/wsman") == 401


def status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", path, b"")
    answer = connection.getresponse()
    connection.close()
    return answer.status


def test_more_connections_than_max_connections_are_turned_away_on_every_listener(serve):
    host = serve(
        yaml="extends: windows-server-2022-datacenter\nwinrm:\n  https_enabled: false\n"
        "  max_connections: 2\n  listeners: [{address: 'IP:127.0.0.1', port: 8080}]\n"
    )
    other = host.listeners.real_port("HTTP", 8080)
    held = [socket.create_connection(("127.0.0.1", port)) for port in (host.http_port, other)]
    try:
        end = time.monotonic() + 5
        while host.listeners.connection_count < 2 and time.monotonic() < end:
            time.sleep(0.005)
        assert status(other, "/wsman") == 503
        host.machine.winrm.change({"Service/MaxConnections": 3})
        assert status(other, "/wsman") == 401
    finally:
        for each in held:
            each.close()


def test_a_port_that_cannot_be_opened_is_logged_and_leaves_the_others(serve):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        free = socket.create_server(("127.0.0.1", 0))
        usual = free.getsockname()[1]
        free.close()
        host = serve(
            yaml="extends: windows-server-2022-datacenter\nwinrm: {https_enabled: false}\n",
            http_port=usual,
            https_port=None,
        )
        host.machine.winrm.listeners.create("IP:127.0.0.1", "HTTP", {"Port": port})
        assert host.listeners.real_port("HTTP", port) is None
        entries = [entry.event_id for entry in host.machine.event_log.entries("System")]
        assert 10128 in entries
        assert status(host.http_port, "/wsman") == 401


def test_winrm_in_a_shell_changes_the_service_that_runs_the_shell(plain_host):
    session = winrm.Session(
        f"http://127.0.0.1:{plain_host.http_port}/wsman", auth=(USER, PASSWORD), transport="ntlm"
    )
    done = session.run_cmd('winrm set winrm/config/winrs @{MaxShellsPerUser="7"}')
    assert done.status_code == 0, done.std_err
    assert b"    MaxShellsPerUser = 7" in done.std_out
    with client_of(plain_host) as client:
        shown = client.get(CONFIG + "/winrs")
    assert shown.findtext(f".//{{{CONFIG}/winrs}}MaxShellsPerUser") == "7"
    listed = session.run_cmd("winrm enumerate winrm/config/listener").std_out.decode()
    assert "Transport = HTTP" in listed
    refused = session.run_cmd('winrm set winrm/config @{MaxBatchItems="none"}')
    assert refused.status_code == 1
    assert b"0x80338056" in refused.std_err


def test_a_listener_made_in_a_shell_serves_clients(plain_host):
    session = winrm.Session(
        f"http://127.0.0.1:{plain_host.http_port}/wsman", auth=(USER, PASSWORD), transport="ntlm"
    )
    line = 'winrm create winrm/config/listener?Address=IP:127.0.0.1+Transport=HTTP @{Port="5987"}'
    assert session.run_cmd(line).status_code == 0
    assert run(plain_host.listeners.real_port("HTTP", 5987)) == plain_host.machine.name
