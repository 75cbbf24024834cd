"""What the WMI and PowerShell doors answer to accounts without the right."""

import pytest

from emulator.host import Host
from emulator.host.security.authorization import NamespaceRight, Operation
from emulator.profile import loads
from emulator.shells import ShellService
from emulator.wmi import WmiService
from emulator.wsman import WsmanService

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/"
VM = WMI + "root/virtualization/v2/Msvm_ComputerSystem"
OLD_VM = WMI + "root/virtualization/Msvm_ComputerSystem"
ALL = WMI + "root/virtualization/v2/*"
OLD_ALL = WMI + "root/virtualization/*"
MACHINES = "SELECT Name FROM Msvm_ComputerSystem WHERE Caption = 'Virtual Machine'"
NAME = "11111111-2222-3333-4444-AAAAAAAAAAAA"
INVENTORY = f"""
inventory: {{virtual_machines: [{{name: one, id: {NAME}, memory: {{startup: 64 MB}}}}]}}
users:
  - {{name: Administrator, password: Passw0rd!, groups: [Administrators]}}
  - {{name: operator, password: Passw0rd!, groups: [Remote Management Users, Hyper-V Administrators]}}
  - {{name: reader, password: Passw0rd!, groups: [Remote Management Users]}}
  - {{name: nobody, password: Passw0rd!, groups: [Users]}}
"""


@pytest.fixture
def make_real(client):
    made = []

    def make(profile):
        host = Host(loads(f"extends: {profile}\n{INVENTORY}"), "manual")
        client.service = WsmanService(host, WmiService(host), ShellService(host))
        made.append(client.service)
        return client, host

    yield make
    for service in made:
        service.close()


@pytest.fixture
def real(make_real):
    return make_real("windows-server-2022-datacenter")[0]


def as_user(client, name):
    client.account = client.service.wmi.host.accounts.find(name)
    return client


def count(client, resource, query):
    opened = client.wql(resource, query)
    assert opened.status == 200, opened.code
    total = 0
    while True:
        reply = client.pull(resource, opened.context)
        total += len(reply.all("//n:Items/*"))
        if reply.all("//n:EndOfSequence"):
            return total
        opened = reply


def start(client, uri=VM):
    body = f'<p:RequestStateChange_INPUT xmlns:p="{uri}"><p:RequestedState>2</p:RequestedState></p:RequestStateChange_INPUT>'
    return client.send(
        uri + "/RequestStateChange",
        uri,
        body,
        selectors={"CreationClassName": "Msvm_ComputerSystem", "Name": NAME},
    )


@pytest.mark.parametrize(("user", "machines"), [("Administrator", 1), ("operator", 1), ("reader", 0)])
def test_hyper_v_shows_machines_only_to_those_who_may_see_them(real, user, machines):
    assert count(as_user(real, user), ALL, MACHINES) == machines


def test_who_has_no_right_in_the_namespace_is_denied(real):
    as_user(real, "reader")
    real.service.wmi.host.authorization.grant_namespace("root", "Remote Management Users", NamespaceRight(0))
    assert real.wql(ALL, MACHINES).code == 5
    assert real.get(VM, selectors={"CreationClassName": "Msvm_ComputerSystem", "Name": NAME}).code == 5
    assert start(real).code == 5
    as_user(real, "operator")
    assert count(real, ALL, MACHINES) == 1
    assert real.get(WMI + "root/cimv2/Win32_OperatingSystem").code == 5


def test_a_hidden_machine_is_not_found_and_is_no_gap(real):
    as_user(real, "reader")
    assert start(real).code != 5
    host = real.service.wmi.host
    assert host.virtual_machines.get(NAME).state.name == "OFF"
    assert not [name for name in host.gaps.counts("wmi") if "Msvm_ComputerSystem" in name]


@pytest.mark.parametrize(
    ("operations", "answer", "state"),
    [
        ([Operation.VIEW_VIRTUAL_MACHINE_CONFIGURATION], "32769", "OFF"),
        ([Operation.VIEW_VIRTUAL_MACHINE_CONFIGURATION, Operation.START_VIRTUAL_MACHINE], "4096", "STARTING"),
    ],
)
def test_roles_of_the_authorization_store_decide_about_single_methods(make_real, operations, answer, state):
    real, host = make_real("windows-server-2012-datacenter")
    host.authorization.define_role("Operators", operations, ["reader"])
    as_user(real, "reader")
    assert count(real, OLD_ALL, MACHINES) == 1
    reply = start(real, OLD_VM)
    assert reply.value("//p:ReturnValue", p=OLD_VM) == answer
    assert host.virtual_machines.get(NAME).state.name == state


OTHER = "11111111-2222-3333-4444-BBBBBBBBBBBB"


