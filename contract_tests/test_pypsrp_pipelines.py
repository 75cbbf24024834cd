"""Pipelines through pypsrp: streams, input, order, stopping, secrets, and what they do to the machine."""

from __future__ import annotations

import time

import pytest
from conftest import PASSWORD, USER
from psrp import connect, query, run, values
from pypsrp.client import Client
from pypsrp.complex_objects import CommandType, ObjectMeta, PSInvocationState
from pypsrp.powershell import PowerShell, RunspacePool


def test_state_is_kept_between_the_pipelines_of_a_runspace(pool):
    values(pool, "$x = 5; function twice($n) { 2 * $n }")
    assert values(pool, "twice $x") == [10]


def test_a_failed_pipeline_leaves_the_pool_usable(pool):
    ps = run(pool, "'before'; throw 'no way'; 'after'")
    assert ps.output == ["before"]
    assert ps.state == PSInvocationState.FAILED
    assert ps.had_errors
    assert [str(error) for error in ps.streams.error] == ["no way"]
    assert values(pool, "'next'") == ["next"]


def test_a_parse_error_fails_the_pipeline(pool):
    ps = run(pool, "if (")
    assert ps.state == PSInvocationState.FAILED
    assert "Missing" in str(ps.streams.error[0])


def test_every_stream_arrives_in_its_own_place(pool):
    ps = run(
        pool,
        """
        Write-Output out
        Write-Error bad
        Write-Warning careful
        Write-Verbose words -Verbose
        $DebugPreference = 'Continue'
        Write-Debug details
        Write-Information told -Tags a, b -InformationAction Continue
        Write-Host shown -ForegroundColor Red
        Write-Progress -Activity busy -Status half -PercentComplete 50
        """,
    )
    assert ps.output == ["out"]
    assert [str(one) for one in ps.streams.error] == ["bad"]
    assert [one.message for one in ps.streams.warning] == ["careful"]
    assert [one.message for one in ps.streams.verbose] == ["words"]
    assert [one.message for one in ps.streams.debug] == ["details"]
    told, shown = ps.streams.information
    assert (told.message_data, told.source, list(told.tags)) == ("told", "Write-Information", ["a", "b"])
    assert (str(shown.message_data), list(shown.tags)) == ("shown", ["PSHOST"])
    assert shown.user.endswith(f"\\{USER}")
    progress = ps.streams.progress[-1]
    assert (progress.activity, progress.description, progress.percent_complete) == ("busy", "half", 50)


def test_an_error_record_keeps_its_category_and_id(pool):
    ps = run(pool, "Get-VM -Name nowhere")
    error = ps.streams.error[0]
    assert error.fq_error.endswith("Microsoft.HyperV.PowerShell.Commands.GetVM")
    assert error.reason == "VirtualizationException"
    assert error.activity == "Get-VM"


def test_commands_with_parameters_and_statements(pool):
    ps = PowerShell(pool)
    ps.add_cmdlet("New-VM").add_parameter("Name", "made").add_parameter("MemoryStartupBytes", 1 << 30)
    ps.add_cmdlet("Select-Object").add_parameter("Property", ["Name", "Generation"])
    ps.add_statement()
    ps.add_cmdlet("Get-VM").add_argument("made")
    ps.add_cmdlet("Select-Object").add_parameter("ExpandProperty", "Name")
    first, second = ps.invoke()
    assert first.adapted_properties == {}
    assert first.extended_properties["Name"] == "made"
    assert second == "made"


def test_streams_can_be_merged_into_the_output(pool):
    ps = PowerShell(pool)
    ps.add_script("Write-Error bad; Write-Warning careful; 'out'; Write-Verbose words -Verbose")
    ps.merge_error("output").merge_warning("output").merge_verbose("null")
    output = ps.invoke()
    assert [str(one) for one in output] == ["bad", "careful", "out"]
    assert (ps.streams.error, ps.streams.warning, ps.streams.verbose) == ([], [], [])


