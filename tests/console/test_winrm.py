"""winrm.cmd: the configuration of WinRM from a command line of the machine itself."""

from __future__ import annotations

import pytest
from lxml import etree

from emulator.host.security.certificates import Certificate
from emulator.profile import loads

CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
TEXT = """extends: windows-server-2022-datacenter
winrm: {https_enabled: false}
users:
  - {name: Administrator, password: Passw0rd!, groups: [Administrators]}
  - {name: plain, password: Secret1, groups: [Users]}
"""


@pytest.fixture
def machine(make_machine):
    return make_machine(loads(TEXT))


def lines(text):
    return text.replace("\r\n", "\n").split("\n")


def test_the_configuration_is_shown_as_an_indented_tree(machine):
    answer = machine.run("winrm get winrm/config")
    assert answer.code == 0
    shown = lines(answer.out)
    assert shown[:9] == [
        "Config",
        "    MaxEnvelopeSizekb = 500",
        "    MaxTimeoutms = 60000",
        "    MaxBatchItems = 32000",
        "    MaxProviderRequests = 4294967295",
        "    Client",
        "        NetworkDelayms = 5000",
        "        URLPrefix = wsman",
        "        AllowUnencrypted = false",
    ]
    assert "        TrustedHosts" in shown
    assert "            CbtHardeningLevel = Relaxed" in shown
    assert "        MaxShellRunTime = 2147483647" in shown


@pytest.mark.parametrize("operation", ["get", "g", "GET"])
@pytest.mark.parametrize("uri", ["winrm/config/service/auth", CONFIG + "/service/auth"])
def test_a_part_is_shown_alone(machine, operation, uri):
    shown = lines(machine.run(f"winrm {operation} {uri}").out)
    assert shown[:3] == ["Auth", "    Basic = false", "    Kerberos = true"]


@pytest.mark.parametrize(
    "values",
    [
        '@{Basic="true"}',
        "'@{Basic=\"true\"}'",
        '@{Basic="true";CbtHardeningLevel="Strict"}',
        "@{Basic=true}",
        '@{ Basic = "true" ; Kerberos = "true" }',
    ],
)
def test_a_setting_is_changed_and_shown(machine, values):
    answer = machine.run(f"winrm set winrm/config/service/auth {values}")
    assert answer.code == 0, answer.err
    assert "    Basic = true" in lines(answer.out)
    assert machine.host.winrm.authentication.basic


def test_trusted_hosts_may_hold_commas_and_brackets(machine):
    machine.run('winrm set winrm/config/client @{TrustedHosts="1.2.3.4,[1:2:3::8],*.example"}')
    assert machine.host.winrm.client.trusted_hosts == "1.2.3.4,[1:2:3::8],*.example"


def test_listeners_are_listed_with_their_addresses_on_one_line(machine):
    shown = lines(machine.run("winrm enumerate winrm/config/listener").out)
    assert shown[:8] == [
        "Listener",
        "    Address = *",
        "    Transport = HTTP",
        "    Port = 5985",
        "    Hostname",
        "    Enabled = true",
        "    URLPrefix = wsman",
        "    CertificateThumbprint",
    ]
    assert shown[8].startswith("    ListeningOn = ")
    assert ", 127.0.0.1, ::1" in shown[8]


def test_a_listener_is_created_changed_and_deleted(machine):
    machine.host.certificates.add(Certificate("A" * 40, "web.example"))
    answer = machine.run(
        "winrm create winrm/config/Listener?Address=*+Transport=HTTPS "
        f'@{{Hostname="web.example";CertificateThumbprint="{"A" * 40}";Port="5990"}}'
    )
    assert answer.code == 0, answer.err
    assert lines(answer.out) == [
        "ResourceCreated",
        "    Address = http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous",
        "    ReferenceParameters",
        "        ResourceURI = http://schemas.microsoft.com/wbem/wsman/1/config/listener",
        "        SelectorSet",
        "            Selector: Address = *, Transport = HTTPS",
        "",
        "",
    ]
    uri = "winrm/config/listener?Address=*+Transport=HTTPS"
    assert "    Enabled = false" in lines(machine.run(f'winrm set {uri} @{{Enabled="false"}}').out)
    assert machine.run(f"winrm delete {uri}").code == 0
    assert machine.run(f"winrm get {uri}").code == 1
    assert len(list(machine.host.winrm.listeners)) == 1


def test_an_error_of_the_provider_is_reported_as_windows_reports_it(machine):
    answer = machine.run("winrm create winrm/config/listener?Address=*+Transport=HTTPS")
    sentence = (
        "Cannot create a WinRM listener on HTTPS because this machine does not have an appropriate "
        "certificate. To be used for SSL, a certificate must have a CN matching the hostname, be appropriate "
        "for Server Authentication, and not be expired, revoked, or self-signed."
    )
    assert (answer.code, answer.out) == (1, "")
    assert lines(answer.err)[:8] == [
        "WSManFault",
        "    Message",
        "        ProviderFault",
        "            WSManFault",
        f"                Message = {sentence}",
        "",
        "Error number:  -2144108267 0x80338115",
        sentence,
    ]


