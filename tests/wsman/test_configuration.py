"""winrm/config: get, set, create, delete and list, and what a change does to the running service."""

import threading
import time
from datetime import timedelta
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from emulator.host.security.certificates import Certificate
from tests.wsman.configuration_client import CONFIG, TRANSFER, create, delete, put, texts

SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TERMINATE = f"<rsp:Code>{SHELL}/signal/Terminate</rsp:Code>"
LISTENER = CONFIG + "/listener"
ALL_HTTP = {"Address": "*", "Transport": "HTTP"}
SERVER = "A" * 40
USERS = """
users:
  - {name: Administrator, password: Passw0rd!, groups: [Administrators]}
  - {name: remote, password: Secret1, groups: [Remote Management Users]}
"""


@pytest.fixture
def client(make_real_client):
    return make_real_client("winrm: {https_enabled: false}\n")


# -- settings ------------------------------------------------------------------------------------


def test_the_whole_configuration_has_the_parts_of_windows_in_their_order(client):
    reply = client.get(CONFIG)
    config = reply.one("/s:Envelope/s:Body/cfg:Config")
    assert [child.tag.rpartition("}")[2] for child in config] == [
        "MaxEnvelopeSizekb",
        "MaxTimeoutms",
        "MaxBatchItems",
        "MaxProviderRequests",
        "Client",
        "Service",
        "Winrs",
    ]
    assert reply.value("//cfg:MaxProviderRequests") == "4294967295"
    assert reply.value("//cfg:Client/cfg:Auth/cfg:Digest") == "true"
    assert reply.value("//cfg:Service/cfg:AllowUnencrypted") == "false"
    assert reply.value("//cfg:Service/cfg:Auth/cfg:CbtHardeningLevel") == "Relaxed"
    assert reply.value("//cfg:Winrs/cfg:MaxShellRunTime") == "2147483647"


@pytest.mark.parametrize(
    ("path", "name", "child"),
    [
        ("/service", "Service", "RootSDDL"),
        ("/service/auth", "Auth", "Negotiate"),
        ("/service/defaultports", "DefaultPorts", "HTTPS"),
        ("/client", "Client", "TrustedHosts"),
        ("/client/auth", "Auth", "Digest"),
        ("/Client/DefaultPorts", "DefaultPorts", "HTTP"),
        ("/winrs", "Winrs", "MaxShellsPerUser"),
    ],
)
def test_each_part_is_answered_alone_in_the_namespace_of_its_uri(client, path, name, child):
    reply = client.get(CONFIG + path)
    root = reply.one("/s:Envelope/s:Body/*")
    assert root.tag == f"{{{CONFIG}{path.lower()}}}{name}"
    assert [each for each in root if each.tag.endswith("}" + child)]


@pytest.mark.parametrize("path", ["/nothing", "/service/auth/basic", "/service/nothing"])
def test_a_part_that_does_not_exist_is_not_found(client, path):
    assert client.get(CONFIG + path).code == 2150858752


def test_selectors_on_a_part_without_instances_are_refused(client):
    assert client.get(CONFIG + "/service", selectors={"Name": "x"}).code == 2150858843


def test_a_partial_put_changes_what_it_states_and_answers_the_whole(client):
    reply = put(client, CONFIG + "/service/auth", "<p1:Basic>true</p1:Basic>", "Auth")
    assert reply.action == TRANSFER + "PutResponse"
    assert texts(reply, "//p1:Auth/p1:Basic", CONFIG + "/service/auth") == ["true"]
    assert texts(reply, "//p1:Auth/p1:Kerberos", CONFIG + "/service/auth") == ["true"]
    assert client.service.host.winrm.authentication.basic


def test_the_whole_configuration_can_be_put_back_with_changes(client):
    reply = client.get(CONFIG)
    config = reply.one("/s:Envelope/s:Body/cfg:Config")
    config.find(f"{{{CONFIG}}}MaxBatchItems").text = "17"
    config.find(f"{{{CONFIG}}}Winrs/{{{CONFIG}}}MaxShellsPerUser").text = "2"
    changed = client.send(TRANSFER + "Put", CONFIG, etree.tostring(config).decode())
    assert changed.value("//cfg:MaxBatchItems") == "17"
    winrm = client.service.host.winrm
    assert (winrm.max_batch_items, winrm.shells.max_shells_per_user) == (17, 2)