def test_a_command_can_claim_the_errors_of_the_ones_before_it(pool):
    ps = PowerShell(pool)
    ps.add_script("Write-Error bad; 'good'")
    ps.add_cmdlet("ForEach-Object").add_parameter("MemberName", "ToString")
    ps.merge_previous(True)
    assert ps.invoke() == ["bad", "good"]


def test_input_objects_are_streamed_to_the_script(pool):
    ps = run(
        pool,
        'begin { $n = 0 } process { $n += 1; "$n=$_" } end { "sum $n" }',
        ["one", 2, True],
    )
    assert ps.output == ["1=one", "2=2", "3=True", "sum 3"]


def test_the_script_runs_while_input_is_still_coming(pool):
    ps = PowerShell(pool)
    ps.add_script("process { $_ * 2 }")
    ps.begin_invoke([1])
    ps.output.clear()
    while not ps.output:
        ps.poll_invoke()
    assert ps.output == [2]
    assert ps.state == PSInvocationState.RUNNING or ps.end_invoke() is not None


def test_objects_travel_both_ways_and_come_back_deserialized(pool):
    ps = run(pool, "param($a) $a.GetType().Name; $a", a=["x", 5, None])
    assert ps.output[0] == "ArrayList"
    assert ps.output[1:] == ["x", 5, None]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("$true", True),
        ("[byte]7", 7),
        ("[int64]1tb", 1 << 40),
        ("1.5", 1.5),
        ("[char]'x'", "x"),
        ("'quote \" and <tag> & _x0041_ \U0001f600'", 'quote " and <tag> & _x0041_ \U0001f600'),
        ('"tab`tend"', "tab\tend"),
        ("[guid]'00112233-4455-6677-8899-aabbccddeeff'", "00112233-4455-6677-8899-aabbccddeeff"),
        ("[version]'1.2.3'", "1.2.3"),
        (",@(1,2,3)", [1, 2, 3]),
        ("@{a = 1; b = @{c = 2}}", {"a": 1, "b": {"c": 2}}),
        ("[uri]'http://example.org/a'", "http://example.org/a"),
        (",[byte[]](1, 2, 255)", b"\x01\x02\xff"),
    ],
)
def test_values_arrive_as_what_they_are(pool, script, expected):
    (found,) = values(pool, script)
    assert (str(found) if "guid" in script else found) == expected


def test_a_type_and_a_command_arrive_as_objects(pool):
    (kind,) = values(pool, "[System.Uri]")
    assert (str(kind), kind.adapted_properties["FullName"]) == ("System.Uri", "System.Uri")
    (command,) = values(pool, "Get-Command Get-VM")
    assert command.adapted_properties["Module"] == "Hyper-V"


def test_several_runspaces_run_pipelines_at_the_same_time(host, wsman):
    with RunspacePool(wsman, max_runspaces=3) as pool:
        started = [PowerShell(pool) for _ in range(3)]
        for ps in started:
            ps.add_script("while (-not (Get-VM -Name go -ErrorAction Ignore)) { }; 'gone'")
            ps.begin_invoke()
        assert pool.get_available_runspaces() == 0
        run_elsewhere(host, "New-VM -Name go -MemoryStartupBytes 512MB")
        for ps in started:
            assert ps.end_invoke() == ["gone"]


def run_elsewhere(host, script: str) -> None:
    """Run a script through a connection and a WinRS shell of its own."""
    with Client(
        "127.0.0.1", port=host.http_port, ssl=False, username=USER, password=PASSWORD, auth="ntlm"
    ) as client:
        _, error, code = client.execute_cmd(f"powershell -Command {script}")
        assert (error, code) == ("", 0)


def test_pipelines_wait_for_a_runspace_and_run_in_order(pool):
    first, second = PowerShell(pool), PowerShell(pool)
    first.add_script("Start-Sleep -Milliseconds 50; 'first'")
    second.add_script("'second'")
    first.begin_invoke()
    second.begin_invoke()
    assert second.end_invoke() == ["second"]
    assert first.end_invoke() == ["first"]


