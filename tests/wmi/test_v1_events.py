"""Creation, modification and deletion events of root/virtualization: what the methods of this namespace do is
told to whoever has subscribed."""

# ruff: noqa: S608 -- WQL, put together from constants

import pytest

from emulator.cim.instance import ValueInstance

V1 = "root/virtualization"
GLOBAL, CURRENT = "Msvm_VirtualSystemGlobalSettingData", "Msvm_VirtualSystemSettingData"
RESOURCE = "Msvm_ResourceAllocationSettingData"
CREATED, CHANGED, DELETED = (f"__Instance{kind}Event" for kind in ("Creation", "Modification", "Deletion"))


@pytest.fixture(params=["2008R2", "2012"])
def wmi(request, make_wmi):
    found = make_wmi(request.param)
    found.one.turn_off()
    found.advance(10)
    return found


def watch(wmi, *classes):
    """Every event of some classes."""
    condition = " OR ".join(f"TargetInstance ISA '{each}'" for each in classes)
    subscription = wmi[V1].subscribe(f"SELECT * FROM __InstanceOperationEvent WHERE {condition}")

    def told():
        with wmi.host.looking():
            events = subscription.take(1000)
            return [
                (each.declaration.name, each.value("TargetInstance").declaration.name, each)
                for each in events
            ]

    return told


def names(told):
    """The events, each once, in their order."""
    return list(dict.fromkeys((kind, target) for kind, target, _ in told()))


def switches(wmi, method, **arguments):
    name = "Msvm_VirtualSwitchManagementService"
    return wmi[V1].invoke(wmi[V1].resolve(name, {"CreationClassName": name}), method, arguments)


def test_a_machine_is_made_renamed_and_destroyed(wmi):
    told = watch(wmi, "Msvm_ComputerSystem", GLOBAL, CURRENT, "Msvm_MemorySettingData", "Msvm_BIOSElement")
    result = wmi.manage(
        "DefineVirtualSystem", V1, SystemSettingData=wmi.embedded(GLOBAL, {"ElementName": "new"}, V1)
    )
    path = result.out["DefinedSystem"]
    assert set(names(told)) == {
        (CREATED, each)
        for each in ("Msvm_ComputerSystem", GLOBAL, CURRENT, "Msvm_MemorySettingData", "Msvm_BIOSElement")
    }
    changes = wmi.embedded(GLOBAL, {"ElementName": "renamed"}, V1)
    wmi.manage("ModifyVirtualSystem", V1, ComputerSystem=path, SystemSettingData=changes)
    before = {
        target: (
            event.value("PreviousInstance").value("ElementName"),
            event.value("TargetInstance").value("ElementName"),
        )
        for kind, target, event in told()
        if kind == CHANGED
    }
    assert {before[each] for each in ("Msvm_ComputerSystem", GLOBAL, CURRENT)} == {("new", "renamed")}
    wmi.manage("DestroyVirtualSystem", V1, ComputerSystem=path)
    wmi.advance(1)
    assert {target for kind, target in names(told) if kind == DELETED} == {
        "Msvm_ComputerSystem",
        GLOBAL,
        CURRENT,
        "Msvm_MemorySettingData",
        "Msvm_BIOSElement",
    }


def test_devices_come_and_go(wmi):
    told = watch(wmi, RESOURCE, "Msvm_SyntheticEthernetPort", "Msvm_SyntheticEthernetPortSettingData")
    machine = wmi.machine(wmi.two, V1).path
    text = wmi.embedded("Msvm_SyntheticEthernetPortSettingData", {"ElementName": "nic"}, V1)
    result = wmi.manage("AddVirtualSystemResources", V1, TargetSystem=machine, ResourceSettingData=[text])
    both = {"Msvm_SyntheticEthernetPort", "Msvm_SyntheticEthernetPortSettingData"}
    assert {target for kind, target in names(told) if kind == CREATED} == both
    wmi.manage(
        "RemoveVirtualSystemResources",
        V1,
        TargetSystem=machine,
        ResourceSettingData=result.out["NewResources"],
    )
    assert {target for kind, target in names(told) if kind == DELETED} == both


def test_a_checkpoint_is_taken_applied_and_removed(wmi):
    told = watch(wmi, CURRENT)
    machine = wmi.machine(wmi.two, V1).path
    wmi.manage("CreateVirtualSystemSnapshot", V1, SourceSystem=machine)
    wmi.advance(10)
    made = [event.value("TargetInstance") for kind, _, event in told() if kind == CREATED]
    assert [each.value("SettingType") for each in made] == [5]
    path = made[0].path
    wmi.two.configure(notes="later")
    told()
    wmi.manage("ApplyVirtualSystemSnapshotEx", V1, ComputerSystem=machine, SnapshotSettingData=path)
    wmi.advance(10)
    assert CHANGED in {kind for kind, _, _ in told()}
    wmi.manage("RemoveVirtualSystemSnapshot", V1, SnapshotSettingData=path)
    wmi.advance(10)
    gone = [event.value("TargetInstance") for kind, _, event in told() if kind == DELETED]
    assert [each.value("InstanceID") for each in gone] == [made[0].value("InstanceID")]


def test_switches_their_ports_and_vlans(wmi):
    told = watch(
        wmi,
        "Msvm_VirtualSwitch",
        "Msvm_SwitchPort",
        "Msvm_VLANEndpointSettingData",
        "Msvm_InternalEthernetPort",
    )
    made = switches(wmi, "CreateSwitch", FriendlyName="lan").out["CreatedVirtualSwitch"]
    port = switches(wmi, "CreateSwitchPort", VirtualSwitch=made, Name="port").out["CreatedSwitchPort"]
    assert set(names(told)) >= {
        (CREATED, "Msvm_VirtualSwitch"),
        (CREATED, "Msvm_SwitchPort"),
        (CREATED, "Msvm_VLANEndpointSettingData"),
    }
    (endpoint,) = wmi[V1].associators(port, "Msvm_BindsTo")
    (vlan,) = wmi[V1].associators(endpoint.path, "Msvm_NetworkElementSettingData")
    wmi[V1].put(vlan, ValueInstance(vlan.declaration, {"AccessVLAN": 7}, namespace=V1))
    (changed,) = [event for kind, target, event in told() if target == "Msvm_VLANEndpointSettingData"]
    assert changed.value("TargetInstance").value("AccessVLAN") == 7
    switches(wmi, "CreateInternalEthernetPortDynamicMac", FriendlyName="host")
    switches(wmi, "DeleteSwitch", VirtualSwitch=made)
    found = names(told)
    assert (CREATED, "Msvm_InternalEthernetPort") in found
    assert {(DELETED, "Msvm_VirtualSwitch"), (DELETED, "Msvm_SwitchPort")} <= set(found)


def test_jobs_run_and_end(wmi):
    told = watch(wmi, "CIM_ConcreteJob")
    wmi.two.start()
    wmi.advance(60)
    states = [
        event.value("TargetInstance").value("JobState")
        for kind, target, event in told()
        if target == "Msvm_ConcreteJob" and kind != DELETED
    ]
    assert (states[0], states[-1]) == (4, 7)
    wmi.advance(600)
    assert (DELETED, "Msvm_ConcreteJob") in names(told)