@pytest.mark.parametrize(
    ("path", "name", "inner", "code"),
    [
        ("", "Config", "<p1:MaxBatchItems>many</p1:MaxBatchItems>", 2150858838),
        ("", "Config", "<p1:MaxProviderRequests>5</p1:MaxProviderRequests>", 0x803381AE),
        ("", "Service", "<p1:MaxBatchItems>5</p1:MaxBatchItems>", 2150858817),
        ("", "Config", "<p1:Sparkle>5</p1:Sparkle>", 2150858752),
        ("/service", "Service", "<p1:AllowRemoteAccess>false</p1:AllowRemoteAccess>", 0x8033813F),
        ("/service", "Service", "<p1:RootSDDL>nobody</p1:RootSDDL>", 0x8033815C),
        ("/service", "Service", "<p1:IPv4Filter>here</p1:IPv4Filter>", 0x803380EC),
        ("/service/auth", "Auth", "<p1:CbtHardeningLevel>Hard</p1:CbtHardeningLevel>", 0x803381B8),
        ("/service/defaultports", "DefaultPorts", "<p1:HTTP>70000</p1:HTTP>", 0x803380DC),
    ],
)
def test_a_wrong_put_changes_nothing(client, path, name, inner, code):
    before = client.service.host.winrm.revision
    assert put(client, CONFIG + path, inner, name).code == code
    assert client.service.host.winrm.revision == before


def test_a_refusal_of_the_provider_names_it(client):
    reply = put(client, CONFIG, "<p1:MaxProviderRequests>5</p1:MaxProviderRequests>", "Config")
    assert reply.one("//f:ProviderFault/@provider") == "Config provider"
    assert reply.one("//f:ProviderFault/f:WSManFault/@Code") == str(0x803381AE)


def test_what_group_policy_controls_is_marked_and_cannot_be_put(make_real_client):
    client = make_real_client("winrm: {set_by_policy: [allow_unencrypted]}")
    reply = client.get(CONFIG + "/service")
    marked = reply.all("//p1:Service/*[@Source='GPO']", p1=CONFIG + "/service")
    assert [each.tag.rpartition("}")[2] for each in marked] == ["AllowUnencrypted"]
    refused = put(client, CONFIG + "/service", "<p1:AllowUnencrypted>true</p1:AllowUnencrypted>", "Service")
    assert refused.code == 0x8033813F
    same = put(client, CONFIG + "/service", "<p1:AllowUnencrypted>false</p1:AllowUnencrypted>", "Service")
    assert same.status == 200


@pytest.mark.parametrize("action", ["Get", "Put", "Create", "Delete"])
def test_only_administrators_reach_the_configuration(make_real_client, action):
    client = make_real_client(USERS, user="remote")
    selectors = ALL_HTTP if action in ("Create", "Delete") else None
    uri = LISTENER if selectors else CONFIG
    body = f'<p1:Config xmlns:p1="{CONFIG}"/>'
    assert client.send(TRANSFER + action, uri, body, selectors=selectors).code == 5


@pytest.mark.parametrize("action", ["Create", "Delete"])
def test_settings_cannot_be_created_or_deleted(client, action):
    body = f'<p1:Service xmlns:p1="{CONFIG}"/>'
    assert client.send(TRANSFER + action, CONFIG + "/service", body).code == 2150858753


def test_a_fragment_of_the_configuration_is_not_supported(client):
    headers = '<w:FragmentTransfer s:mustUnderstand="true">cfg:MaxBatchItems</w:FragmentTransfer>'
    assert client.get(CONFIG, headers=headers).subcode == "w:UnsupportedFeature"


# -- what a change does ---------------------------------------------------------------------------


def test_a_smaller_envelope_limit_applies_to_the_next_request(client):
    put(client, CONFIG, "<p1:MaxEnvelopeSizekb>32</p1:MaxEnvelopeSizekb>", "Config")
    uri = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Service"
    inner = "<w:OptimizeEnumeration/><w:MaxElements>1000</w:MaxElements>"
    reply = client.enumerate(uri, inner)
    assert 0 < len(reply.raw.body) <= 32 * 1024
    assert reply.all("//w:Items/*")


def test_fewer_items_in_a_batch_apply_to_the_next_pull(client):
    uri = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Service"
    context = client.enumerate(uri).context
    put(client, CONFIG, "<p1:MaxBatchItems>3</p1:MaxBatchItems>", "Config")
    assert len(client.pull(uri, context, "<n:MaxElements>50</n:MaxElements>").one("//n:Items")) == 3


def test_shells_can_be_switched_off_while_the_service_runs(client):
    inner = "<p1:AllowRemoteShellAccess>false</p1:AllowRemoteShellAccess>"
    assert put(client, CONFIG + "/winrs", inner, "Winrs").status == 200
    assert client.shell().code == 2150859180