def test_a_nested_pipeline_runs_in_the_middle_of_a_running_one(serve):
    host = serve(clock="real")
    with connect(host) as connection, RunspacePool(connection) as pool:
        outer = PowerShell(pool)
        outer.add_script("$i = 0; while ($true) { $i++ }")
        outer.begin_invoke()
        inner = outer.create_nested_power_shell()
        inner.add_cmdlet("Get-Variable").add_parameter("Name", "i")
        (variable,) = inner.invoke()
        assert variable.adapted_properties["Value"] >= 0
        outer.stop()
        assert outer.state == PSInvocationState.STOPPED
        assert values(pool, "'alive'") == ["alive"]


@pytest.mark.parametrize(
    "script", ["while ($true) { }", "Start-Sleep 3600", "1..1e9 | ForEach-Object { $_ }"]
)
def test_stop_ends_a_running_pipeline_at_once(serve, script):
    host = serve(clock="real")
    with connect(host) as connection, RunspacePool(connection) as pool:
        ps = PowerShell(pool)
        ps.add_script(script)
        ps.begin_invoke()
        began = time.monotonic()
        ps.stop()
        assert values(pool, "'alive'") == ["alive"]
        assert time.monotonic() - began < 3


def test_a_long_pipeline_outlives_the_operation_timeout(serve):
    host = serve(clock="real")
    with connect(host, operation_timeout=1, read_timeout=5) as connection, RunspacePool(connection) as pool:
        assert values(pool, "Start-Sleep -Milliseconds 1500; 'late'") == ["late"]


def test_a_script_of_600_kb_arrives_in_fragments(pool):
    text = "x" * 600_000
    assert values(pool, f"'{text}'.Length") == [600_000]


def test_large_output_arrives_in_fragments(pool):
    (text,) = values(pool, "'y' * 700000")
    assert len(text) == 700_000


def test_a_small_envelope_gets_smaller_fragments(host):
    with connect(host, max_envelope_size=8192) as connection, RunspacePool(connection) as pool:
        (text,) = values(pool, "'z' * 50000")
    assert len(text) == 50_000


def test_history_flag_and_no_history_both_run(pool):
    ps = PowerShell(pool)
    ps.add_script("'kept'")
    assert ps.invoke(add_to_history=True) == ["kept"]


def test_thousands_of_objects_do_not_get_lost_when_the_client_is_slow(pool):
    ps = PowerShell(pool)
    ps.add_script("1..3000 | ForEach-Object { [pscustomobject]@{ Number = $_; Text = 'x' * 2000 } }")
    ps.begin_invoke()
    time.sleep(0.3)
    ps.end_invoke()
    assert [one.extended_properties["Number"] for one in ps.output] == list(range(1, 3001))


def test_a_secure_string_and_a_credential_travel_both_ways(pool):
    pool.exchange_keys()
    secret = pool.serialize("S3cret \U0001f600", ObjectMeta("SS"))
    ps = PowerShell(pool)
    ps.add_script(
        "param($s) (New-Object System.Management.Automation.PSCredential 'me', $s).GetNetworkCredential().Password; $s"
    )
    ps.add_parameter("s", secret)
    plain, again = ps.invoke()
    assert plain == "S3cret \U0001f600"
    assert again == "S3cret \U0001f600"


def test_command_metadata_describes_parameters(pool):
    found = pool.get_command_metadata("Get-VM", CommandType.CMDLET)
    (metadata,) = found
    assert metadata.name == "Get-VM"
    assert metadata.namespace == "Hyper-V"
    parameters = {str(name): one for name, one in metadata.parameters.items()}
    assert "Name" in parameters
    assert parameters["Verbose"].switch_parameter


def test_command_metadata_takes_patterns_and_types(pool):
    values(pool, "function Get-MyThing { }")
    functions = pool.get_command_metadata("Get-My*", CommandType.FUNCTION)
    assert [one.name for one in functions] == ["Get-MyThing"]
    assert {one.name for one in pool.get_command_metadata("*-VMSwitch", CommandType.CMDLET)} >= {
        "Get-VMSwitch",
        "New-VMSwitch",
    }


