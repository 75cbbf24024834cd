"""Resource pools that administrators make."""

import pytest

V2 = "root/virtualization/v2"
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


def test_a_pool_is_made_changed_and_deleted(wmi):
    result = create(wmi, "gold", Notes="first")
    assert result.return_value == 0
    path = result.out["Pool"]
    pool = wmi[V2].find(path)
    shown = [pool.value(name) for name in ("PoolID", "ResourceType", "ResourceSubType", "Primordial")]
    assert shown == ["gold", 4, SUBTYPE, False]
    (own,) = wmi[V2].associators(path, "Msvm_SettingsDefineState")
    assert own.value("Notes") == "first"
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