def test_a_role_of_a_scope_shows_and_starts_the_machines_of_that_scope_only(make_real):
    real, host = make_real("windows-server-2012-datacenter")
    host.virtual_machines.create("other", identifier=OTHER)
    wanted = [Operation.VIEW_VIRTUAL_MACHINE_CONFIGURATION, Operation.START_VIRTUAL_MACHINE]
    host.authorization.define_role("Web", wanted, ["reader"], "Web")
    as_user(real, "reader")
    assert count(real, OLD_ALL, MACHINES) == 0
    host.virtual_machines.get(NAME).configure(scope_of_residence="web")
    assert count(real, OLD_ALL, MACHINES) == 1
    assert (
        count(real, OLD_ALL, "SELECT * FROM Msvm_MemorySettingData WHERE InstanceID LIKE 'Microsoft:1%'") == 1
    )
    settings = f'{{Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="{NAME}"}}'
    assert (
        count(real, OLD_ALL, f"ASSOCIATORS OF {settings} WHERE ResultClass=Msvm_VirtualSystemSettingData")
        == 1
    )
    hidden = {"CreationClassName": "Msvm_ComputerSystem", "Name": OTHER}
    assert real.get(OLD_VM, selectors=hidden).status == 500
    assert start(real, OLD_VM).value("//p:ReturnValue", p=OLD_VM) == "4096"
    assert host.virtual_machines.get(NAME).state.name == "STARTING"
    assert host.virtual_machines.get(OTHER).state.name == "OFF"


def test_what_one_scope_allows_is_refused_in_another(make_real):
    real, host = make_real("windows-server-2012-datacenter")
    seeing, starting = Operation.VIEW_VIRTUAL_MACHINE_CONFIGURATION, Operation.START_VIRTUAL_MACHINE
    host.authorization.define_role("Seeing", [seeing], ["reader"])
    host.authorization.define_role("Web", [starting], ["reader"], "Web")
    as_user(real, "reader")
    assert start(real, OLD_VM).value("//p:ReturnValue", p=OLD_VM) == "32769"
    host.virtual_machines.get(NAME).configure(scope_of_residence="Web")
    assert start(real, OLD_VM).value("//p:ReturnValue", p=OLD_VM) == "4096"


def test_a_machine_named_in_the_arguments_of_a_service_counts_with_its_scope(make_real):
    real, host = make_real("windows-server-2012-datacenter")
    service = WMI + "root/virtualization/Msvm_VirtualSystemManagementService"
    host.virtual_machines.create("other", identifier=OTHER)
    host.virtual_machines.get(NAME).configure(scope_of_residence="Web")
    needed = [Operation.VIEW_VIRTUAL_MACHINE_CONFIGURATION, Operation.DELETE_VIRTUAL_MACHINE]
    host.authorization.define_role("Web", needed, ["reader"], "Web")
    host.authorization.define_role("Service", [Operation.READ_SERVICE_CONFIGURATION], ["reader"])
    as_user(real, "reader")

    def destroy(name):
        path = f'Msvm_ComputerSystem.CreationClassName="Msvm_ComputerSystem",Name="{name}"'
        body = f"<p:ComputerSystem>{path}</p:ComputerSystem>".replace('"', "&quot;")
        body = f'<p:DestroyVirtualSystem_INPUT xmlns:p="{service}">{body}</p:DestroyVirtualSystem_INPUT>'
        reply = real.send(service + "/DestroyVirtualSystem", service, body)
        return reply.value("//p:ReturnValue", p=service)

    assert destroy(OTHER) == "32769"
    assert destroy(NAME) == "4096"


CIMV2 = WMI + "root/cimv2/"
CHANGES = [
    ("Win32_Service", "StopService", "", {"Name": "vmms"}, "2"),
    ("Win32_Service", "Delete", "", {"Name": "vmms"}, "2"),
    ("Win32_Process", "Terminate", "<p:Reason>0</p:Reason>", None, "2"),
    ("Win32_Process", "GetOwner", "", None, "2"),
    (
        "Win32_NTEventlogFile",
        "ClearEventlog",
        "",
        {"Name": "C:\\Windows\\System32\\winevt\\Logs\\System.evtx"},
        "8",
    ),
    ("Win32_NetworkAdapterConfiguration", "EnableDHCP", "", {"Index": "1"}, "91"),
    ("Win32_Share", "Create", "<p:Path>C:\\</p:Path><p:Name>x</p:Name><p:Type>0</p:Type>", {}, "2"),
    ("Win32_OperatingSystem", "Reboot", "", {}, "1314"),
]


@pytest.mark.parametrize(("class_name", "method", "inner", "keys", "code"), CHANGES)
def test_whoever_is_no_administrator_changes_nothing_of_windows(real, class_name, method, inner, keys, code):
    host = real.service.wmi.host
    if keys is None:
        (process,) = (each for each in host.processes if each.name.lower() == "vmms.exe")
        keys = {"Handle": str(process.id)}
    uri = CIMV2 + class_name
    body = f'<p:{method}_INPUT xmlns:p="{uri}">{inner}</p:{method}_INPUT>'

    def call():
        reply = real.send(f"{uri}/{method}", uri, body, selectors=keys)
        return next(each.text for each in reply.all("//*[local-name()='ReturnValue']"))

    before = (len(host.processes), host.services.is_running("vmms"), list(host.event_log.entries("System")))
    as_user(real, "reader")
    assert call() == code
    assert (
        len(host.processes),
        host.services.is_running("vmms"),
        list(host.event_log.entries("System")),
    ) == before
    as_user(real, "Administrator")
    assert call() == "0"


def test_a_method_without_a_number_for_it_is_refused_as_a_whole(real):
    uri = WMI + "root/standardcimv2/MSFT_DNSClientCache"
    body = f'<p:Clear_INPUT xmlns:p="{uri}"/>'
    as_user(real, "reader")
    assert real.send(uri + "/Clear", uri, body).code == 5
    as_user(real, "Administrator")
    assert real.send(uri + "/Clear", uri, body).status == 200
