# ruff: noqa: S608  WQL is no SQL
"""WQL as libvirt, virt-who, os-win and WQL monitors send it."""

import pytest

from emulator.cim.errors import InvalidClass, InvalidObjectPath, InvalidQuery, NotSupported

V2, CIMV2 = "root/virtualization/v2", "root/cimv2"
ONE = "11111111-2222-3333-4444-aaaaaaaaaaaa"  # libvirt writes identifiers in lower case
TWO = "11111111-2222-3333-4444-bbbbbbbbbbbb"
VM = f"Msvm_ComputerSystem.CreationClassName='Msvm_ComputerSystem',Name='{ONE}'"
SETTINGS = f"Msvm_VirtualSystemSettingData.InstanceID='Microsoft:{ONE.upper()}'"
PARTS = "AssocClass = Msvm_VirtualSystemSettingDataComponent ResultClass"
ACTIVE = "(EnabledState != 0 and EnabledState != 3 and EnabledState != 32769)"

SHAPES = [
    ("SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER ", ["one", "two"]),
    (f"SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND {ACTIVE} ", ["one"]),
    (f"SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND NOT {ACTIVE} ", ["two"]),
    (f"SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND Name = '{ONE}'", ["one"]),
    (f"select * from msvm_computersystem where name = '{TWO}'", ["two"]),
    ("SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND ElementName = 'TWO'", ["two"]),
    ("SELECT * FROM Msvm_ComputerSystem WHERE Name != __SERVER AND ProcessID = 1", []),
    (f"SELECT * FROM Msvm_VirtualSystemSettingData WHERE InstanceID='Microsoft:{ONE}'", ["one"]),
    (f"SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier='{ONE}'", ["one"]),
    (
        f"ASSOCIATORS OF {{{VM}}} WHERE AssocClass = Msvm_SettingsDefineState "
        "ResultClass = Msvm_VirtualSystemSettingData",
        ["one"],
    ),
    (f"ASSOCIATORS OF {{{VM}}} WHERE ResultClass = Msvm_VirtualSystemSettingData", ["one"]),
    (f"ASSOCIATORS OF {{{VM}}} WHERE ResultClass = Msvm_Keyboard", ["Keyboard"]),
    (f"ASSOCIATORS OF {{{SETTINGS}}} WHERE {PARTS} = Msvm_ProcessorSettingData", ["Processor"]),
    (f"ASSOCIATORS OF {{{SETTINGS}}} WHERE {PARTS} = Msvm_MemorySettingData", ["Memory"]),
    (f"ASSOCIATORS OF {{{SETTINGS}}} WHERE {PARTS} = Msvm_StorageAllocationSettingData", ["Hard Disk Image"]),
    (f"ASSOCIATORS OF {{{SETTINGS}}} WHERE {PARTS} = Msvm_SerialPortSettingData", ["COM 1", "COM 2"]),
    (
        f"ASSOCIATORS OF {{{SETTINGS}}} WHERE {PARTS} = Msvm_SyntheticEthernetPortSettingData",
        ["Network Adapter"],
    ),
    (
        f"ASSOCIATORS OF {{{SETTINGS}}} WHERE {PARTS} = Msvm_EthernetPortAllocationSettingData",
        ["Network Adapter"],
    ),
    (f"SELECT * FROM Msvm_S3DisplayController WHERE SystemName = '{ONE}'", ["Video"]),
    (f"SELECT * FROM Msvm_SyntheticDisplayController WHERE SystemName = '{ONE}'", ["Display Controller"]),
    (f"SELECT * FROM Msvm_ShutdownComponent WHERE SystemName = '{ONE}'", ["Shutdown"]),
    ("SELECT * FROM Msvm_VirtualEthernetSwitch WHERE HealthState = 5", ["Internal", "Private"]),
    ("SELECT * FROM Msvm_VirtualEthernetSwitch WHERE ElementName = 'private'", ["Private"]),
    (
        "SELECT * FROM Msvm_ResourceAllocationSettingData WHERE ResourceSubType = "
        "'Microsoft:Hyper-V:Physical Disk Drive' AND InstanceID LIKE '%Default%'",
        ["Physical Disk Drive"],
    ),
    (
        "SELECT * FROM Msvm_ProcessorSettingData WHERE InstanceID LIKE 'Microsoft:Definition%Maximum'",
        ["Processor"],
    ),
    ("SELECT * FROM Msvm_ProcessorSettingData WHERE InstanceID LIKE '%\\\\Default'", ["Processor"]),
    (f"SELECT * FROM Msvm_ProcessorSettingData WHERE InstanceID LIKE 'Microsoft:{ONE}%'", ["Processor"]),
    ('SELECT Name FROM Msvm_ComputerSystem WHERE Caption = "Hosting Computer System"', ["HVHOST1"]),
    ("SELECT * FROM Msvm_ConcreteJob WHERE InstanceID = '5A1B2C3D-0000-0000-0000-000000000000'", []),
    # Online disks of the host are none that a machine can have.
    ("SELECT * FROM Msvm_DiskDrive WHERE DriveNumber=0", []),
    ("SELECT * FROM CIM_ComputerSystem WHERE ElementName LIKE 'o%'", ["one"]),
]


