"""curl as the plainest client: each scheme of its command line that a password is enough for.

Its --negotiate (and so --anyauth) wants a Kerberos ticket: without one it sends no token.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest
from conftest import PASSWORD, USER
from lxml import etree
from soap import CIMV2, NAMESPACES, TRANSFER, V2, envelope


def curl(host, *options: str, body: str, password: str = PASSWORD, https: bool = False) -> tuple[int, bytes]:
    """The status and the body of the last answer; unknown features of this curl skip the test."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    url = host.https_url if https else host.http_url
    command = [
        *("curl", "--silent", "--insecure", "--max-time", "20", "--user", f"{USER}:{password}"),
        *("--header", "Content-Type: application/soap+xml;charset=UTF-8"),
        *("--data-binary", "@-", "--write-out", "\n%{http_code}", *options, url),
    ]
    done = subprocess.run(command, input=body.encode(), capture_output=True, timeout=30)
    if done.returncode in (2, 4):
        pytest.skip(f"this curl does not have {options[0]}")
    assert done.returncode == 0, (done.returncode, done.stderr)
    answer, _, status = done.stdout.rpartition(b"\n")
    return int(status), answer


def get_system() -> str:
    return envelope(TRANSFER + "Get", CIMV2 + "Win32_OperatingSystem")


@pytest.mark.parametrize("scheme", ["--basic", "--ntlm"])
@pytest.mark.parametrize("https", [False, True], ids=["http", "https"])
def test_each_scheme_reads_the_machines_name(basic_host, scheme, https):
    status, answer = curl(basic_host, scheme, body=get_system(), https=https)
    assert status == 200, answer
    assert etree.fromstring(answer).find(".//{*}CSName").text == basic_host.machine.name


@pytest.mark.parametrize("scheme", ["--basic", "--ntlm"])
def test_a_wrong_password_is_401(basic_host, scheme):
    assert curl(basic_host, scheme, body=get_system(), password="wrong")[0] == 401


def test_negotiate_without_a_ticket_is_401_and_the_challenge_is_offered(basic_host):
    status, answer = curl(basic_host, "--negotiate", "--include", body=get_system())
    assert status == 401
    assert b"WWW-Authenticate: Negotiate" in answer


def test_a_machine_that_curl_starts_runs(basic_host):
    vm = basic_host.machine.virtual_machines.create("curled")
    resource = V2 + "Msvm_ComputerSystem"
    inner = f'<p:RequestStateChange_INPUT xmlns:p="{resource}"><p:RequestedState>2</p:RequestedState></p:RequestStateChange_INPUT>'
    selectors = {"CreationClassName": "Msvm_ComputerSystem", "Name": vm.id}
    status, answer = curl(
        basic_host, "--ntlm", body=envelope(resource + "/RequestStateChange", resource, inner, selectors)
    )
    assert status == 200, answer
    returned = etree.fromstring(answer).find(f".//{{{resource}}}ReturnValue", NAMESPACES)
    assert returned.text == "4096"
    assert basic_host.machine.wait_for(lambda: vm.state.name == "RUNNING", timeout=10)
