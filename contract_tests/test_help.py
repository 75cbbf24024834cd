"""Help as a remote client gets it: the page of the help system, and help files from a web site."""

from __future__ import annotations

import struct

import pytest
from conftest import PASSWORD, USER

pypsrp = pytest.importorskip("pypsrp.powershell", reason="pypsrp is not installed")
wsman = pytest.importorskip("pypsrp.wsman", reason="pypsrp is not installed")

SITES = """
extends: windows-server-2022-datacenter
web_pages:
  - url: https://aka.ms/winsvr-2022-pshelp
    status: 302
    headers: ["Location: https://help.example/files/"]
  - url: https://help.example/files/Hyper-V_af4bddd0-8583-4ff2-84b2-a33f5c8de8a7_HelpInfo.xml
    body: >-
      <HelpInfo xmlns="http://schemas.microsoft.com/powershell/help/2010/05">
      <HelpContentURI>https://help.example/files/</HelpContentURI><SupportedUICultures><UICulture>
      <UICultureName>en-US</UICultureName><UICultureVersion>5.0.0.0</UICultureVersion>
      </UICulture></SupportedUICultures></HelpInfo>
  - url: https://help.example/files/Hyper-V_af4bddd0-8583-4ff2-84b2-a33f5c8de8a7_en-US_HelpContent.cab
    file: {file}
"""
HELP = b"""<helpItems xmlns:c="http://schemas.microsoft.com/maml/dev/command/2004/10" schema="maml"
xmlns:m="http://schemas.microsoft.com/maml/2004/10"><c:command><c:details><c:name>Get-VM</c:name>
<m:description><m:para>Tells of machines.</m:para></m:description></c:details></c:command></helpItems>"""


def cabinet(name: bytes, data: bytes) -> bytes:
    """A cabinet with one uncompressed file."""
    entry = struct.pack("<IIHHHH", len(data), 0, 0, 0, 0, 0x20) + name + b"\0"
    block = struct.pack("<IHH", 0, len(data), len(data)) + data
    folder = struct.pack("<IHH", 44 + len(entry), 1, 0)
    size = 44 + len(entry) + len(block)
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, size, 0, 44, 0, 3, 1, 1, 1, 0, 0, 0)
    return head + folder + entry + block


def run(host, script: str) -> list:
    client = wsman.WSMan("127.0.0.1", port=host.http_port, ssl=False, username=USER, password=PASSWORD)
    with client, pypsrp.RunspacePool(client) as pool:
        shell = pypsrp.PowerShell(pool)
        shell.add_script(script)
        output = shell.invoke()
        assert [str(one) for one in shell.streams.error] == []
        return list(output)


def test_get_help_alone_is_the_page_of_the_help_system(host):
    name, text = run(host, "(Get-Help).Name; help | Out-String")
    assert name == "default"
    assert text.startswith("TOPIC")


def test_help_that_a_web_site_has_is_taken_in_and_shown(serve, tmp_path):
    file = tmp_path / "help.cab"
    file.write_bytes(cabinet(b"Microsoft.HyperV.PowerShell.Cmdlets.dll-Help.xml", HELP))
    host = serve(yaml=SITES.format(file=file))
    before, after = run(
        host, "(Get-Help Get-VM).Synopsis; Update-Help -Module Hyper-V; (Get-Help Get-VM).Synopsis"
    )
    assert before.strip().startswith("Get-VM [")
    assert after == "Tells of machines."
