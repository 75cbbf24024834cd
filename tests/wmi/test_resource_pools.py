"""Resource pools that administrators make."""

import pytest

from emulator.host.errors import HostError
from emulator.host.resources.resource_kinds import ETHERNET, HARD_DISKS, OPTICAL_DISKS, PRIMORDIAL_POOLS
from tests.wmi.conftest import V2, Wmi, profile_of

SUBTYPE = "Microsoft:Hyper-V:Memory"
MEMORY = 'Msvm_ResourcePool.InstanceID="Microsoft:4764334E-E001-4176-82EE-5594EC9B530E"'
PROCESSOR = 'Msvm_ProcessorPool.InstanceID="Microsoft:B637F347-6A0E-4DEC-AF52-BD70CB80A21D"'


def call(wmi, method, **arguments):
    return wmi[V2].invoke(wmi[V2].resolve("Msvm_ResourcePoolConfigurationService", {}), method, arguments)


def settings(wmi, **values):
    return wmi.embedded("Msvm_ResourcePoolSettingData", {"ResourceSubType": SUBTYPE, **values})


def create(wmi, name, parents=(MEMORY,), **values):
    return call(
        wmi, "CreatePool", PoolSettings=settings(wmi, PoolID=name, **values), ParentPools=list(parents)
    )


def primordial(kind):
    return f'Msvm_ResourcePool.InstanceID="Microsoft:{PRIMORDIAL_POOLS[kind]}"'


def allocation(wmi, kind, *resources, **values):
    """As Microsoft's sample makes it: always the general class."""
    return wmi.embedded(
        "Msvm_ResourceAllocationSettingData",
        {"ResourceSubType": f"Microsoft:Hyper-V:{kind}", "HostResource": list(resources), **values},
    )


def make(wmi, kind, name, *resources, parents=None, **values):
    return call(
        wmi,
        "CreatePool",
        PoolSettings=settings(wmi, PoolID=name, ResourceSubType=f"Microsoft:Hyper-V:{kind}"),
        ParentPools=list(parents or [primordial(kind)]),
        AllocationSettings=[allocation(wmi, kind, *resources, **values)],
    )


def own_settings(vm):
    return f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{vm.id}"'


def allocations(wmi, pool):
    """The settings of a pool's allocations, as the sample asks for them."""
    return wmi[V2].associators(pool, "Msvm_SettingsDefineState", "CIM_ResourceAllocationSettingData")


def test_a_pool_is_made_changed_and_deleted(wmi):
    result = create(wmi, "gold", Notes="first")
    assert result.return_value == 0
    path = result.out["Pool"]
    pool = wmi[V2].find(path)
    shown = [pool.value(name) for name in ("PoolID", "ResourceType", "ResourceSubType", "Primordial")]
    assert shown == ["gold", 4, SUBTYPE, False]
    (own,) = wmi[V2].associators(path, "Msvm_SettingsDefineState", "Msvm_ResourcePoolSettingData")
    assert own.value("Notes") == "first"
    (taken,) = allocations(wmi, path)
    assert [taken.declaration.name, taken.value("PoolID"), taken.value("HostResource")] == [
        "Msvm_MemorySettingData",
        "",
        [],
    ]
    assert wmi[V2].find(taken.path).value("ResourceSubType") == SUBTYPE
    changed = call(wmi, "ModifyPoolSettings", ChildPool=path, PoolSettings=settings(wmi, PoolID="silver"))
    assert changed.return_value == 0
    assert pool.value("PoolID") == "silver"
    assert call(wmi, "DeletePool", Pool=path).return_value == 0
    assert list(wmi.host.resource_pools) == []


def test_pools_stand_on_each_other_without_circles(wmi):
    first = create(wmi, "first").out["Pool"]
    second = create(wmi, "second", [first]).out["Pool"]
    assert call(wmi, "ModifyPoolResources", ChildPool=first, ParentPools=[second]).return_value == 32773
    assert call(wmi, "DeletePool", Pool=first).return_value == 32775
    assert call(wmi, "ModifyPoolResources", ChildPool=second, ParentPools=[MEMORY]).return_value == 0
    assert call(wmi, "DeletePool", Pool=first).return_value == 0


@pytest.fixture
def wmi():
    return Wmi(profile_of("2022"), clock="fast")


@pytest.mark.parametrize(
    ("name", "parents", "code"),
    [("", [MEMORY], 32773), ("primordial", [MEMORY], 32768), ("x", [], 32773), ("x", [PROCESSOR], 32773)],
)
def test_wrong_pools_are_refused(wmi, name, parents, code):
    assert create(wmi, name, parents).return_value == code
    assert list(wmi.host.resource_pools) == []


def test_a_primordial_pool_cannot_be_deleted(wmi):
    assert call(wmi, "DeletePool", Pool=MEMORY).return_value == 32773


def modify(wmi, class_name, **values):
    (present,) = wmi.settings(wmi.two, class_name)
    text = wmi.embedded(class_name, {"InstanceID": present.value("InstanceID"), **values})
    return wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value


