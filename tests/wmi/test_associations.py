# ruff: noqa: S608  WQL is no SQL
"""Associations lead both ways, and the association classes have the same pairs."""

import pytest

from emulator.cim.errors import InvalidClass, InvalidObjectPath, NotFound

V1, V2, CIMV2 = "root/virtualization", "root/virtualization/v2", "root/cimv2"
VM = "Msvm_ComputerSystem"


@pytest.fixture(params=[("2008R2", V1), ("2012", V2), ("2022", V2), ("2022", CIMV2)], ids=str)
def namespace(request, make_wmi):
    found = make_wmi(request.param[0])
    found.host.virtual_machines.create(
        "three", 2 if request.param[0] == "2022" else 1
    ).devices.add_network_adapter()
    found.one.pause()
    return found[request.param[1]]


def associations(namespace):
    for view in namespace._catalog.all_views():
        if view.declaration.is_association:
            for item in view.objects():
                yield view.instance(item)


def test_each_pair_is_found_from_both_ends(namespace):
    for pair in associations(namespace):
        (left_role, left), (right_role, right) = pair.path.keys
        name = pair.declaration.name
        for near_role, near, far_role, far in (
            (left_role, left, right_role, right),
            (right_role, right, left_role, left),
        ):
            found = namespace.associators(near, name, None, near_role, far_role)
            assert far in [instance.path for instance in found], pair
            assert pair.path in [each.path for each in namespace.references(near, name, near_role)]


def test_an_association_is_found_by_its_ends(namespace):
    for pair in associations(namespace):
        assert namespace.find(str(pair.path)).path == pair.path


def test_associators_lists_nothing_that_the_association_classes_do_not_have(namespace):
    known = {(str(path), str(other)) for path, other in ends(namespace)}
    for instance in namespace.instances(VM if namespace.name != CIMV2 else "Win32_ComputerSystem"):
        for other in namespace.associators(instance.path):
            assert (str(instance.path), str(other.path)) in known


def ends(namespace):
    for pair in associations(namespace):
        (_, left), (_, right) = pair.path.keys
        yield left, right
        yield right, left


def test_an_object_reached_in_two_ways_is_listed_once(wmi):
    found = wmi[V2].associators(wmi.machine(wmi.one).path)
    assert len({instance.path for instance in found}) == len(found)


def test_classes_narrow_the_result_with_their_subclasses(wmi):
    path = f'Msvm_VirtualSystemSettingData.InstanceID="Microsoft:{wmi.one.id}"'
    base = wmi[V2].associators(path, "CIM_Component", "CIM_ResourceAllocationSettingData")
    assert {instance.declaration.name for instance in base} >= {
        "Msvm_ProcessorSettingData",
        "Msvm_MemorySettingData",
        "Msvm_StorageAllocationSettingData",
        "Msvm_SyntheticEthernetPortSettingData",
    }
    assert all("Microsoft:" + wmi.one.id in instance.value("InstanceID") for instance in base)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        (f'{VM}.CreationClassName="{VM}",Name="11111111-0000-0000-0000-000000000000"', NotFound),
        ('Msvm_Nothing.Name="x"', InvalidClass),
        (f'{VM}.Colour="red"', InvalidObjectPath),
        (VM, InvalidObjectPath),
        ("not a path", InvalidObjectPath),
    ],
)
def test_a_path_that_names_nothing_is_an_error(wmi, path, error):
    with pytest.raises(error):
        wmi[V2].associators(path)


def test_an_unknown_class_in_the_options_is_an_error(wmi):
    path = wmi.machine(wmi.one).path
    with pytest.raises(InvalidClass):
        wmi[V2].associators(path, "Msvm_Nothing")
    with pytest.raises(InvalidClass):
        wmi[V2].associators(path, None, "Msvm_Nothing")


def test_a_job_is_associated_with_the_machine_that_it_works_on(wmi):
    wmi.two.start()
    job = wmi[V2].associators(wmi.machine(wmi.two).path, "Msvm_AffectedJobElement")
    assert [each.value("JobType") for each in job] == [12]
    back = wmi[V2].associators(job[0].path, "Msvm_AffectedJobElement", VM)
    assert [each.value("ElementName") for each in back] == ["two"]


def test_the_templates_of_a_pool_say_what_they_are(wmi):
    pool = wmi[V2].resolve("Msvm_ProcessorPool", {})
    (capabilities,) = wmi[V2].associators(pool.path, "Msvm_ElementCapabilities")
    ranges = {
        pair.value("PartComponent").key("InstanceID").rpartition("\\")[2]: (
            pair.value("ValueRange"),
            pair.value("ValueRole"),
        )
        for pair in wmi[V2].references(capabilities.path, "Msvm_SettingsDefineCapabilities")
    }
    assert ranges == {"Default": (0, 0), "Minimum": (1, 3), "Maximum": (2, 3), "Increment": (3, 3)}


@pytest.mark.parametrize("role", ["GroupComponent", "PartComponent"])
def test_a_query_for_one_end_finds_every_association_of_it(wmi, role):
    """As clients do that avoid ASSOCIATORS OF: WHERE GroupComponent = 'path'."""
    every = wmi[V2].instances("Msvm_SystemDevice")
    wanted = every[-1].value(role)
    quoted = str(wanted).replace("\\", "\\\\")
    found = wmi[V2].query(f"SELECT * FROM Msvm_SystemDevice WHERE {role} = '{quoted}'").instances
    expected = [each for each in every if each.value(role).same_object(wanted)]
    assert [str(each.path) for each in found] == [str(each.path) for each in expected]
    assert len(found) > 1 or role == "PartComponent"