@pytest.mark.parametrize(("text", "names"), SHAPES)
def test_a_query_of_a_client_finds_what_it_means(wmi, text, names):
    result = wmi[V2].query(text)
    assert [instance.value("ElementName") for instance in result.instances] == names


def test_a_path_in_a_condition_finds_the_object_whatever_its_case(wmi):
    for instance in wmi[V2].instances("Msvm_VirtualEthernetSwitch"):
        path = str(instance.path).replace("\\", "\\\\").replace("virtualization", "Virtualization")
        found = wmi[V2].query(f"SELECT * FROM Msvm_VirtualEthernetSwitch WHERE __PATH = '{path}'")
        assert [each.path for each in found.instances] == [instance.path]


def test_drives_are_found_by_the_path_of_their_parent(wmi):
    controllers = [
        each
        for each in wmi.settings(wmi.one, "Msvm_ResourceAllocationSettingData")
        if each.value("ResourceType") == 5
    ]
    path = str(controllers[0].path).replace("\\", "\\\\")
    kinds = " OR ".join(
        f"ResourceSubType='Microsoft:Hyper-V:{kind}'"
        for kind in ("Physical Disk Drive", "Synthetic Disk Drive", "Synthetic DVD Drive")
    )
    text = f"SELECT * FROM Msvm_ResourceAllocationSettingData WHERE ({kinds}) AND Parent = '{path}'"
    (drive,) = wmi[V2].query(text).instances
    assert (drive.value("ResourceType"), drive.value("AddressOnParent")) == (17, "0")


def test_virt_who_sees_the_guests_by_their_firmware_identifier(make_wmi):
    text = "select BIOSGUID, VirtualSystemIdentifier from Msvm_VirtualSystemSettingData where "
    new = make_wmi("2022")[V2].query(text + "VirtualSystemType = 'Microsoft:Hyper-V:System:Realized'")
    assert new.properties == ("BIOSGUID", "VirtualSystemIdentifier")
    assert [each.value("VirtualSystemIdentifier").lower() for each in new.instances] == [ONE, TWO]
    text = text.replace("VirtualSystemIdentifier", "ElementName") + "SettingType = 3"
    old = make_wmi("2008R2")["root/virtualization"].query(text)
    assert [each.value("BIOSGUID") for each in old.instances] == [
        each.value("BIOSGUID") for each in new.instances
    ]
    assert len({each.value("BIOSGUID") for each in new.instances}) == 2


def test_virt_who_reads_the_version_of_the_management_service_program(wmi):
    text = "select * from CIM_Datafile where Path = '\\\\windows\\\\system32\\\\' and FileName='vmms'"
    (file,) = wmi[CIMV2].query(text).instances
    assert (file.value("Path"), file.value("Name")) == (
        "\\windows\\system32\\",
        "c:\\windows\\system32\\vmms.exe",
    )
    assert file.value("Version").startswith("10.0.20348.")


def test_selected_properties_have_their_declared_spelling(wmi):
    result = wmi[CIMV2].query("select dnshostname, NUMBEROFPROCESSORS, __path from Win32_ComputerSystem")
    assert result.properties == ("DNSHostName", "NumberOfProcessors", "__PATH")
    (system,) = result.instances
    assert (system.value("DNSHostName"), system.value("NumberOfProcessors")) == ("HVHOST1", 2)


def test_processors_of_the_host_are_associated_with_it(wmi):
    text = (
        "ASSOCIATORS OF {Win32_ComputerSystem.Name='hvhost1'} "
        "WHERE AssocClass = Win32_ComputerSystemProcessor ResultClass = Win32_Processor"
    )
    assert [each.value("DeviceID") for each in wmi[CIMV2].query(text).instances] == ["CPU0", "CPU1"]


def test_a_query_for_classes_gives_declarations(wmi):
    result = wmi[V2].query("SELECT * FROM meta_class WHERE __this ISA 'Msvm_ConcreteJob'")
    names = {declaration.name for declaration in result.classes}
    assert "Msvm_ConcreteJob" in names
    assert all("Msvm_ConcreteJob" in declaration.derivation for declaration in result.classes)