def test_memory_of_a_machine_comes_from_a_pool(wmi):
    pool = create(wmi, "gold").out["Pool"]
    (memory,) = wmi.settings(wmi.two, "Msvm_MemorySettingData")
    association = "Msvm_ResourceAllocationFromPool"
    (before,) = wmi[V2].associators(memory.path, association)
    assert before.value("Primordial")
    assert modify(wmi, "Msvm_MemorySettingData", PoolID="nothing") == 32773
    assert modify(wmi, "Msvm_ProcessorSettingData", PoolID="gold") == 32773
    assert modify(wmi, "Msvm_MemorySettingData", PoolID="Gold") == 0
    (memory,) = wmi.settings(wmi.two, "Msvm_MemorySettingData")
    assert memory.value("PoolID") == "gold"
    (source,) = wmi[V2].associators(memory.path, association)
    assert source.value("PoolID") == "gold"
    assert memory.path in [each.path for each in wmi[V2].associators(pool, association)]
    assert call(wmi, "DeletePool", Pool=pool).return_value == 32774
    call(wmi, "ModifyPoolSettings", ChildPool=pool, PoolSettings=settings(wmi, PoolID="silver"))
    (memory,) = wmi.settings(wmi.two, "Msvm_MemorySettingData")
    assert memory.value("PoolID") == "silver"
    assert modify(wmi, "Msvm_MemorySettingData", PoolID="Primordial") == 0
    assert call(wmi, "DeletePool", Pool=pool).return_value == 0


def test_a_running_machine_stays_in_its_pool_and_another_host_knows_no_pool(wmi):
    host = wmi.host
    pool = host.resource_pools.create("Processor", "fast")
    with pytest.raises(Exception, match="state"):
        wmi.one.processor.configure(pool="fast")
    wmi.two.processor.configure(pool="fast")
    assert host.resource_pools.users(pool) == [wmi.two]
    wmi.two.processor.pool_name = "came along"
    assert wmi.two.processor.pool == ""


def test_a_pool_of_files_holds_folders_and_refuses_disks_outside(wmi):
    files = wmi.host.filesystem
    for folder in ("D:\\gold", "D:\\silver"):
        files.make_directory(folder)
        wmi.host.virtual_disks.create(f"{folder}\\disk.vhdx", size=1 << 30)
    assert make(wmi, HARD_DISKS, "gold", "D:\\nothing").return_value == 32779
    made = make(wmi, HARD_DISKS, "gold", "d:\\GOLD")
    assert made.return_value == 0
    (taken,) = allocations(wmi, made.out["Pool"])
    assert [taken.declaration.name, taken.value("HostResource")] == [
        "Msvm_StorageAllocationSettingData",
        ["D:\\gold"],
    ]
    drive = wmi.two.devices.add_hard_disk_drive()

    def medium(path, pool):
        parent = next(
            each.path
            for each in wmi.settings(wmi.two, "Msvm_ResourceAllocationSettingData")
            if each.item is drive
        )
        text = wmi.embedded(
            "Msvm_StorageAllocationSettingData",
            {
                "ResourceSubType": "Microsoft:Hyper-V:Virtual Hard Disk",
                "Parent": str(parent),
                "HostResource": [path],
                "PoolID": pool,
            },
        )
        return wmi.manage(
            "AddResourceSettings", AffectedConfiguration=own_settings(wmi.two), ResourceSettings=[text]
        ).return_value

    assert medium("D:\\silver\\disk.vhdx", "gold") == 32773
    assert drive.path is None
    assert medium("D:\\gold\\disk.vhdx", "gold") == 0
    (shown,) = wmi.settings(wmi.two, "Msvm_StorageAllocationSettingData")
    assert shown.value("PoolID") == "gold"
    (source,) = wmi[V2].associators(shown.path, "Msvm_ResourceAllocationFromPool")
    assert source.path == wmi[V2].find(made.out["Pool"]).path
    resource = {"ChildPool": made.out["Pool"], "ParentPools": [primordial(HARD_DISKS)]}
    in_use = call(
        wmi,
        "ModifyPoolResources",
        **resource,
        AllocationSettings=[allocation(wmi, HARD_DISKS, "D:\\silver")],
    )
    assert in_use.return_value == 32774
    assert call(wmi, "DeletePool", Pool=made.out["Pool"]).return_value == 32774
    more = call(
        wmi,
        "ModifyPoolResources",
        **resource,
        AllocationSettings=[allocation(wmi, HARD_DISKS, "D:\\silver", "D:\\")],
    )
    assert more.return_value == 0
    assert modify(wmi, "Msvm_StorageAllocationSettingData", HostResource=["D:\\silver\\disk.vhdx"]) == 0
    assert modify(wmi, "Msvm_StorageAllocationSettingData", PoolID="") == 0
    assert call(wmi, "DeletePool", Pool=made.out["Pool"]).return_value == 0


