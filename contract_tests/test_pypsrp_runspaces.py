"""PowerShell remoting through unmodified pypsrp: runspace pools, pipelines, streams, host calls, sessions."""

# ruff: noqa: N802, ARG002 -- names and parameters of the host's methods are those of pypsrp's interface

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import PASSWORD, USER
from pypsrp.client import Client
from pypsrp.complex_objects import CommandType, ObjectMeta, PSInvocationState
from pypsrp.exceptions import InvalidPSRPOperation, WSManFaultError
from pypsrp.host import PSHost, PSHostUserInterface
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.wsman import WSMan
from test_pypsrp import query


def connect(host, *, ssl: bool = False, auth: str = "ntlm", **options) -> WSMan:
    return WSMan(
        "127.0.0.1",
        port=host.https_port if ssl else host.http_port,
        ssl=ssl,
        username=USER,
        password=PASSWORD,
        auth=auth,
        cert_validation=False,
        **options,
    )


@pytest.fixture
def wsman(host):
    with connect(host) as connection:
        yield connection


@pytest.fixture
def pool(wsman):
    with RunspacePool(wsman) as opened:
        yield opened


def run(pool: RunspacePool, script: str, given=None, **parameters) -> PowerShell:
    """Invoke a script; what it wrote is in `.output` and `.streams`."""
    ps = PowerShell(pool)
    ps.add_script(script)
    for name, value in parameters.items():
        ps.add_parameter(name, value)
    ps.invoke(given)
    return ps


def values(pool: RunspacePool, script: str, **parameters) -> list:
    ps = run(pool, script, **parameters)
    assert not ps.had_errors, [str(error) for error in ps.streams.error]
    assert not ps.streams.error, [str(error) for error in ps.streams.error]
    return list(ps.output)


# Opening and the pool itself


def test_an_opened_pool_tells_the_servers_versions(pool):
    table = pool.application_private_data.data["PSVersionTable"]
    assert pool.protocol_version == "2.3"
    assert table["PSVersion"] == "5.1.20348.1"
    assert table["PSRemotingProtocolVersion"] == "2.3"


@pytest.mark.parametrize("auth", ["negotiate", "ntlm"])
def test_a_pool_over_https(host, auth):
    with connect(host, ssl=True, auth=auth) as connection, RunspacePool(connection) as pool:
        assert values(pool, "1 + 1") == [2]


def test_a_pool_over_basic_in_the_clear(basic_host):
    with (
        connect(basic_host, auth="basic", encryption="never") as connection,
        RunspacePool(connection) as pool,
    ):
        assert values(pool, "$env:USERNAME") == [USER]


@pytest.mark.parametrize(
    ("profile", "version"),
    [("windows-server-2008r2-enterprise", "2.1"), ("windows-server-2012-datacenter", "2.2")],
)
def test_an_older_release_speaks_its_own_protocol_version(serve, profile, version):
    host = serve(profile)
    with connect(host) as connection, RunspacePool(connection) as pool:
        assert pool.protocol_version == version
        ps = run(pool, "Write-Host 'seen'; 'done'")
    assert ps.output == ["done"]
    assert ps.streams.information == []


def test_an_unknown_session_configuration_is_named_in_the_fault(wsman):
    pool = RunspacePool(wsman, configuration_name="No.Such")
    with pytest.raises(WSManFaultError) as caught:
        pool.open()
    assert caught.value.code == 0x8033803B
    assert "Cannot find the No.Such session configuration" in caught.value.message


def test_the_32_bit_configuration_exists_and_the_workflow_one_is_a_gap(host, wsman):
    with RunspacePool(wsman, configuration_name="microsoft.powershell32") as pool:
        assert values(pool, "$PSSenderInfo.ConfigurationName") == ["microsoft.powershell32"]
    with pytest.raises(WSManFaultError):
        RunspacePool(wsman, configuration_name="microsoft.powershell.workflow").open()
    assert any("workflow" in gap for gap in host.machine.gaps.counts("ws-management"))