def test_the_quota_of_shells_applies_to_the_next_one(client):
    assert client.shell().status == 200
    put(client, CONFIG + "/winrs", "<p1:MaxShellsPerUser>1</p1:MaxShellsPerUser>", "Winrs")
    assert client.shell().code == 2150859173


def test_a_security_descriptor_decides_who_may_use_the_service(make_real_client):
    client = make_real_client(USERS)
    host = client.service.host
    remote, administrator = host.accounts.find("remote"), host.accounts.find("Administrator")
    assert remote.may_use_winrm
    assert administrator.may_use_winrm
    sddl = "O:NSG:BAD:P(D;;GA;;;BA)(A;;GA;;;WD)"
    assert put(client, CONFIG + "/service", f"<p1:RootSDDL>{sddl}</p1:RootSDDL>", "Service").status == 200
    assert not administrator.may_use_winrm
    assert client.get(CONFIG).code == 5


def test_an_idle_enumeration_ends_after_the_time_that_is_set_now(client):
    uri = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_Service"
    context = client.enumerate(uri).context
    inner = "<p1:EnumerationTimeoutms>1000</p1:EnumerationTimeoutms>"
    assert put(client, CONFIG + "/service", inner, "Service").status == 200
    client.service.host.clock.advance(timedelta(seconds=2))
    assert client.pull(uri, context).code == 2150858779


def test_an_idle_shell_ends_after_the_time_that_was_set_when_it_was_made(client):
    put(client, CONFIG + "/winrs", "<p1:IdleTimeout>60000</p1:IdleTimeout>", "Winrs")
    shell = client.shell().value("//rsp:Shell/rsp:ShellId")
    client.service.host.clock.advance(timedelta(seconds=61))
    assert client.get(SHELL, selectors={"ShellId": shell}).code == 2150858843


def test_the_quota_of_operations_counts_those_that_wait(client):
    host = client.service.host
    shell = client.shell().value("//rsp:Shell/rsp:ShellId")
    line = "<rsp:CommandLine><rsp:Command>findstr</rsp:Command><rsp:Arguments>x</rsp:Arguments></rsp:CommandLine>"
    command = client.in_shell("Command", shell, line).value("//rsp:CommandId")
    stream = f'<rsp:DesiredStream CommandId="{command}">stdout</rsp:DesiredStream>'
    waiting = threading.Thread(
        target=lambda: client.in_shell("Receive", shell, f"<rsp:Receive>{stream}</rsp:Receive>")
    )
    waiting.start()
    end = time.monotonic() + 5
    while not client.service._operations and time.monotonic() < end:
        time.sleep(0.001)
    host.winrm.change({"Service/MaxConcurrentOperationsPerUser": 1})
    assert client.get(CONFIG).code == 2150859174
    host.winrm.change({"Service/MaxConcurrentOperationsPerUser": 2})
    assert client.get(CONFIG).status == 200
    client.in_shell("Signal", shell, f'<rsp:Signal CommandId="{command}">{TERMINATE}</rsp:Signal>')
    waiting.join(5)
    assert not waiting.is_alive()


def test_a_disabled_plug_in_serves_nothing(client):
    uri = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Win32_OperatingSystem"
    client.service.host.winrm.plugins.set_enabled("WMI Provider", False)
    assert client.get(uri).code == 2150858752
    assert client.get(CONFIG).status == 200
    client.service.host.winrm.plugins.set_enabled("WMI Provider", True)
    assert client.get(uri).status == 200


# -- listeners ------------------------------------------------------------------------------------


def test_the_usual_listener_shows_where_the_machine_listens(client):
    reply = client.get(LISTENER, selectors=ALL_HTTP)
    listener = reply.one("//p1:Listener", p1=LISTENER)
    shown = [(each.tag.rpartition("}")[2], each.text or "") for each in listener]
    assert shown[:7] == [
        ("Address", "*"),
        ("Transport", "HTTP"),
        ("Port", "5985"),
        ("Hostname", ""),
        ("Enabled", "true"),
        ("URLPrefix", "wsman"),
        ("CertificateThumbprint", ""),
    ]
    addresses = [text for name, text in shown[7:]]
    assert {name for name, _ in shown[7:]} == {"ListeningOn"}
    assert {"127.0.0.1", "::1"} < set(addresses)


@pytest.mark.parametrize(
    ("mode", "path"),
    [
        ("", "//n:Items/p1:Listener"),
        ("EnumerateEPR", "//n:Items/a:EndpointReference"),
        ("EnumerateObjectAndEPR", "//n:Items/w:Item/p1:Listener"),
    ],
)
def test_listeners_are_enumerated_in_every_mode(client, mode, path):
    inner = f"<w:EnumerationMode>{mode}</w:EnumerationMode>" if mode else ""
    context = client.enumerate(LISTENER, inner).context
    reply = client.pull(LISTENER, context, "<n:MaxElements>10</n:MaxElements>")
    assert len(reply.all(path, p1=LISTENER)) == 1
    if mode:
        assert reply.value("//w:Selector[@Name='Transport']") == "HTTP"


