"""Get-WmiObject and its companions, beside Get-CimInstance: they show the machine that the other doors show."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


def test_common_classes_have_the_tables_and_lists_of_windows_powershell(session):
    table = session.shown("Get-CimInstance Win32_LogicalDisk -Filter \"DeviceID='C:'\"")
    assert table.split("\n")[0].split() == [
        "DeviceID",
        "DriveType",
        "ProviderName",
        "VolumeName",
        "Size",
        "FreeSpace",
    ]
    lines = session.shown("Get-WmiObject Win32_BIOS").split("\n")
    assert [line.partition(" :")[0].strip() for line in lines] == [
        "SMBIOSBIOSVersion",
        "Manufacturer",
        "Name",
        "SerialNumber",
        "Version",
    ]


def test_values_are_of_the_types_of_dotnet(session):
    assert session.values(
        "$o = Get-CimInstance Win32_OperatingSystem; $o.LastBootUpTime.GetType().Name; "
        "$o.ProductType.GetType().Name; $o.MUILanguages.GetType().Name; "
        "(Get-WmiObject Win32_OperatingSystem).LastBootUpTime.Length"
    ) == ["DateTime", "UInt32", "String[]", 25]


def test_type_names_follow_the_classes_from_which_a_class_derives(session):
    names = session.values("(Get-CimInstance Win32_BIOS).pstypenames")
    assert names[0] == "Microsoft.Management.Infrastructure.CimInstance#root/cimv2/Win32_BIOS"
    assert "Microsoft.Management.Infrastructure.CimInstance#CIM_BIOSElement" in names
    assert names[-2:] == ["Microsoft.Management.Infrastructure.CimInstance", "System.Object"]
    names = session.values("(Get-WmiObject Win32_BIOS).pstypenames")
    assert names[0] == "System.Management.ManagementObject#root\\cimv2\\Win32_BIOS"


def test_a_query_leaves_out_what_it_did_not_select(session):
    assert session.values(
        "$b = Get-WmiObject -Query 'SELECT Name FROM Win32_BIOS'; $null -eq $b.Version; $b.__PROPERTY_COUNT"
    ) == [True, 1]


def test_a_machine_started_by_wmi_runs(session):
    script = (
        "$vm = Get-WmiObject -Namespace root\\virtualization\\v2 -Class Msvm_ComputerSystem "
        "-Filter \"ElementName='app01'\"; $vm.RequestStateChange(2).ReturnValue"
    )
    assert session.values(script) == [4096]
    machine = session.host.virtual_machines.find("app01")[0]
    assert str(machine.state.name) in ("STARTING", "RUNNING")


def test_a_method_takes_its_arguments_by_name(session):
    result = session.values(
        "$r = Invoke-CimMethod -Namespace root/default -ClassName StdRegProv -MethodName GetStringValue -Arguments "
        "@{hDefKey=[uint32]2147483650; sSubKeyName='SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion'; "
        "sValueName='ProductName'}; $r.ReturnValue; $r.sValue"
    )
    assert result == [0, "Windows Server 2022 Datacenter"]


def test_an_associated_instance_is_found(session):
    assert session.values(
        "(Get-WmiObject Win32_LogicalDisk -Filter \"DeviceID='C:'\").GetRelated('Win32_DiskPartition') | "
        "ForEach-Object { $_.__CLASS }"
    ) == ["Win32_DiskPartition"]


@pytest.mark.parametrize(
    ("script", "error_id", "message"),
    [
        (
            "Get-CimInstance Win32_Nothing",
            "HRESULT 0x80041010,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand",
            "Invalid class ",
        ),
        (
            "Get-CimInstance -Namespace root/nothing X",
            "HRESULT 0x8004100e,Microsoft.Management.Infrastructure.CimCmdlets.GetCimInstanceCommand",
            "Invalid namespace ",
        ),
        (
            "Get-WmiObject Win32_Nothing",
            "GetWMIManagementException,Microsoft.PowerShell.Commands.GetWmiObjectCommand",
            'Invalid class "Win32_Nothing"',
        ),
        (
            "Get-WmiObject -Query 'select'",
            "GetWMIManagementException,Microsoft.PowerShell.Commands.GetWmiObjectCommand",
            'Invalid query "select"',
        ),
        (
            "Get-WmiObject Win32_BIOS -ComputerName elsewhere",
            "GetWMICOMException,Microsoft.PowerShell.Commands.GetWmiObjectCommand",
            "The RPC server is unavailable. (Exception from HRESULT: 0x800706BA)",
        ),
    ],
)
def test_what_wmi_refuses_has_the_error_of_the_cmdlet(session, script, error_id, message):
    found = session.error(script)
    assert (found[0], found[2]) == (error_id, message)


def test_a_name_of_the_machine_itself_is_no_other_computer(session):
    name = session.host.name
    assert session.values(f"(Get-WmiObject Win32_BIOS -ComputerName {name}).PSComputerName") == [name]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Get-WmiObject Win32_BIOS -Namespace $null", "System.NullReferenceException"),
        (
            "Get-VMSystemSwitchExtensionPortFeature -SystemSwitchExtension @($null, $null)",
            "System.NullReferenceException",
        ),
        ("New-VM Fuzz; Import-VMInitialReplication -VMName Fuzz -Path '*'", "InvalidParameter"),
    ],
)
def test_what_a_cmdlet_cannot_use_is_an_error_of_that_cmdlet(session, script, error_id):
    result = session.runspace.run(script)
    failure = result.failure or result.errors[0]
    assert failure.error_id == error_id
    assert failure.command_class


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("([wmi]'Win32_Service.Name=\"WinRM\"').State", ["Running"]),
        ("([wmisearcher]'select Name from Win32_Service where Name = \"WinRM\"').Get() | % Name", ["WinRM"]),
        ("([wmiclass]'\\\\.\\root\\cimv2:Win32_Process').Create('notepad.exe').ReturnValue", [0]),
        ("@(([wmiclass]'Win32_BIOS').GetInstances()).Count", [1]),
        (
            "([wmiclass]'root\\virtualization\\v2:Msvm_ComputerSystem') | % { $_.Name; $_.__NAMESPACE; $_.Methods -contains "
            "'RequestStateChange' }",
            ["Msvm_ComputerSystem", "root\\virtualization\\v2", True],
        ),
        (
            "(New-Object System.Management.ManagementObjectSearcher 'root\\cimv2', 'select * from Win32_BIOS').Get().Count",
            [1],
        ),
    ],
)
def test_casts_reach_objects_classes_and_queries(session, script, expected):
    assert session.values(script) == expected


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("[wmi]'Win32_Service.Name=\"nosuch\"'", "InvalidCastToWMI"),
        ("[wmi]'Win32_Service'", "InvalidCastToWMI"),
        ("[wmiclass]'NoSuch'", "InvalidCastToWMIClass"),
        ("[wmi]'\\\\other\\root\\cimv2:Win32_Service.Name=\"WinRM\"'", "NotEmulated"),
        ("([wmisearcher]'select nothing').Get()", "MethodInvocationException"),
        ("([wmiclass]'Win32_BIOS').CreateInstance().Put()", "MethodInvocationException"),
    ],
)
def test_what_a_cast_does_not_find_is_told(session, script, error_id):
    result = session.runspace.run(script)
    assert (result.failure or result.errors[0]).fully_qualified_error_id == error_id


def test_a_machine_is_defined_by_the_text_of_a_new_instance(session):
    script = """
        $settings = ([wmiclass]'root\\virtualization\\v2:Msvm_VirtualSystemSettingData').CreateInstance()
        $settings.ElementName = 'by wmi'
        $service = Get-WmiObject -Namespace root\\virtualization\\v2 Msvm_VirtualSystemManagementService
        $answer = $service.DefineSystem($settings.GetText(1), @(), $null)
        if ($answer.Job) { $job = [wmi]$answer.Job; $job.JobState }
        ([wmi]$answer.ResultingSystem).ElementName"""
    assert session.values(script)[-1] == "by wmi"
    assert session.values("(Get-VM 'by wmi').State.ToString()") == ["Off"]


@pytest.mark.parametrize(
    "call",
    [
        "(Get-WmiObject @k).TypeScancodes([byte[]](0x1e, 0x9e, 0x1e)).ReturnValue",
        "(Get-WmiObject @k | Invoke-WmiMethod -Name TypeScancodes -ArgumentList (, [byte[]](0x1e))).ReturnValue",
        "(Get-CimInstance @k | Invoke-CimMethod -MethodName TypeScancodes -Arguments @{Scancodes=[byte[]](0x1e)})"
        ".ReturnValue",
    ],
)
def test_bytes_are_given_to_a_method(session, call):
    keyboard = (
        "$id = (Get-VM | Where-Object State -eq Running)[0].Id; "
        "$k = @{Namespace = 'root\\virtualization\\v2'; Class = 'Msvm_Keyboard'; Filter = \"SystemName='$id'\"}; "
    )
    assert session.values(keyboard + call + "; (Get-WmiObject @k).IsKeyPressed(65).KeyState") == [0, True]


def test_invoke_method_writes_what_comes_out_into_its_array(session):
    script = """
        $vm = (Get-WmiObject -Namespace root\\virtualization\\v2 Msvm_ComputerSystem | ? EnabledState -eq 3)[0]
        $array = @(2, $null, $null)
        $vm.InvokeMethod('RequestStateChange', $array)
        ([wmi]$array[1]).__CLASS
        $vm.InvokeMethod('NoSuch', $null)"""
    result = session.runspace.run(script)
    assert [str(one) for one in result.output] == ["4096", "Msvm_ConcreteJob"]
    assert (result.failure or result.errors[0]).fully_qualified_error_id == "MethodInvocationException"


def test_properties_of_an_object_follow_it(session):
    script = (
        "$class = [wmiclass]'root\\virtualization\\v2:Msvm_VirtualSystemSettingData'; $new = $class.CreateInstance();"
        "$new.Properties.Item('ElementName').Value = 'made';"
        "$new.psbase.Properties['Notes'].Value = 'one', 'two';"
        "$service = Get-WmiObject -Namespace root\\virtualization\\v2 Msvm_VirtualSystemManagementService;"
        "$service.DefineSystem($new.GetText(1)).ReturnValue; (Get-VM made).Notes"
    )
    assert session.values(script) == [0, "one\ntwo"]


def test_a_property_of_an_object_tells_its_type_and_where_it_is_from(session):
    lines = session.shown("(Get-WmiObject Win32_OperatingSystem).Properties['Version'] | fl").split("\n")
    assert [line.split(" : ") for line in lines] == [
        ["Name      ", "Version"],
        ["Value     ", "10.0.20348"],
        ["Type      ", "String"],
        ["IsLocal   ", "True"],
        ["IsArray   ", "False"],
        ["Origin    ", "CIM_OperatingSystem"],
        ["Qualifiers", "{read}"],
    ]
    assert session.values(
        "$o = Get-WmiObject Win32_OperatingSystem; $null -eq $o.Properties['nothing'];"
        "($o | Get-Member Properties) -eq $null; ($o.Properties | where Name -eq Version).Value;"
        "$q = Get-WmiObject -Query 'SELECT Version FROM Win32_OperatingSystem'; $q.Properties.Count"
    ) == [True, True, "10.0.20348", 1]
    assert "Not found" in session.error("(Get-WmiObject Win32_BIOS).Properties.Item('nothing')")[2]


def test_a_class_has_properties_without_values(session):
    assert session.values(
        "$p = ([wmiclass]'Win32_Service').Properties['Name']; $p.Name, $p.IsLocal, $p.Origin, ($null -eq $p.Value),"
        " $p.Qualifiers['key'].Value"
    ) == ["Name", False, "CIM_ManagedSystemElement", True, True]
    identifier, _, message = session.error("([wmiclass]'Win32_Service').Properties['Name'].Value = 'x'")
    assert identifier.startswith("NotEmulated")
    assert "property of a class" in message
