"""Put, Create and Delete below the wire: what namespaces refuse, and with which status."""

import pytest

from emulator.cim import errors as cim
from emulator.cim.instance import ValueInstance
from emulator.host import errors as host_errors
from emulator.wmi.cimv2 import VIEWS as CIMV2_VIEWS
from emulator.wmi.errors import cim_error
from emulator.wmi.view import View

CIMV2, V2 = "root/cimv2", "root/virtualization/v2"


@pytest.fixture
def namespace(wmi):
    return wmi[CIMV2]


def values(namespace, class_name, **given):
    return ValueInstance(namespace.schema.find(class_name), given, namespace=namespace.name)


def test_a_put_shows_the_instance_as_it_is_then(namespace):
    disk = namespace.resolve("Win32_LogicalDisk", {"DeviceID": "D:"})
    shown = namespace.put(disk, values(namespace, "Win32_LogicalDisk", VolumeName="Data", DeviceID="d:"))
    assert shown.value("VolumeName") == "Data"


def test_a_put_that_changes_nothing_moves_no_revision(namespace):
    system = namespace.resolve("Win32_OperatingSystem", {})
    before = namespace.host.revision
    namespace.put(
        system, values(namespace, "Win32_OperatingSystem", Caption=system.value("Caption"), Description=None)
    )
    assert namespace.host.revision == before


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"Caption": "Mine"}, cim.ReadOnly),
        ({"Version": "1.0"}, cim.ReadOnly),
        ({"ForegroundApplicationBoost": 9}, cim.InvalidParameter),
        ({"Description": "x" * 300}, cim.InvalidParameter),
    ],
)
def test_a_refused_put_has_the_status_of_its_reason(namespace, given, error):
    system = namespace.resolve("Win32_OperatingSystem", {})
    with pytest.raises(error):
        namespace.put(system, values(namespace, "Win32_OperatingSystem", **given))


@pytest.mark.parametrize("name", ["Win32_Processor", "Win32_BIOS", "Win32_TimeZone"])
def test_classes_whose_provider_only_reads_take_nothing(namespace, name):
    target = namespace.instances(name)[0]
    with pytest.raises(cim.ProviderNotCapable):
        namespace.put(target, values(namespace, name))
    with pytest.raises(cim.ProviderNotCapable):
        namespace.create(values(namespace, name))
    with pytest.raises(cim.ProviderNotCapable):
        namespace.delete(target)


def test_no_class_of_hyper_v_but_a_graphics_processor_takes_a_put_a_create_or_a_delete(wmi):
    namespace = wmi[V2]
    for view in namespace._catalog.all_views():
        assert list(view.writable) == ["PartitionCount"] * (view.class_name == "Msvm_PartitionableGpu")
        assert type(view).create is View.create
        assert type(view).delete is View.delete


def test_a_class_without_instances_cannot_be_created_either(namespace):
    with pytest.raises(cim.ProviderNotCapable):
        namespace.create(values(namespace, "Win32_Fan"))


def test_a_base_class_does_not_create_its_subclasses(namespace):
    with pytest.raises(cim.ProviderNotCapable):
        namespace.create(values(namespace, "CIM_SystemResource"))


@pytest.mark.parametrize("missing", ["Name", "UserName", "VariableValue"])
def test_a_create_needs_every_key_and_the_value(namespace, missing):
    given = {"Name": "X", "UserName": "<SYSTEM>", "VariableValue": "1"}
    del given[missing]
    with pytest.raises(cim.IllegalNull):
        namespace.create(values(namespace, "Win32_Environment", **given))


@pytest.mark.parametrize("view", CIMV2_VIEWS, ids=lambda view: view.__name__)
def test_every_writable_property_exists_and_a_view_with_any_can_write(namespace, view):
    declaration = namespace.schema.find(view.class_name)
    for name in view.writable:
        assert declaration.property(name).name == name
    assert bool(view.writable) == (view.write is not View.write)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (host_errors.AccessDenied(), cim.AccessDenied),
        (host_errors.AlreadyExists(), cim.AlreadyExists),
        (host_errors.InvalidParameter("no"), cim.InvalidParameter),
        (host_errors.InvalidPath("no"), cim.InvalidParameter),
        (host_errors.NotFound(), cim.NotFound),
        (host_errors.NotSupported(), cim.NotSupported),
        (host_errors.ServiceError("no", 1051), cim.CimError),
    ],
)
def test_a_host_error_becomes_a_status(error, status):
    assert type(cim_error(error)) is status