def test_a_created_listener_is_addressed_by_the_answer_and_deleted_again(client):
    selectors = {"Address": "IP:127.0.0.1", "Transport": "http"}
    reply = create(client, LISTENER, "<p1:Port>5987</p1:Port>", "Listener", selectors)
    assert reply.action == TRANSFER + "CreateResponse"
    named = {each.get("Name"): each.text for each in reply.all("//x:ResourceCreated//w:Selector")}
    assert named == {"Address": "IP:127.0.0.1", "Transport": "HTTP"}
    shown = client.get(LISTENER, selectors=named)
    assert texts(shown, "//p1:Port", LISTENER) == ["5987"]
    assert texts(shown, "//p1:ListeningOn", LISTENER) == ["127.0.0.1"]
    changed = put(client, LISTENER, "<p1:Enabled>false</p1:Enabled>", "Listener", selectors=named)
    assert texts(changed, "//p1:Enabled", LISTENER) == ["false"]
    assert delete(client, LISTENER, named).status == 200
    assert client.get(LISTENER, selectors=named).code == 2150858752


def test_a_listener_can_be_put_back_as_it_was_read(client):
    listener = client.get(LISTENER, selectors=ALL_HTTP).one("//p1:Listener", p1=LISTENER)
    before = client.service.host.winrm.revision
    reply = client.send(TRANSFER + "Put", LISTENER, etree.tostring(listener).decode(), selectors=ALL_HTTP)
    assert reply.status == 200, reply.text
    assert client.service.host.winrm.revision == before


@pytest.mark.parametrize(
    ("selectors", "inner", "code"),
    [
        (ALL_HTTP, "", 2150858803),
        ({"Address": "*"}, "", 2150858842),
        ({**ALL_HTTP, "Port": "1"}, "", 2150858843),
        ({"Address": "somewhere", "Transport": "HTTP"}, "", 2150858845),
        ({"Address": "IP:300.1.1.1", "Transport": "HTTP"}, "", 2150858845),
        ({"Address": "IP:127.0.0.1", "Transport": "FTP"}, "", 2150858845),
        ({"Address": "IP:127.0.0.1", "Transport": "HTTP"}, "<p1:Port>0</p1:Port>", 0x803380DC),
        ({"Address": "IP:127.0.0.1", "Transport": "HTTP"}, "<p1:Port>70000</p1:Port>", 0x803380DC),
        ({"Address": "IP:127.0.0.1", "Transport": "HTTP"}, "<p1:Colour>red</p1:Colour>", 2150858817),
        ({"Address": "IP:127.0.0.1", "Transport": "HTTP"}, "<p1:URLPrefix>/x</p1:URLPrefix>", 2150858838),
        ({"Address": "IP:127.0.0.1", "Transport": "HTTP"}, "<p1:Address>*</p1:Address>", 0x803380ED),
        (
            {"Address": "IP:127.0.0.1", "Transport": "HTTP"},
            f"<p1:CertificateThumbprint>{SERVER}</p1:CertificateThumbprint>",
            0x803380EB,
        ),
        ({"Address": "*", "Transport": "HTTPS"}, "", 0x80338115),
        ({"Address": "*", "Transport": "HTTPS"}, "<p1:Port>5985</p1:Port>", 0x803380E8),
        (
            {"Address": "*", "Transport": "HTTPS"},
            f"<p1:CertificateThumbprint>{SERVER}</p1:CertificateThumbprint>",
            0x80092004,
        ),
        (
            {"Address": "*", "Transport": "HTTPS"},
            "<p1:CertificateThumbprint>none</p1:CertificateThumbprint>",
            0x80092004,
        ),
    ],
)
def test_a_listener_that_cannot_be_is_refused_as_windows_does(client, selectors, inner, code):
    assert create(client, LISTENER, inner, "Listener", selectors).code == code
    assert len(list(client.service.host.winrm.listeners)) == 1


