"""Namespaces, gaps, addressing and calling in general."""

import pytest
from host.restarting import restart

from emulator.cim.errors import (
    InvalidClass,
    InvalidMethod,
    InvalidMethodParameters,
    InvalidNamespace,
    InvalidObjectPath,
    NotFound,
    ProviderNotCapable,
    TypeMismatch,
)
from emulator.wmi.namespace import AmbiguousKeys

V1, V2, CIMV2 = "root/virtualization", "root/virtualization/v2", "root/cimv2"
VM = "Msvm_ComputerSystem"


@pytest.mark.parametrize(
    ("release", "role", "names"),
    [
        ("2008R2", "enabled", (CIMV2, V1)),
        ("2012", "enabled", (CIMV2, V1, V2)),
        # The namespace of the old classes stays as the parent of the new one.
        ("2012R2", "enabled", (CIMV2, V1, V2)),
        ("2022", "enabled", (CIMV2, V1, V2)),
        ("2022", "absent", (CIMV2,)),
        ("2022", "pending-reboot", (CIMV2,)),
        ("2008R2", "absent", (CIMV2,)),
    ],
)
def test_namespaces_follow_the_release_and_the_role(make_wmi, release, role, names):
    wmi = make_wmi(release, role=role)
    found = wmi.service.namespaces()
    for name in (CIMV2, V1, V2):
        assert (name in found) is (name in names)
        if name in names:
            assert wmi.service.namespace(name).name == name
        else:
            with pytest.raises(InvalidNamespace):
                wmi.service.namespace(name)


def test_a_namespace_appears_with_the_reboot_that_completes_the_role(make_wmi):
    wmi = make_wmi("2022", role="pending-reboot")
    restart(wmi.host)
    assert len(wmi[V2].instances(VM)) == 1
    wmi.host.role.disable()
    restart(wmi.host)
    with pytest.raises(InvalidNamespace):
        wmi.service.namespace(V2)


@pytest.mark.parametrize("name", ["ROOT\\cimv2", "Root/CIMV2", "//root/cimv2/", "\\root\\cimv2"])
def test_a_namespace_is_found_however_it_is_written(wmi, name):
    assert wmi.service.namespace(name) is wmi.service.namespace(CIMV2)


def test_an_unknown_namespace_is_refused_and_noted(wmi):
    with pytest.raises(InvalidNamespace):
        wmi.service.namespace("root/msps")
    assert wmi.service.host.gaps.counts("wmi") == {"root/msps": 1}


def test_a_class_without_a_view_has_no_instances_and_is_noted(wmi):
    assert wmi[CIMV2].instances("Win32_CodecFile") == []
    assert wmi[CIMV2].query("SELECT * FROM Win32_CodecFile").instances == []
    assert wmi.service.host.gaps.counts("wmi") == {"root/cimv2:Win32_CodecFile": 2}


def test_a_method_without_behaviour_is_refused_and_noted(wmi):
    (board,) = wmi[CIMV2].instances("Win32_BaseBoard")
    with pytest.raises(ProviderNotCapable, match=r"Win32_BaseBoard\.IsCompatible"):
        wmi[CIMV2].invoke(board, "iscompatible", {})
    assert wmi.service.host.gaps.counts("wmi") == {"root/cimv2:Win32_BaseBoard.IsCompatible": 1}


@pytest.mark.parametrize(
    ("keys", "error"),
    [
        ({"Name": "HVHOST1"}, InvalidObjectPath),
        ({"CreationClassName": VM, "Name": "nobody"}, NotFound),
        ({"CreationClassName": "Other", "Name": "HVHOST1"}, NotFound),
        ({"CreationClassName": VM, "Name": "HVHOST1", "InstanceID": "x"}, InvalidObjectPath),
    ],
)
def test_get_needs_all_keys_and_no_others(wmi, keys, error):
    with pytest.raises(error):
        wmi[V2].get(VM, keys)


def test_get_takes_names_and_values_in_any_case(wmi):
    found = wmi[V2].get(VM.upper(), {"creationclassname": VM.lower(), "NAME": wmi.one.id.lower()})
    assert found.value("elementname") == "one"