def test_application_arguments_reach_the_script(wsman):
    pool = RunspacePool(wsman)
    pool.open(application_arguments={"colour": "blue", "size": 3})
    try:
        assert values(pool, "$PSSenderInfo.ApplicationArguments.colour") == ["blue"]
        assert values(pool, "$PSSenderInfo.ApplicationArguments.size + 1") == [4]
        (name,) = values(pool, "$PSSenderInfo.UserInfo.Identity.Name")
        assert name.endswith(f"\\{USER}")
    finally:
        pool.close()


def test_runspaces_are_counted_and_limited(pool):
    assert pool.get_available_runspaces() == 1
    pool.max_runspaces = 5
    assert pool.get_available_runspaces() == 5
    pool.min_runspaces = 2
    with pytest.raises(InvalidPSRPOperation):
        pool.max_runspaces = -1
    with pytest.raises(InvalidPSRPOperation):
        pool.min_runspaces = -1


def test_resetting_the_state_forgets_variables(pool):
    values(pool, "$kept = 5; function keep { 7 }")
    assert values(pool, "$kept; keep") == [5, 7]
    pool.reset_runspace_state()
    assert values(pool, "$null -eq $kept; keep; $PSVersionTable.PSVersion.Major") == [True, 7, 5]


def test_is_alive_follows_the_shell(host, pool):
    assert pool.is_alive()
    host.shells.reset()
    assert not pool.is_alive()


def test_the_pool_is_a_process_of_the_machine_until_it_closes(wsman):
    query_text = "SELECT Name, ProcessId FROM Win32_Process WHERE Name = 'wsmprovhost.exe'"
    with RunspacePool(wsman) as pool:
        found = query(wsman, "root/cimv2", query_text)
        identifiers = [child.text for item in found for child in item if child.tag.endswith("ProcessId")]
        assert [int(one) for one in identifiers] == values(pool, "$PID")
    assert query(wsman, "root/cimv2", query_text) == []


# Pipelines


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


# Secrets


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


# Host


