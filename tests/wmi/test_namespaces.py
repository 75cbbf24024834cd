"""The tree of namespaces, the system classes in each, and the registered profiles."""

from __future__ import annotations

import gc
import time
import tracemalloc

import pytest

from emulator.cim.class_xml import ClassDetail, format_class
from emulator.cim.errors import InvalidClass, InvalidNamespace, ProviderNotCapable
from emulator.wmi.namespaces import NAMESPACES
from emulator.wmi.release_order import is_since
from emulator.wmi.tables import load_schema

V1, V2 = "root/virtualization", "root/virtualization/v2"
SINCE_2012 = {
    "root/interop",
    "root/standardcimv2",
    "root/microsoft",
    "root/microsoft/windows",
    "root/microsoft/windows/storage",
    "root/microsoft/windows/servermanager",
    "root/microsoft/windows/smb",
}


def walked(service, parent="root"):
    """Every namespace below one, found as clients find them."""
    namespace = service.namespace(parent)
    for instance in namespace.query("SELECT * FROM __NAMESPACE").instances:
        name = f"{parent}/{instance.value('Name')}"
        yield name
        yield from walked(service, name)


@pytest.mark.parametrize("release", ["2008R2", "2012", "2012R2", "2016", "2022", "2025"])
def test_a_walk_from_root_finds_every_namespace(make_wmi, release):
    service = make_wmi(release).service
    found = list(walked(service))
    assert {name.lower() for name in found} | {"root"} == set(service.namespaces())
    assert len(found) == len(set(found))
    assert "root/CIMV2" in found


@pytest.mark.parametrize(("release", "has_them"), [("2008R2", False), ("2012", True), ("2022", True)])
def test_management_namespaces_came_with_2012(make_wmi, release, has_them):
    service = make_wmi(release).service
    assert (set(service.namespaces()) >= SINCE_2012) is has_them
    for name in () if has_them else SINCE_2012:
        with pytest.raises(InvalidNamespace):
            service.namespace(name)


@pytest.mark.parametrize("release", ["2008R2", "2022"])
def test_namespaces_of_hyper_v_come_with_the_role(make_wmi, release):
    without = set(make_wmi(release, role="absent").service.namespaces())
    gained = set(make_wmi(release).service.namespaces()) - without
    of_2022 = {V1, V2, "root/hypervcluster", "root/hypervcluster/v2"}
    assert gained == ({V1} if release == "2008R2" else of_2022)


def test_the_old_namespace_of_hyper_v_keeps_only_the_way_to_the_new_one(wmi):
    (child,) = wmi[V1].instances("__NAMESPACE")
    assert child.value("Name") == "v2"
    with pytest.raises(InvalidNamespace):
        wmi[V1].query("SELECT * FROM Msvm_ComputerSystem")


@pytest.mark.parametrize("definition", NAMESPACES, ids=lambda each: each.spelled + each.replaces)
def test_every_class_of_a_namespace_can_be_asked_for(make_wmi, definition):
    release = "2012" if definition.schema == "root_virtualization" else "2025"
    service = make_wmi(release).service
    namespace = service.namespace(definition.spelled)
    everything = ClassDetail(True, True, True, True)
    for name in namespace.schema.names():
        declaration = namespace.schema.find(name)
        assert format_class(declaration, everything, namespace.provider(declaration)).endswith("</CLASS>")
        for instance in namespace.instances(name):
            assert instance.declaration.is_a(name)
    assert "__SystemClass" in namespace.schema
    assert namespace.schema.find("__namespace").name == "__NAMESPACE"
    with pytest.raises((InvalidClass, InvalidNamespace)):
        namespace.schema.find("Msvm_Nothing")


def test_a_class_without_a_view_is_counted_in_any_namespace(wmi):
    assert wmi["root/StandardCimv2"].instances("MSFT_NetPrefixPolicy") == []
    assert wmi.host.gaps.counts("wmi") == {"root/standardcimv2:MSFT_NetPrefixPolicy": 1}


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("__EventFilter", ("Name",)),
        ("__FilterToConsumerBinding", ("Consumer", "Filter")),
        ("__Win32Provider", ("Name",)),
        ("__InstanceProviderRegistration", ("provider",)),
        ("__IntervalTimerInstruction", ("TimerId",)),
        ("__SystemSecurity", ()),
    ],
)
def test_system_classes_have_the_keys_of_their_manual(wmi, name, keys):
    for namespace in ("root", "root/cimv2", "root/subscription", V2):
        declaration = wmi[namespace].schema.find(name)
        assert declaration.keys == keys
        assert not declaration.is_abstract


def test_namespaces_and_providers_are_found_by_name_whatever_its_case(wmi):
    found = wmi["root"].find('__NAMESPACE.Name="cimv2"')
    assert str(found.path) == '\\\\HVHOST1\\root:__NAMESPACE.Name="CIMV2"'
    provider = wmi[V2].get("__Provider", {"Name": "vmmswmiinstanceandmethodprovider"})
    assert provider.declaration.name == "__Win32Provider"
    assert wmi["root/cimv2"].get("__SystemSecurity", {}).path.relative == "__SystemSecurity=@"


def test_the_registry_provider_has_its_static_methods(wmi):
    provider = wmi["root/default"].schema.find("StdRegProv")
    assert len(provider.methods) == 20
    assert all(method.is_static for method in provider.methods)
    values = provider.method("GetMultiStringValue").parameter("sValue")
    assert values is not None
    assert (values.is_array, values.is_out) == (True, True)
    with pytest.raises(ProviderNotCapable):
        wmi["root/default"].invoke(provider, "GetSecurityDescriptor", {"sSubKeyName": "SOFTWARE"})


def test_the_host_conforms_to_the_profile_of_system_virtualization(wmi, make_wmi):
    interop = wmi["root/interop"]
    (profile,) = interop.query("SELECT * FROM CIM_RegisteredProfile").instances
    assert profile.declaration.name == "Msvm_RegisteredProfile"
    assert (profile.value("RegisteredName"), profile.value("RegisteredOrganization")) == (
        "System Virtualization",
        2,
    )
    (link,) = interop.instances("CIM_ElementConformsToProfile")
    assert link.value("ConformantStandard").same_object(profile.path)
    host = wmi[V2].find(link.value("ManagedElement"))
    assert host.value("Caption") == "Hosting Computer System"
    assert interop.find(link.path).path == link.path
    assert make_wmi("2022", role="absent")["root/interop"].instances("CIM_RegisteredProfile") == []
    assert make_wmi("2012")["root/interop"].instances("CIM_ElementConformsToProfile") == []


@pytest.mark.parametrize("table", sorted({each.schema for each in NAMESPACES if each.schema}))
def test_opening_a_namespace_takes_milliseconds_and_its_memory_is_bounded(table):
    fastest = 1.0
    for _ in range(3):
        load_schema.cache_clear()
        start = time.thread_time()
        load_schema(table, table, "2025").find("__NAMESPACE")
        fastest = min(fastest, time.thread_time() - start)
    assert fastest < 0.05
    load_schema.cache_clear()
    gc.collect()
    tracemalloc.start()
    try:
        schema = load_schema(table, table, "2025")
        opened, _ = tracemalloc.get_traced_memory()
        for name in schema.names():
            schema.find(name)
        whole, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert opened < 1024 * 1024
    assert whole < 12 * 1024 * 1024


def test_releases_are_in_order():
    assert is_since("2022", "2012")
    assert is_since("11", "2022")
    assert not is_since("7", "2012")
