"""winrm/config/plugin: the plug-ins of the service, their resources and quotas."""

import pytest
from lxml import etree

from tests.wsman.configuration_client import CONFIG, TRANSFER, delete

PLUGIN = CONFIG + "/plugin"
PLUGIN_NAMESPACE = CONFIG + "/PluginConfiguration"


@pytest.fixture
def client(make_real_client):
    return make_real_client("winrm: {https_enabled: false}\n")


@pytest.mark.parametrize(
    ("profile", "names"),
    [
        (
            "",
            {
                "Event Forwarding Plugin",
                "SEL Plugin",
                "WMI Provider",
                "microsoft.powershell",
                "microsoft.powershell.workflow",
                "microsoft.powershell32",
                "microsoft.windows.servermanagerworkflows",
            },
        ),
    ],
)
def test_the_plug_ins_are_those_of_the_release(make_real_client, profile, names):
    client = make_real_client(profile)
    context = client.enumerate(PLUGIN).context
    reply = client.pull(PLUGIN, context, "<n:MaxElements>20</n:MaxElements>")
    found = reply.all("//p1:PlugInConfiguration/@Name", p1=PLUGIN_NAMESPACE)
    assert set(found) == names


def test_a_plug_in_shows_its_resources_and_quotas(client):
    reply = client.get(PLUGIN, selectors={"Name": "Microsoft.PowerShell"})
    plugin = reply.one("//p1:PlugInConfiguration", p1=PLUGIN_NAMESPACE)
    assert plugin.get("Filename") == "%windir%\\system32\\pwrshplugin.dll"
    assert reply.one("//p1:Param[@Name='PSVersion']/@Value", p1=PLUGIN_NAMESPACE) == "5.1"
    assert reply.one("//p1:Capability/@Type", p1=PLUGIN_NAMESPACE) == "Shell"
    assert reply.one("//p1:Quotas/@IdleTimeoutms", p1=PLUGIN_NAMESPACE) == "7200000"


def test_a_plug_in_is_created_disabled_and_deleted(client):
    shown = client.get(PLUGIN, selectors={"Name": "WMI Provider"})
    plugin = shown.one("//p1:PlugInConfiguration", p1=PLUGIN_NAMESPACE)
    plugin.set("Name", "Mine")
    made = client.send(
        TRANSFER + "Create", PLUGIN, etree.tostring(plugin).decode(), selectors={"Name": "Mine"}
    )
    assert made.status == 200, made.text
    again = client.send(TRANSFER + "Create", PLUGIN, etree.tostring(plugin).decode())
    assert again.code == 2150858803
    plugin.set("Enabled", "false")
    changed = client.send(
        TRANSFER + "Put", PLUGIN, etree.tostring(plugin).decode(), selectors={"Name": "mine"}
    )
    assert changed.one("//p1:PlugInConfiguration/@Enabled", p1=PLUGIN_NAMESPACE) == "false"
    assert not client.service.host.winrm.plugins.get("Mine").enabled
    assert delete(client, PLUGIN, {"Name": "Mine"}).status == 200
    assert client.get(PLUGIN, selectors={"Name": "Mine"}).code == 2150858752


@pytest.mark.parametrize(
    ("path", "attribute", "value", "code"),
    [
        (".", "Filename", "C:\\other\\x.dll", 0x80338191),
        (".", "Colour", "red", 0x80338190),
        (".", "Name", "Other", 0x803380ED),
        (".", "Enabled", "maybe", 2150858838),
        (".//{*}Capability", "Type", "Dance", 0x80338190),
        (".//{*}Security", "Sddl", "nobody", 0x8033815C),
        ("{*}Quotas", "MaxConcurrentUsers", "-1", 2150858838),
        ("{*}Quotas", "Sparkle", "1", 0x80338190),
    ],
)
def test_a_plug_in_that_cannot_be_is_refused(client, path, attribute, value, code):
    shown = client.get(PLUGIN, selectors={"Name": "WMI Provider"})
    plugin = shown.one("//p1:PlugInConfiguration", p1=PLUGIN_NAMESPACE)
    plugin.find(path).set(attribute, value)
    body = etree.tostring(plugin).decode()
    reply = client.send(TRANSFER + "Put", PLUGIN, body, selectors={"Name": "WMI Provider"})
    assert reply.code == code
    assert client.service.host.winrm.plugins.get("WMI Provider").enabled