def test_a_child_holds_what_its_parent_has(wmi):
    wmi.host.filesystem.make_directory("D:\\isos\\linux")
    parent = make(wmi, OPTICAL_DISKS, "isos", "D:\\isos").out["Pool"]
    assert make(wmi, OPTICAL_DISKS, "no", "C:\\Windows", parents=[parent]).return_value == 32773
    child = make(wmi, OPTICAL_DISKS, "linux", "D:\\isos\\linux", parents=[parent]).out["Pool"]
    (taken,) = allocations(wmi, child)
    assert taken.value("PoolID") == "isos"
    smaller = call(
        wmi,
        "ModifyPoolResources",
        ChildPool=parent,
        ParentPools=[primordial(OPTICAL_DISKS)],
        AllocationSettings=[allocation(wmi, OPTICAL_DISKS)],
    )
    assert smaller.return_value == 32774
    both = {"parents": [primordial(OPTICAL_DISKS), parent]}
    assert make(wmi, OPTICAL_DISKS, "shared", "D:\\isos", **both).return_value == 32770


@pytest.mark.parametrize(
    ("kind", "resources", "values", "code"),
    [
        ("Memory", ["D:\\"], {}, 32773),
        ("Memory", [], {"Limit": 4096}, 32770),
        (ETHERNET, ["nothing"], {}, 32773),
        ("Nothing", [], {}, 32773),
    ],
)
def test_wrong_resources_are_refused(wmi, kind, resources, values, code):
    parents = [primordial(kind if kind in PRIMORDIAL_POOLS else "Memory")]
    assert make(wmi, kind, "x", *resources, parents=parents, **values).return_value == code
    assert list(wmi.host.resource_pools) == []


def test_a_pool_of_connections_chooses_the_switch_when_the_machine_starts(wmi):
    internal, private = wmi.host.virtual_switches
    path = next(
        str(each.path)
        for each in wmi[V2].query("SELECT * FROM Msvm_VirtualEthernetSwitch").instances
        if each.value("ElementName") == "Private"
    )
    pool = make(wmi, ETHERNET, "lan", path).out["Pool"]
    (taken,) = allocations(wmi, pool)
    assert taken.value("HostResource") == [path]
    vm = wmi.two
    adapter = vm.devices.add_network_adapter("lan")

    def connection():
        return next(
            each
            for each in wmi.settings(vm, "Msvm_EthernetPortAllocationSettingData")
            if each.item is adapter
        )

    text = wmi.embedded(
        "Msvm_EthernetPortAllocationSettingData",
        {"InstanceID": connection().value("InstanceID"), "PoolID": "lan", "EnabledState": 2},
    )
    assert wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value == 0
    assert adapter.switch is None
    wmi.host.jobs.wait(vm.start())
    assert adapter.switch is private
    shown = connection()
    assert [shown.value(name) for name in ("PoolID", "EnabledState", "HostResource")] == ["lan", 2, []]
    with pytest.raises(HostError, match="child pools"):
        wmi.host.virtual_switches.remove(private)
    with pytest.raises(HostError, match="does not hold"):
        adapter.connect(internal)
    wmi.host.jobs.wait(vm.turn_off())
    assert adapter.switch is None
    wmi.host.resource_pools.find(ETHERNET, "lan").hold(())
    job = vm.start()
    wmi.host.jobs.wait(job)
    assert vm.state.name == "OFF"
    assert "no switch of the resource pool 'lan'" in str(job.error)


@pytest.mark.parametrize(
    ("kind", "class_name"),
    [
        ("Synthetic SCSI Controller", "Msvm_ResourceAllocationSettingData"),
        ("Synthetic Ethernet Port", "Msvm_SyntheticEthernetPortSettingData"),
    ],
)
def test_devices_come_from_pools_of_their_kind(wmi, kind, class_name):
    pool = make(wmi, kind, "own").out["Pool"]
    settings = {"ResourceSubType": f"Microsoft:Hyper-V:{kind}", "PoolID": "Own"}

    def add(**values):
        return wmi.manage(
            "AddResourceSettings",
            AffectedConfiguration=own_settings(wmi.two),
            ResourceSettings=[wmi.embedded(class_name, {**settings, **values})],
        )

    count = len(wmi.settings(wmi.two, class_name))
    assert add(PoolID="other").return_value == 32773
    assert len(wmi.settings(wmi.two, class_name)) == count
    (path,) = add().out["ResultingResourceSettings"]
    assert wmi[V2].find(path).value("PoolID") == "own"
    (source,) = wmi[V2].associators(path, "Msvm_ResourceAllocationFromPool")
    assert source.value("PoolID") == "own"
    assert path in [each.path for each in wmi[V2].associators(pool, "Msvm_ResourceAllocationFromPool")]
    assert call(wmi, "DeletePool", Pool=pool).return_value == 32774
    text = wmi.embedded(
        class_name, {"InstanceID": wmi[V2].find(path).value("InstanceID"), "PoolID": "Primordial"}
    )
    assert wmi.manage("ModifyResourceSettings", ResourceSettings=[text]).return_value == 0
    assert call(wmi, "DeletePool", Pool=pool).return_value == 0