def test_incomplete_keys_are_enough_while_one_instance_fits(wmi):
    assert wmi[V2].resolve(VM, {"Name": wmi.one.id}).value("ElementName") == "one"
    assert wmi[CIMV2].resolve("Win32_OperatingSystem", {}).value("CSName") == "HVHOST1"
    assert wmi[CIMV2].find("Win32_OperatingSystem=@").value("CSName") == "HVHOST1"
    with pytest.raises(AmbiguousKeys):
        wmi[V2].resolve(VM, {"CreationClassName": VM})
    with pytest.raises(InvalidObjectPath):
        wmi[V2].resolve(VM, {"InstanceID": "x"})
    with pytest.raises(NotFound):
        wmi[V2].resolve("Msvm_ConcreteJob", {})


def test_an_instance_is_found_by_the_name_of_a_superclass(wmi):
    found = wmi[V2].get("CIM_ComputerSystem", {"CreationClassName": VM, "Name": wmi.one.id})
    assert found.declaration.name == VM


def test_a_path_may_name_another_namespace(wmi):
    path = wmi[CIMV2].resolve("Win32_ComputerSystem", {}).path
    assert wmi[V2].find(str(path)).value("DNSHostName") == "HVHOST1"


def test_an_unknown_class_is_an_error(wmi):
    for call in (
        lambda: wmi[V2].instances("Msvm_Nothing"),
        lambda: wmi[V2].get("Msvm_Nothing", {}),
        lambda: wmi[V2].query("SELECT * FROM Msvm_Nothing"),
    ):
        with pytest.raises(InvalidClass):
            call()


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("Explode", {}, InvalidMethod),
        ("RequestStateChange", {"Colour": 1}, InvalidMethodParameters),
        ("RequestStateChange", {"Job": "x"}, InvalidMethodParameters),
        ("RequestStateChange", {"RequestedState": "two"}, TypeMismatch),
        ("RequestStateChange", {"RequestedState": 70_000}, TypeMismatch),
        ("RequestStateChange", {"RequestedState": [2, 3]}, TypeMismatch),
        ("RequestStateChange", {"RequestedState": 2, "TimeoutPeriod": "soon"}, TypeMismatch),
    ],
)
def test_arguments_are_checked_before_anything_happens(wmi, method, arguments, error):
    with pytest.raises(error):
        wmi[V2].invoke(wmi.machine(wmi.two), method, arguments)
    assert wmi.two.job is None


def test_names_of_methods_and_parameters_match_in_any_case(wmi):
    result = wmi[V2].invoke(wmi.machine(wmi.two), "requeststatechange", {"requestedstate": " 2 "})
    assert result.return_value == 4096


def test_an_array_may_be_given_as_one_value_and_not_without_bound(wmi):
    assert wmi.manage("GetSummaryInformation", RequestedInformation=1).return_value == 0
    with pytest.raises(InvalidMethodParameters):
        wmi.manage("GetSummaryInformation", RequestedInformation=[1] * 5000)


def test_a_method_of_an_instance_cannot_be_called_on_the_class(wmi):
    with pytest.raises(InvalidMethod):
        wmi[V2].invoke(wmi[V2].schema.find(VM), "RequestStateChange", {"RequestedState": 2})


def test_a_static_method_without_behaviour_is_a_gap(wmi):
    declaration = wmi[CIMV2].schema.find("StdRegProv")
    assert declaration.method("GetSecurityDescriptor").is_static
    with pytest.raises(ProviderNotCapable):
        wmi[CIMV2].invoke(declaration, "GetSecurityDescriptor", {"sSubKeyName": "SOFTWARE"})


def test_the_cache_key_moves_with_the_machine_and_with_nothing_else(wmi):
    vm = wmi.one
    before = wmi.machine(vm).cache_key
    wmi.two.rename("other")
    wmi.advance(60)
    assert wmi.machine(vm).cache_key == before
    vm.rename("new name")
    assert wmi.machine(vm).cache_key != before