def test_a_user_who_is_no_administrator_is_denied(machine):
    plain = machine.host.accounts.find("plain")
    answer = machine.run("winrm get winrm/config", account=plain)
    assert answer.code == 1
    assert lines(answer.err)[:4] == [
        "WSManFault",
        "    Message = Access is denied.",
        "",
        "Error number:  -2147024891 0x80070005",
    ]


@pytest.mark.parametrize("kind", ["xml", "pretty", "#pretty"])
def test_a_resource_is_shown_as_xml(machine, kind):
    answer = machine.run(f"winrm get winrm/config/service -format:{kind}")
    root = etree.fromstring(answer.out)
    assert root.tag == f"{{{CONFIG}/service}}Service"
    assert root.findtext(f"{{{CONFIG}/service}}AllowUnencrypted") == "false"


def test_references_are_listed_when_they_are_asked_for(machine):
    shown = lines(machine.run("winrm e winrm/config/listener -returntype:epr").out)
    assert shown[0] == "EndpointReference"
    assert "            Selector: Address = *, Transport = HTTP" in shown


def test_settings_of_group_policy_are_marked(make_machine):
    machine = make_machine(loads(TEXT.replace("{https", "{set_by_policy: [allow_unencrypted], https")))
    shown = lines(machine.run("winrm get winrm/config/service").out)
    assert '    AllowUnencrypted = false [Source="GPO"]' in shown
    refused = machine.run('winrm set winrm/config/service @{AllowUnencrypted="true"}')
    assert "0x8033813F" in refused.err


def test_a_plug_in_shows_its_attributes_and_parts(machine):
    shown = lines(machine.run('winrm get "winrm/config/plugin?Name=microsoft.powershell"').out)
    assert shown[0] == "PlugInConfiguration"
    assert "    Name = microsoft.powershell" in shown
    assert "        Param" in shown
    assert "            Name = PSVersion" in shown


def test_identify_names_the_product(machine):
    shown = lines(machine.run("winrm id").out)
    assert shown[0] == "IdentifyResponse"
    assert "    ProductVendor = Microsoft Corporation" in shown


def test_quickconfig_of_a_machine_that_is_set_up_changes_nothing(machine):
    answer = machine.run("winrm quickconfig")
    assert lines(answer.out)[:2] == [
        "WinRM service is already running on this machine.",
        "WinRM is already set up for remote management on this computer.",
    ]


@pytest.mark.parametrize(("command", "stdin"), [("winrm qc -quiet", b""), ("winrm quickconfig", b"y\r\n")])
def test_quickconfig_makes_the_listener_that_is_missing(machine, command, stdin):
    machine.host.winrm.listeners.delete("*", "HTTP")
    answer = machine.run(command, stdin)
    assert answer.code == 0, answer.err
    assert "WinRM is not set up to allow remote access to this machine for management." in answer.out
    assert "Created a WinRM listener on HTTP://* to accept WS-Man requests to any IP" in answer.out
    assert machine.host.winrm.listeners.get("*", "HTTP").port == 5985


def test_quickconfig_without_a_yes_changes_nothing(machine):
    machine.host.winrm.listeners.delete("*", "HTTP")
    assert machine.run("winrm quickconfig", b"n\r\n").code == 1
    assert list(machine.host.winrm.listeners) == []


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("winrm dance winrm/config", "Unknown operation name: dance"),
        ("winrm get", "URI is missing"),
        ("winrm get winrm/config -colour:red", "Unknown switch: colour"),
        ("winrm get winrm/config -format:blue", "Invalid option for -format: blue"),
        ('winrm get winrm/config @{A="b"}', "does not accept input"),
        ("winrm set winrm/config", "No input provided"),
        ("winrm set winrm/config @{}", "Parameter set is empty."),
        ('winrm set winrm/config @{A="b"', "Syntax Error"),
        ('winrm set winrm/config @{"b"}', "Syntax Error"),
        ('winrm set winrm/config @{A="1";a="2"}', "Multiple matching"),
        ("winrm get winrm/config?Name", "token is 0 length"),
        ("winrm get winrm/config -r:a -r:b", "not unique"),
    ],
)
def test_a_wrong_command_line_is_explained(machine, command, words):
    answer = machine.run(command)
    assert answer.code == 1
    assert words in answer.err
    assert 'Type "winrm -?" for help.' in answer.err


@pytest.mark.parametrize("command", ["winrm", "winrm -?", "winrm help"])
def test_help_lists_the_operations(machine, command):
    answer = machine.run(command)
    assert answer.code == 0
    assert "winrm e[numerate]" in answer.out


@pytest.mark.parametrize(
    "command",
    ["winrm get wmicimv2/Win32_Service?Name=WinRM", "winrm get winrm/config -r:other", "winrm invoke X Y"],
)
def test_what_is_not_emulated_is_a_counted_gap(machine, command):
    answer = machine.run(command)
    assert answer.code == 1
    assert "is not emulated" in answer.err
    assert machine.host.gaps.entries()


def test_winrm_is_a_command_file_of_the_system_and_runs_from_powershell(machine):
    assert machine.run("where winrm").out.strip().lower() == "c:\\windows\\system32\\winrm.cmd"
    command = "winrm set winrm/config/client '@{TrustedHosts=\"*\"}' | Out-Null"
    answer = machine.run(f'powershell -Command "{command}"'.replace('"*"', '\\"*\\"'))
    assert answer.code == 0, answer.err
    assert machine.host.winrm.client.trusted_hosts == "*"
