"""Virtual fibre channel as Microsoft's own samples use it."""

# ruff: noqa: S608 -- the queries are WQL and go to no database

import pytest

from emulator.profile import load
from tests.wmi.conftest import V2, Wmi

POOLS = "Msvm_ResourcePoolConfigurationService"
CONNECTION = {"ResourceType": 64764, "ResourceSubType": "Microsoft:Hyper-V:FibreChannel Connection"}
PRIMORDIAL = 'Msvm_ResourcePool.InstanceID="Microsoft:146C56A0-3546-469B-9737-FCBCF82428F4"'


@pytest.fixture
def wmi():
    return Wmi(load("windows-server-2025-special-devices"))


def query(wmi, text):
    return list(wmi[V2].query(text).instances)


def pools(wmi, method, **arguments):
    return wmi[V2].invoke(wmi[V2].resolve(POOLS, {}), method, arguments)


def host_resource(wmi, port):
    """From a port to its virtual switch, by the endpoint that has the port's names."""
    (end,) = query(
        wmi,
        "SELECT * FROM Msvm_FcEndpoint WHERE SystemCreationClassName = 'Msvm_VirtualFcSwitch'"
        f" AND WWNN = '{port.value('WWNN')}' AND WWPN = '{port.value('WWPN')}'",
    )
    (switch,) = query(wmi, f"SELECT * FROM Msvm_VirtualFcSwitch WHERE Name = '{end.value('SystemName')}'")
    return str(switch.path)


def default_of(wmi, pool):
    (capabilities,) = wmi[V2].associators(
        pool.path, "Msvm_ElementCapabilities", "Msvm_AllocationCapabilities"
    )
    rows = wmi[V2].references(capabilities.path, "Msvm_SettingsDefineCapabilities")
    (path,) = [row.value("PartComponent") for row in rows if row.value("ValueRole") == 0]
    return wmi[V2].find(path)


def named(wmi, name):
    return next(iter(wmi.host.virtual_machines.find(name)))


def allocation(wmi, name, resources):
    return wmi.embedded(
        "Msvm_ResourceAllocationSettingData", {**CONNECTION, "PoolID": name, "HostResource": resources}
    )


def free_port(wmi):
    """The second port, taken out of the SAN of the profile."""
    first, second = (host_resource(wmi, port) for port in query(wmi, "SELECT * FROM Msvm_ExternalFcPort"))
    for vm in ("db01",):
        named(wmi, vm).turn_off()
    wmi.advance(5)
    (san,) = query(
        wmi, "SELECT * FROM Msvm_ResourcePool WHERE ResourceType = 64764 AND PoolID = 'Production'"
    )
    answer = pools(
        wmi,
        "ModifyPoolResources",
        ChildPool=str(san.path),
        ParentPools=[PRIMORDIAL],
        AllocationSettings=[allocation(wmi, "Production", [first])],
    )
    assert answer.return_value == 0
    return second


def create_san(wmi, name, resources):
    return pools(
        wmi,
        "CreatePool",
        PoolSettings=wmi.embedded(
            "Msvm_ResourcePoolSettingData", {**CONNECTION, "PoolID": name, "Notes": "n"}
        ),
        ParentPools=[PRIMORDIAL],
        AllocationSettings=[allocation(wmi, name, resources)],
    )


def test_a_san_is_made_of_ports_and_says_so(wmi):
    second = free_port(wmi)
    answer = create_san(wmi, "Backup", [second])
    assert answer.return_value == 0
    found = {
        pool.value("PoolID"): [
            each.value("HostResource")
            for each in wmi[V2].associators(pool.path, None, "Msvm_FcPortAllocationSettingData")
            if each.value("InstanceID").endswith("\\0")
        ]
        for pool in query(wmi, "SELECT * FROM Msvm_ResourcePool WHERE ResourceType = 64764")
        if not pool.value("Primordial")
    }
    assert found["Backup"] == [[second]]
    assert len(found["Production"][0]) == 1
    taken = create_san(wmi, "Third", [second])
    assert taken.return_value == 32774
    nothing = create_san(wmi, "Fourth", ["Msvm_VirtualFcSwitch.Name='x'"])
    assert nothing.return_value != 0
    assert pools(wmi, "DeletePool", Pool=answer.out["Pool"]).return_value == 0


def add_adapter(wmi, vm, **values):
    (pool,) = query(
        wmi,
        "SELECT * FROM Msvm_ResourcePool WHERE Primordial = TRUE"
        " AND ResourceSubType = 'Microsoft:Hyper-V:Synthetic FibreChannel Port'",
    )
    template = default_of(wmi, pool)
    assert template.declaration.name == "Msvm_SyntheticFcPortSettingData"
    text = wmi.embedded(
        template.declaration.name,
        {
            "ResourceSubType": template.value("ResourceSubType"),
            "ElementName": "Fibre Channel Adapter",
            **values,
        },
    )
    return wmi.manage(
        "AddResourceSettings",
        AffectedConfiguration=f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.id}"',
        ResourceSettings=[text],
    )


def connect(wmi, vm, adapter, san):
    (pool,) = query(wmi, f"SELECT * FROM Msvm_ResourcePool WHERE ResourceType = 64764 AND PoolID = '{san}'")
    template = default_of(wmi, pool)
    text = wmi.embedded(
        template.declaration.name,
        {
            "ResourceSubType": template.value("ResourceSubType"),
            "PoolID": san,
            "Parent": str(adapter),
        },
    )
    return wmi.manage(
        "AddResourceSettings",
        AffectedConfiguration=f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.id}"',
        ResourceSettings=[text],
    )