@pytest.mark.parametrize(
    ("certificate", "code"),
    [
        (Certificate(SERVER, "other"), 0x803380E9),
        (Certificate(SERVER, "web.example", for_servers=False), 0x803380EE),
        (Certificate(SERVER, "web.example", "Root"), 0x80092004),
        (Certificate(SERVER, "*.example"), None),
        (Certificate(SERVER, "other", names=("WEB.example",)), None),
    ],
)
def test_the_certificate_of_a_listener_suits_its_host_name(client, certificate, code):
    client.service.host.certificates.add(certificate)
    inner = (
        "<p1:Hostname>web.example</p1:Hostname>"
        f"<p1:CertificateThumbprint>{SERVER.lower()}</p1:CertificateThumbprint>"
    )
    reply = create(client, LISTENER, inner, "Listener", {"Address": "*", "Transport": "HTTPS"})
    if code is not None:
        assert reply.code == code
        return
    shown = client.get(LISTENER, selectors={"Address": "*", "Transport": "HTTPS"})
    assert texts(shown, "//p1:CertificateThumbprint", LISTENER) == [SERVER]
    assert texts(shown, "//p1:Port", LISTENER) == ["5986"]


def test_filters_keep_addresses_from_every_listener(client):
    put(client, CONFIG + "/service", "<p1:IPv6Filter></p1:IPv6Filter>", "Service")
    put(client, CONFIG + "/service", "<p1:IPv4Filter>127.0.0.1-127.0.0.9</p1:IPv4Filter>", "Service")
    reply = client.get(LISTENER, selectors=ALL_HTTP)
    assert texts(reply, "//p1:ListeningOn", LISTENER) == ["127.0.0.1"]


def test_a_profile_states_further_listeners_and_those_of_group_policy_stay(make_real_client):
    client = make_real_client(
        "winrm:\n  https_enabled: false\n  listeners:\n"
        "    - {address: 'IP:127.0.0.1', port: 8080, url_prefix: remote/wsman}\n"
        "    - {address: 'IP:::1', set_by_policy: true}\n"
    )
    context = client.enumerate(LISTENER).context
    reply = client.pull(LISTENER, context, "<n:MaxElements>10</n:MaxElements>")
    assert texts(reply, "//p1:Port", LISTENER) == ["5985", "8080", "5985"]
    (stated,) = reply.all("//p1:Listener[@Source='GPO']", p1=LISTENER)
    assert stated.findtext(f"{{{LISTENER}}}Address") == "IP:::1"
    selectors = {"Address": "IP:::1", "Transport": "HTTP"}
    assert delete(client, LISTENER, selectors).code == 0x8033813F
    refused = put(client, LISTENER, "<p1:Enabled>false</p1:Enabled>", "Listener", selectors=selectors)
    assert refused.code == 0x8033813F


def test_the_compatibility_listener_appears_with_its_source(client):
    inner = "<p1:EnableCompatibilityHttpListener>true</p1:EnableCompatibilityHttpListener>"
    put(client, CONFIG + "/service", inner, "Service")
    context = client.enumerate(LISTENER).context
    reply = client.pull(LISTENER, context, "<n:MaxElements>10</n:MaxElements>")
    (added,) = reply.all("//p1:Listener[@Source='Compatibility']", p1=LISTENER)
    assert added.findtext(f"{{{LISTENER}}}Port") == "80"


# -- whatever a client sends ------------------------------------------------------------------------

PLACES = st.sampled_from(["", "/service", "/service/auth", "/winrs", "/listener", "/plugin", "/x", "//"])
NAMES = st.sampled_from(
    [
        *("Config", "Service", "Auth", "Winrs", "Listener", "PlugInConfiguration", "Resources", "Resource"),
        *("MaxBatchItems", "Basic", "Port", "ListeningOn", "Enabled", "URLPrefix", "RootSDDL", "IPv4Filter"),
    ]
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@st.composite
def elements(draw, depth=0):
    name, text = draw(NAMES), escape(draw(TEXTS))
    if depth < 3:
        text += "".join(draw(st.lists(elements(depth + 1), max_size=3)))
    attributes = draw(st.dictionaries(NAMES, TEXTS, max_size=2))
    shown = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{shown}>{text}</{name}>"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    action=st.sampled_from(["Put", "Create", "Delete", "Get"]),
    place=PLACES,
    body=elements(),
    selectors=st.dictionaries(
        st.sampled_from(["Address", "Transport", "Name", "Issuer"]),
        st.sampled_from(["*", "HTTP", "HTTPS", "IP:127.0.0.1", "IP:::1", "MAC:1", "WMI Provider", "x"]),
        max_size=3,
    ),
)
def test_any_request_is_answered_and_leaves_a_configuration_that_can_be_read(
    client, action, place, body, selectors
):
    reply = client.send(TRANSFER + action, CONFIG + place, body, selectors=selectors)
    assert reply.status == 200 or reply.code != 1359, reply.text
    client.service.host.reset()
    assert client.get(CONFIG).status == 200