class Answers(PSHostUserInterface):
    """A user who answers, and a screen that remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[str] = []
        self.asked: list[tuple] = []

    def ReadLine(self, runspace, pipeline):
        return "typed"

    def ReadLineAsSecureString(self, runspace, pipeline):
        runspace.exchange_keys()
        return runspace.serialize("hidden", ObjectMeta("SS"))

    def Write1(self, runspace, pipeline, value):
        self.written.append(value)

    def Write2(self, runspace, pipeline, foreground_color, background_color, value):
        self.written.append(f"{foreground_color}:{value}")

    def WriteLine1(self, runspace, pipeline):
        self.written.append("\n")

    def WriteLine2(self, runspace, pipeline, value):
        self.written.append(value + "\n")

    def WriteLine3(self, runspace, pipeline, foreground_color, background_color, value):
        self.written.append(f"{foreground_color}:{value}\n")

    def WriteErrorLine(self, runspace, pipeline, message):
        self.written.append(f"error {message}")

    def Prompt(self, runspace, pipeline, caption, message, description):
        self.asked.append(("Prompt", caption, [field.extended_properties["name"] for field in description]))
        return {field.extended_properties["name"]: "prompted" for field in description}

    def PromptForChoice(self, runspace, pipeline, caption, message, choices, default_choice):
        labels = [choice.extended_properties["label"] for choice in choices]
        self.asked.append(("PromptForChoice", caption, labels))
        return 1


@pytest.fixture
def user():
    return Answers()


@pytest.fixture
def interactive_pool(wsman, user):
    host = PSHost(None, None, False, "client", None, user, "1.0")
    with RunspacePool(wsman, host=host) as opened:
        yield opened


def test_the_clients_host_shows_what_the_script_writes(interactive_pool, user):
    values(
        interactive_pool,
        "Write-Host plain; Write-Host -NoNewline part; Write-Host red -ForegroundColor Red; "
        "$Host.UI.Write('raw'); $Host.UI.WriteLine(); $Host.UI.WriteErrorLine('bad')",
    )
    assert user.written == ["plain\n", "part", "12:red\n", "raw", "\n", "error bad"]


def test_the_clients_host_answers_questions(interactive_pool, user):
    found = values(
        interactive_pool,
        """
        $Host.UI.ReadLine()
        Read-Host
        Read-Host 'Your name'
        $secret = Read-Host -AsSecureString
        (New-Object System.Management.Automation.PSCredential 'u', $secret).GetNetworkCredential().Password
        $choices = [System.Management.Automation.Host.ChoiceDescription[]]('&Yes', '&No')
        $Host.UI.PromptForChoice('Sure?', 'Really', $choices, 0)
        """,
    )
    assert found == ["typed", "typed", "prompted", "hidden", 1]
    assert ("Prompt", "", ["Your name"]) in user.asked
    assert ("PromptForChoice", "Sure?", ["&Yes", "&No"]) in user.asked


def test_confirmation_asks_the_clients_host(interactive_pool, user):
    values(interactive_pool, "New-VM -Name doomed -MemoryStartupBytes 512MB | Out-Null")
    values(interactive_pool, "Remove-VM -Name doomed -Confirm")
    assert any(kind == "PromptForChoice" for kind, *_ in user.asked)
    assert values(interactive_pool, "@(Get-VM -Name doomed -ErrorAction Ignore).Count") == [0]


def test_without_a_host_a_question_is_an_error_and_text_is_dropped(pool):
    ps = run(pool, "Write-Host quiet; $Host.UI.WriteLine('quiet'); Read-Host 'Name'")
    assert "does not support user interaction" in str(ps.streams.error[0])


# Get-Command metadata


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


# Sessions that are left and found again


def test_disconnect_and_reconnect_by_the_same_client(pool):
    values(pool, "$x = 'kept'")
    pool.disconnect()
    with pytest.raises(WSManFaultError) as caught:
        pool.shell.receive("stdout")
    assert caught.value.code == 0x803381C4
    pool.connect()
    assert values(pool, "$x") == ["kept"]


def test_another_client_finds_a_disconnected_pool_and_its_pipelines(serve):
    host = serve(clock="real")
    with connect(host) as one:
        pool = RunspacePool(one)
        pool.open()
        values(pool, "$x = 'kept'")
        ps = PowerShell(pool)
        ps.add_script("'a'; Start-Sleep -Milliseconds 300; 'b'")
        ps.begin_invoke()
        pool.disconnect()
    with connect(host) as other:
        (found,) = RunspacePool.get_runspace_pools(other)
        assert found.id == pool.id
        (left,) = found.create_disconnected_power_shells()
        found.connect()
        left.connect()
        assert left.end_invoke() == ["a", "b"]
        assert values(found, "$x") == ["kept"]
        found.close()
        assert RunspacePool.get_runspace_pools(other) == []


def test_a_receive_that_waits_ends_when_the_pool_is_disconnected(host, wsman):
    with connect(host) as other, RunspacePool(wsman) as pool:
        codes: list[int] = []

        def wait() -> None:
            shell = pool.shell
            try:
                other.receive(shell.resource_uri, receive_body(), selector_set=shell._selector_set)
            except WSManFaultError as fault:
                codes.append(fault.code)

        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(0.2)
        pool.disconnect()
        waiting.join(5)
        assert codes == [0x803381DE]
        pool.connect()


def receive_body():
    import xml.etree.ElementTree as ElementTree

    space = "{http://schemas.microsoft.com/wbem/wsman/1/windows/shell}"
    body = ElementTree.Element(f"{space}Receive")
    ElementTree.SubElement(body, f"{space}DesiredStream").text = "stdout"
    return body


def test_closing_the_pool_ends_what_runs_in_it(serve):
    host = serve(clock="real")
    with connect(host) as connection:
        pool = RunspacePool(connection)
        pool.open()
        ps = PowerShell(pool)
        ps.add_script("while ($true) { Start-Sleep 1 }")
        ps.begin_invoke()
        pool.close()
    deadline = time.monotonic() + 5
    while any(t.name.startswith("pipeline-") for t in threading.enumerate()):
        assert time.monotonic() < deadline
        time.sleep(0.01)


# The machine through two doors


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


# pypsrp's high-level client


@pytest.fixture
def client(host):
    with Client(
        "127.0.0.1", port=host.http_port, ssl=False, username=USER, password=PASSWORD, auth="ntlm"
    ) as opened:
        yield opened


def test_execute_ps_formats_and_reports_errors(client):
    output, streams, had_errors = client.execute_ps("Get-VM | Select-Object -First 1 Name; Write-Warning w")
    assert "Name" in output
    assert not had_errors
    assert [one.message for one in streams.warning] == ["w"]
    _, streams, had_errors = client.execute_ps("$ErrorActionPreference = 'Stop'; Get-VM nowhere")
    assert had_errors
    assert "nowhere" in str(streams.error[0])


def test_execute_cmd(client):
    assert client.execute_cmd("echo hi") == ("hi\r\n", "", 0)


def test_copy_and_fetch_a_file(client, tmp_path: Path):
    source = tmp_path / "source.bin"
    source.write_bytes(bytes(range(256)) * 700)
    # The script also reaches for private members by reflection, which are not here; it goes on without.
    with pytest.warns(UserWarning, match="MaximumAllowedMemory"):
        client.copy(str(source), "C:\\Windows\\Temp\\copied.bin")
    back = tmp_path / "back.bin"
    client.fetch("C:\\Windows\\Temp\\copied.bin", str(back))
    assert back.read_bytes() == source.read_bytes()


def test_twenty_connections_in_parallel(host):
    def one(number: int) -> list:
        with connect(host) as connection, RunspacePool(connection) as pool:
            return values(pool, f"{number} * 2; (Get-VM).Count -gt 0")

    with ThreadPoolExecutor(20) as workers:
        results = list(workers.map(one, range(20)))
    assert results == [[number * 2, True] for number in range(20)]


def test_more_pools_than_the_quota_are_refused(serve):
    host = serve("windows-server-2012r2-datacenter")
    opened: list[RunspacePool] = []
    with connect(host) as connection:
        with pytest.raises(WSManFaultError) as caught:  # noqa: PT012 -- any of them may be the one too many
            for _ in range(30):
                pool = RunspacePool(connection)
                pool.open()
                opened.append(pool)
        assert caught.value.code == "w:QuotaLimit"
        assert len(opened) == 25
        for pool in opened:
            pool.close()


def test_an_interactive_session_the_way_enter_pssession_does_it(interactive_pool, user):
    """Prompt, command with Out-Default, prompt again."""

    def line(text: str) -> list:
        ps = PowerShell(interactive_pool)
        ps.add_script(text)
        ps.add_cmdlet("Out-Default")
        ps.merge_previous(True)
        return ps.invoke(add_to_history=True)

    assert values(interactive_pool, "prompt") == [f"PS C:\\Users\\{USER}\\Documents> "]
    assert line("$x = 1 + 1; $x") == []
    assert user.written == ["2\n"]
    assert line("Get-VM nowhere") == []
    assert "nowhere" in "".join(user.written)


def test_tabexpansion2_answers_an_interactive_client(pool):
    powershell = PowerShell(pool)
    powershell.add_cmdlet("TabExpansion2")
    powershell.add_parameters({"inputScript": "Get-VMSwi", "cursorColumn": 9, "options": None})
    output = powershell.invoke()
    assert not powershell.had_errors, [str(one) for one in powershell.streams.error]
    properties = output[0].adapted_properties
    assert (properties["ReplacementIndex"], properties["ReplacementLength"]) == (0, 9)
    powershell = PowerShell(pool)
    powershell.add_cmdlet("TabExpansion2").add_argument("Get-VMSwi").add_argument(9)
    powershell.add_cmdlet("Select-Object").add_parameter("ExpandProperty", "CompletionMatches")
    first = powershell.invoke()[0].adapted_properties
    assert (first["CompletionText"], first["ListItemText"]) == ("Get-VMSwitch", "Get-VMSwitch")