def test_an_adapter_is_added_connected_and_logs_in(wmi):
    vm = named(wmi, "storage01")
    names = wmi.manage("GenerateWwpn", NumberOfWwpns=2).out["GeneratedWwpn"]
    (settings,) = wmi[V2].instances("Msvm_VirtualSystemManagementServiceSettingData")
    node = settings.value("CurrentWWNNAddress")
    answer = add_adapter(
        wmi,
        vm,
        VirtualPortWWPN=names[0],
        VirtualPortWWNN=node,
        SecondaryWWPN=names[1],
        SecondaryWWNN=node,
    )
    assert answer.return_value == 0
    (path,) = answer.out["ResultingResourceSettings"]
    connected = connect(wmi, vm, path, "Production")
    assert connected.return_value == 0
    (own,) = wmi.settings(vm, "Msvm_SyntheticFcPortSettingData")
    assert [own.value(name) for name in ("VirtualPortWWPN", "SecondaryWWPN", "ChapEnabled")] == [
        *names,
        False,
    ]
    (connection,) = wmi.settings(vm, "Msvm_FcPortAllocationSettingData")
    assert connection.value("PoolID") == "Production"
    assert wmi[V2].find(connection.value("Parent")).path.same_object(own.path)
    (device,) = wmi[V2].associators(own.path, "Msvm_SettingsDefineState")
    assert device.declaration.name == "Msvm_SyntheticFcPort"
    (pool,) = wmi[V2].associators(connection.path, "Msvm_ResourceAllocationFromPool")
    assert pool.value("PoolID") == "Production"


def test_a_running_machine_is_seen_from_the_port(wmi):
    vm = named(wmi, "db01")
    (port, _) = query(wmi, "SELECT * FROM Msvm_ExternalFcPort")
    assert port.value("IsHyperVCapable") is True
    (end,) = wmi[V2].associators(port.path, "Msvm_FcDeviceSAPImplementation")
    (switch_end,) = wmi[V2].associators(end.path, "Msvm_FcActiveConnection")
    (switch_port,) = wmi[V2].associators(switch_end.path, "Msvm_FcDeviceSAPImplementation")
    (switch,) = wmi[V2].associators(switch_port.path, "Msvm_SystemDevice")
    assert switch.declaration.name == "Msvm_VirtualFcSwitch"
    others = [
        each
        for each in wmi[V2].associators(switch.path, "Msvm_SystemDevice")
        if not each.path.same_object(switch_port.path)
    ]
    (settings,) = wmi[V2].associators(others[0].path, "Msvm_SettingsDefineState")
    assert settings.value("InstanceID").startswith(f"Microsoft:{vm.id}\\")
    assert settings.value("HostResource") == [str(switch.path)]
    vm.turn_off()
    wmi.advance(5)
    assert len(list(wmi[V2].instances("Msvm_FcSwitchPort"))) == 2
    assert len(list(wmi[V2].instances("Msvm_FcActiveConnection"))) == 2


def test_a_shared_secret_is_kept_and_not_shown(wmi):
    vm = named(wmi, "db01")
    vm.turn_off()
    wmi.advance(5)
    own = wmi.settings(vm, "Msvm_SyntheticFcPortSettingData")[0]
    text = wmi.embedded(own.declaration.name, {"InstanceID": own.value("InstanceID")})
    call = {"FcPortSettings": [text], "SecretEncoding": 1, "SharedSecret": [*b"a long shared secret"]}
    assert wmi.manage("AddFibreChannelChap", **call).return_value == 0
    assert own.value("ChapEnabled") is True
    assert wmi.manage("AddFibreChannelChap", **{**call, "SecretEncoding": 3}).return_value == 32773
    assert wmi.manage("RemoveFibreChannelChap", FcPortSettings=[text]).return_value == 0
    assert wmi.manage("RemoveFibreChannelChap", FcPortSettings=[text]).return_value == 32775
    assert own.value("ChapEnabled") is False


def test_names_change_and_adapters_go(wmi):
    vm = named(wmi, "db01")
    vm.turn_off()
    wmi.advance(5)
    first, second = wmi.settings(vm, "Msvm_SyntheticFcPortSettingData")
    change = {"InstanceID": first.value("InstanceID"), "VirtualPortWWPN": "C003FF1234560001"}
    changed = wmi.manage(
        "ModifyResourceSettings", ResourceSettings=[wmi.embedded(first.declaration.name, change)]
    )
    assert changed.return_value == 0
    assert first.value("VirtualPortWWPN") == "C003FF1234560001"
    wrong = {**change, "VirtualPortWWPN": "nonsense"}
    answer = wmi.manage(
        "ModifyResourceSettings", ResourceSettings=[wmi.embedded(first.declaration.name, wrong)]
    )
    assert answer.return_value == 32773
    (connection, _) = wmi.settings(vm, "Msvm_FcPortAllocationSettingData")
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[connection.path]).return_value == 0
    assert len(wmi.settings(vm, "Msvm_FcPortAllocationSettingData")) == 1
    assert wmi.manage("RemoveResourceSettings", ResourceSettings=[second.path]).return_value == 0
    assert len(wmi.settings(vm, "Msvm_SyntheticFcPortSettingData")) == 1


def test_a_host_without_such_hardware_has_pools_and_nothing_else(make_wmi):
    wmi = make_wmi("2022")
    for name in ("Msvm_ExternalFcPort", "Msvm_VirtualFcSwitch", "Msvm_FcEndpoint", "Msvm_SyntheticFcPort"):
        assert list(wmi[V2].instances(name)) == []
    assert add_adapter(wmi, wmi.two).return_value == 32768
    assert wmi.host.virtual_machines.find("two")[0].fibre_channel_adapters == []
    assert create_san(wmi, "Empty", []).return_value == 0