def test_class_definitions_of_associators(wmi):
    result = wmi[V2].query(f"ASSOCIATORS OF {{{VM}}} WHERE AssocClass = Msvm_SystemDevice ClassDefsOnly")
    assert result.instances == ()
    assert "Msvm_Keyboard" in {declaration.name for declaration in result.classes}


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SELECT * FROM Msvm_Nothing", InvalidClass),
        ("SELECT Colour FROM Msvm_ComputerSystem", InvalidQuery),
        ("SELECT * FROM Msvm_ComputerSystem WHERE Colour = 1", InvalidQuery),
        ("SELECT * FORM Msvm_ComputerSystem", InvalidQuery),
        (
            "SELECT * FROM __InstanceModificationEvent WITHIN 1 WHERE TargetInstance ISA 'CIM_System'",
            NotSupported,
        ),
    ],
)
def test_a_query_that_cannot_be_answered_is_refused(wmi, text, error):
    with pytest.raises(error):
        wmi[V2].query(text)


def test_a_query_by_key_does_not_look_at_other_machines(wmi, monkeypatch):
    namespace = wmi[V2]
    namespace.instances("Msvm_ComputerSystem")
    monkeypatch.setattr(type(wmi.host.virtual_machines), "__iter__", None)
    assert len(namespace.query(f"SELECT * FROM Msvm_ComputerSystem WHERE Name = '{ONE}'").instances) == 1
    assert len(namespace.query(f"ASSOCIATORS OF {{{VM}}} WHERE AssocClass = Msvm_SystemDevice").instances) > 5
    memory = f"Microsoft:{ONE}\\\\4764334d-e001-4176-82ee-5594ec9b530e"
    text = f"SELECT * FROM Msvm_MemorySettingData WHERE InstanceID = '{memory}'"
    assert len(namespace.query(text).instances) == 1


def classes(namespace, text):
    return [declaration.name for declaration in namespace.query(text).classes]


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ("__Class = 'msvm_concretejob'", ["Msvm_ConcreteJob"]),
        ("__SuperClass = 'CIM_Job'", ["CIM_ConcreteJob"]),
        ("__SuperClass = 'CIM_Job' AND __Class LIKE 'Msvm%'", []),
        ("__this ISA 'CIM_ConcreteJob' AND NOT __Class LIKE 'CIM[_]%' AND __Class LIKE 'Msvm[_][a-c]%'",
         ["Msvm_CollectionReferencePointExportJob", "Msvm_ConcreteJob", "Msvm_CopyFileToGuestJob"]),
        ("__Dynasty = '__NotifyStatus'", ["__NotifyStatus", "__ExtendedStatus"]),
        ("__SuperClass IS NULL AND __Class LIKE '[_][_]N%'", ["__NotifyStatus"]),
        ("__Genus = 1 AND __Class = 'CIM_Job'", ["CIM_Job"]),
        ("__this ISA 'CIM_Nothing'", []),
    ],
)  # fmt: skip
def test_a_schema_query_finds_classes_by_their_system_properties(wmi, where, names):
    assert classes(wmi[V2], f"SELECT * FROM meta_class WHERE {where}") == names


def test_a_schema_query_without_a_condition_gives_every_class(wmi):
    assert classes(wmi[V2], "SELECT * FROM meta_class") == list(wmi[V2].schema.names())


def test_classes_are_associated_whether_or_not_there_are_instances(wmi):
    text = "ASSOCIATORS OF {Msvm_ComputerSystem} WHERE AssocClass = Msvm_SystemDevice SchemaOnly"
    assert classes(wmi[V2], text) == ["CIM_LogicalDevice"]
    links = classes(wmi[V2], "REFERENCES OF {Msvm_ComputerSystem} WHERE SchemaOnly")
    assert {"Msvm_SystemDevice", "Msvm_SettingsDefineState"} <= set(links)
    assert "Msvm_SettingsDefineCapabilities" not in links
    narrowed = "REFERENCES OF {Msvm_ComputerSystem} WHERE ResultClass = CIM_SystemDevice SchemaOnly"
    assert classes(wmi[V2], narrowed) == ["CIM_SystemDevice", "Msvm_SystemDevice"]
    by_role = (
        "REFERENCES OF {CIM_System} WHERE Role = PartComponent ResultClass = CIM_SystemDevice SchemaOnly"
    )
    assert classes(wmi[V2], by_role) == []


def test_only_keys_have_values_when_only_keys_are_asked_for(wmi):
    (whole,) = wmi[V2].query(f"ASSOCIATORS OF {{{VM}}} WHERE ResultClass = Msvm_Keyboard").instances
    text = f"ASSOCIATORS OF {{{VM}}} WHERE ResultClass = Msvm_Keyboard KeysOnly"
    (instance,) = wmi[V2].query(text).instances
    assert instance.path == whole.path
    values = {each.name: instance.value(each.name) for each in instance.declaration.properties}
    assert {name for name, value in values.items() if value is not None} == set(instance.declaration.keys)