def test_virtual_machines_arrive_with_their_properties(pool):
    values(pool, "New-VM -Name shown -MemoryStartupBytes 1GB -Generation 2 | Start-VM")
    (vm,) = values(pool, "Get-VM shown")
    assert vm.types[0] == "Microsoft.HyperV.PowerShell.VirtualMachine"
    assert vm.adapted_properties["Name"] == "shown"
    assert vm.adapted_properties["State"] == "Running"
    assert vm.adapted_properties["MemoryStartup"] == 1 << 30
    assert vm.extended_properties["VMName"] == "shown"


def test_a_machine_made_over_remoting_is_seen_by_wql(wsman, pool):
    values(pool, "New-VM -Name both -MemoryStartupBytes 1GB")
    found = query(
        wsman,
        "root/virtualization/v2",
        "SELECT ElementName FROM Msvm_ComputerSystem WHERE ElementName = 'both'",
    )
    assert [[child.text for child in item] for item in found] == [["both"]]


def test_native_programs_run_in_a_remote_session(pool):
    ps = run(pool, "hostname; cmd /c 'echo hello & exit 3'; $LASTEXITCODE")
    assert ps.output[1:] == ["hello ", 3]


SAME_OBJECTS = r"""
$nouns = 'Disk', 'PhysicalDisk', 'Partition', 'Volume', 'StoragePool', 'VirtualDisk', 'ResiliencySetting',
    'StorageSubSystem'
foreach ($noun in $nouns) {
    $shown = @(& "Get-$noun")
    $instances = @(Get-CimInstance -Namespace root/Microsoft/Windows/Storage -ClassName "MSFT_$noun")
    if ($shown.Count -eq 0 -or $shown.Count -ne $instances.Count) {
        "$noun`: $($shown.Count) and $($instances.Count)"
    }
    for ($place = 0; $place -lt $shown.Count; $place++) {
        $names = $shown[$place].PSObject.Properties | ForEach-Object Name
        foreach ($property in $instances[$place].CimInstanceProperties) {
            $value = $shown[$place].($property.Name)
            $isWord = @($value)[0] -is [string] -and "$($property.CimType)" -notlike 'String*'
            $isWord = $isWord -or $value -is [char]
            if ($names -notcontains $property.Name) { "$noun has no $($property.Name)" }
            elseif (-not $isWord -and $null -ne $property.Value -and "$value" -ne "$($property.Value)") {
                "$noun $($property.Name): $value and $($property.Value)"
            }
        }
    }
}
"""


def test_the_storage_cmdlets_show_what_the_classes_of_wmi_have(serve):
    machine = serve(
        yaml="""
extends: windows-server-2022-datacenter
hardware:
  disks:
    - {model: DELLBOSS VD, size: 480 GB, volumes: [{drive_letter: C, used: 20 GB}]}
    - {model: PERC H755, size: 100 GB}
    - {model: PERC H755, size: 100 GB}
inventory: {virtual_switches: [], virtual_disks: [], virtual_machines: []}
"""
    )
    with connect(machine) as connection, RunspacePool(connection) as opened:
        values(
            opened,
            "$drives = Get-PhysicalDisk -CanPool $true | Select-Object -First 1;"
            " $null = New-StoragePool -FriendlyName lab -StorageSubSystemFriendlyName *Windows*"
            " -PhysicalDisks $drives;"
            " $null = New-VirtualDisk -StoragePoolFriendlyName lab -FriendlyName data -Size 10GB"
            " -ResiliencySettingName Simple",
        )
        assert values(opened, SAME_OBJECTS) == []
        # What comes through the pipeline is found again, by the identifiers of the object.
        for noun in ("Disk", "Partition", "VirtualDisk"):
            again = f"(Get-{noun} | Get-{noun} | ForEach-Object UniqueId) -join ' '"
            assert values(opened, again) == values(opened, again.replace(f" | Get-{noun}", ""))