@pytest.mark.parametrize(
    ("option", "has_any"),
    [
        ("RequiredQualifier = dynamic", True),
        ("RequiredQualifier = Association", False),
        ("RequiredQualifier = Nothing", False),
        ("RequiredAssocQualifier = ASSOCIATION", True),
        ("RequiredAssocQualifier = Aggregation", False),
    ],
)
def test_required_qualifiers_limit_the_associators(wmi, option, has_any):
    text = f"ASSOCIATORS OF {{{VM}}} WHERE AssocClass = Msvm_SystemDevice {option}"
    assert bool(wmi[V2].query(text).instances) is has_any


def test_a_required_qualifier_limits_the_references(wmi):
    everything = wmi[V2].query(f"REFERENCES OF {{{VM}}}").instances
    assert wmi[V2].query(f"REFERENCES OF {{{VM}}} WHERE RequiredQualifier = Association").instances
    assert len(wmi[V2].query(f"REFERENCES OF {{{VM}}} WHERE RequiredQualifier = dynamic").instances) == len(
        everything
    )
    assert not wmi[V2].query(f"REFERENCES OF {{{VM}}} WHERE RequiredQualifier = Abstract").instances


@pytest.mark.parametrize(
    ("where", "is_found"),
    [
        ("LastBootUpTime > '20240101000000.000000+000'", True),
        ("LastBootUpTime > '2024-01-01'", True),
        ("LastBootUpTime > '2024-01-01 10:00'", True),
        ("LastBootUpTime < '01/31/2023'", False),
        ("LastBootUpTime >= 20240101", True),
        ("LastBootUpTime < '20230101000000.******+***'", False),
        ("BuildNumber = 20348", True),
        ("BuildNumber LIKE '2[0-1]34_'", True),
        ("BuildNumber LIKE '2[^0-1]%'", False),
        ("ProductType = '0x3'", True),
        ("ProductType <> 3.5 AND ProductType < 3.5", True),
        ("3 = ProductType AND 2 < ProductType", True),
        ("Primary = TRUE AND Primary = 1 AND Primary != 'false'", True),
        ("OtherTypeDescription IS NULL AND NOT OtherTypeDescription IS NOT NULL", True),
        ("OtherTypeDescription = 'x' OR (NOT (Caption IS NULL) AND CSName = __SERVER)", True),
        ("__CLASS = 'Win32_OperatingSystem' AND __SUPERCLASS = 'cim_operatingsystem'", True),
        ("__DYNASTY = 'CIM_ManagedSystemElement' AND __GENUS = 2 AND __PROPERTY_COUNT > 60", True),
        ("__NAMESPACE = 'root\\\\cimv2' AND __RELPATH = 'Win32_OperatingSystem=@'", True),
        ("__THIS ISA 'CIM_LogicalElement'", True),
        ("__THIS ISA 'CIM_Process'", False),
    ],
)
def test_conditions_compare_as_wmi_does(wmi, where, is_found):
    found = wmi[CIMV2].query(f"SELECT * FROM Win32_OperatingSystem WHERE {where}").instances
    assert bool(found) is is_found


@pytest.mark.parametrize(
    "text",
    [
        "SELECT __CLASS FROM meta_class",
        "SELECT * FROM meta_class WHERE Name = 'x'",
        "SELECT * FROM meta_class WHERE TargetInstance ISA 'x'",
        "SELECT COUNT(*) FROM Win32_Process",
        "SELECT * FROM Win32_OperatingSystem WHERE LastBootUpTime > 'yesterday'",
        "SELECT * FROM Win32_OperatingSystem WHERE ProductType = 'server'",
        "SELECT * FROM Win32_OperatingSystem WHERE __DERIVATION = 'CIM_OperatingSystem'",
        "SELECT * FROM Win32_OperatingSystem WHERE MUILanguages = 'en-US'",
        "ASSOCIATORS OF {Win32_Service='x'} WHERE ClassDefsOnly ResultClass = Win32_Service",
        "ASSOCIATORS OF {Win32_Service} WHERE ClassDefsOnly SchemaOnly",
        "REFERENCES OF {Win32_Service='x'} WHERE ResultRole = a",
    ],
)
def test_what_wql_does_not_allow_is_an_invalid_query(wmi, text):
    with pytest.raises(InvalidQuery):
        wmi[CIMV2].query(text)


def test_schema_only_needs_a_class(wmi):
    with pytest.raises(InvalidObjectPath):
        wmi[V2].query(f"REFERENCES OF {{{VM}}} WHERE SchemaOnly")
    with pytest.raises(InvalidObjectPath):
        wmi[V2].query("ASSOCIATORS OF {Msvm_ComputerSystem}")
