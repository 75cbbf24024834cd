"""A runspace pool and its pipelines, seen by psrpcore's client."""

from __future__ import annotations

import threading
import time
import uuid

import psrpcore
import psrpcore.types as ps
import pytest

from emulator.host.winrm.session_configurations import new_plugin
from emulator.shells import ShellSettings
from emulator.shells.errors import (
    Aborted,
    CommandNotFound,
    ConfigurationNotEmulated,
    IdentifierInUse,
    InvalidShellParameter,
    ProtocolVersionMismatch,
    ProtocolVersionMissing,
    ProtocolViolation,
    ShellDisconnected,
    ShellNotFound,
    StreamDisconnected,
    TimedOut,
    TooManyShells,
    UnknownConfiguration,
)
from emulator.shells.powershell import PoolRequest
from emulator.shells.powershell.output_queue import MAXIMUM_WAITING

SETTINGS = ShellSettings(input_streams=("stdin", "pr"), output_streams=("stdout",), has_chosen_id=True)


def state_of(events):
    """The last pipeline state among events."""
    return of_type(events, ps.PSRPMessageType.PipelineState)[-1].state


def of_type(events, kind):
    return [one for one in events if one.message_type == kind]


def identifier_of(pipeline) -> str:
    return str(pipeline.pipeline_id).upper()


def test_opening_negotiates_and_tells_the_versions(remote):
    table = remote.client.application_private_data["PSVersionTable"]
    assert str(table["PSVersion"]) == "5.1.20348.1"
    assert str(remote.client.their_capability.protocolversion) == "2.3"


@pytest.mark.parametrize(
    ("version", "error"), [(None, ProtocolVersionMissing), ("3.0", ProtocolVersionMismatch)]
)
def test_the_protocol_version_is_checked(service, account, version, error):
    with pytest.raises(error):
        service.create_pool(account, "Microsoft.PowerShell", "::1", SETTINGS, PoolRequest(b"", version))


@pytest.mark.parametrize(
    ("name", "error"),
    [("No.Such", UnknownConfiguration), ("microsoft.powershell.workflow", ConfigurationNotEmulated)],
)
def test_session_configurations_are_checked(service, account, name, error):
    with pytest.raises(error):
        service.create_pool(account, name, "::1", SETTINGS, PoolRequest(b"", "2.3"))


def test_scripts_keep_state_and_a_failure_ends_only_its_pipeline(remote):
    remote.run("$x = 1")
    failed = remote.finish(remote.begin("throw 'no'"))
    assert state_of(failed) == ps.PSInvocationState.Failed
    assert str(failed[-1].reason) == "no"
    assert remote.run("$x + 1") == [2]


def test_a_finished_pipeline_is_known_for_signals_and_unknown_for_receives(remote):
    pipeline = remote.begin("1")
    remote.finish(pipeline)
    with pytest.raises(CommandNotFound):
        remote.receive(identifier_of(pipeline))
    remote.pool.terminate(identifier_of(pipeline))
    with pytest.raises(CommandNotFound):
        remote.pool.terminate(str(uuid.uuid4()).upper())


def test_an_id_is_used_once(remote):
    pipeline = remote.begin("1")
    remote.finish(pipeline)
    with pytest.raises(IdentifierInUse):
        remote.pool.run(b"", identifier_of(pipeline))


def test_nothing_to_receive_is_a_time_out(remote):
    with pytest.raises(TimedOut):
        remote.receive(timeout=0.01)


@pytest.mark.parametrize("stream", ["stdout", "other"])
def test_streams_that_a_pool_does_not_have_are_refused(remote, stream):
    with pytest.raises(InvalidShellParameter):
        remote.pool.send(None, stream, b"")
    with pytest.raises(InvalidShellParameter):
        remote.pool.receive(None, ("stderr",), 0, 1000)


@pytest.mark.parametrize("data", [b"x", b"\x00" * 61])
def test_malformed_data_is_refused_and_the_pool_lives_on(remote, data):
    with pytest.raises(ProtocolViolation):
        remote.pool.send(None, "stdin", data)
    assert remote.run("1") == [1]


def test_input_is_streamed_and_can_end_late(remote):
    pipeline = remote.begin("process { $_ * 2 } end { 'end' }", no_input=False)
    pipeline.send(21)
    remote.flush(pipeline)
    (event,) = of_type(remote.receive(identifier_of(pipeline)), ps.PSRPMessageType.PipelineOutput)
    assert event.data == 42
    pipeline.send_eof()
    remote.flush(pipeline)
    assert [one.data for one in of_type(remote.finish(pipeline), ps.PSRPMessageType.PipelineOutput)] == [
        "end"
    ]


@pytest.mark.parametrize(
    "script", ["while ($true) { }", "Start-Sleep 3600", "$input | % { $_ }", "Read-Host"]
)
def test_stop_ends_what_waits_and_what_works(open_remote, script):
    host = ps.HostInfo(IsHostNull=False, IsHostUINull=False, IsHostRawUINull=True, UseRunspaceHost=False)
    remote = open_remote(host=host)
    pipeline = remote.begin(script, no_input="$input" not in script)
    time.sleep(0.05)
    remote.pool.interrupt(identifier_of(pipeline))
    events = remote.finish(pipeline)
    assert state_of(events) == ps.PSInvocationState.Stopped
    assert "stopped" in str(events[-1].reason)
    assert remote.run("'alive'") == ["alive"]


def test_a_pipeline_that_waits_for_a_runspace_can_be_stopped(remote):
    first = remote.begin("while ($true) { }")
    second = remote.begin("'never'")
    remote.pool.interrupt(identifier_of(second))
    assert state_of(remote.finish(second)) == ps.PSInvocationState.Stopped
    remote.pool.terminate(identifier_of(first))


def test_a_client_that_does_not_receive_makes_the_script_wait_and_stop_releases_it(remote):
    remote.run("$global:n = 0")
    pipeline = remote.begin("while ($true) { $global:n++; 'x' * 100000 }")
    queue = remote.pool._pipelines[identifier_of(pipeline)].queue
    deadline = time.monotonic() + 10
    while queue.waiting < MAXIMUM_WAITING and time.monotonic() < deadline:
        time.sleep(0.01)
    full = queue.waiting
    time.sleep(0.1)
    assert queue.waiting == full < MAXIMUM_WAITING + 300_000
    remote.pool.terminate(identifier_of(pipeline))
    assert remote.run("$global:n -gt 10 -and $global:n -lt 100") == [True]


def test_runspaces_are_counted_added_and_shared(open_remote):
    remote = open_remote(max_runspaces=2)
    started = [remote.begin("while (-not $stop) { }") for _ in range(2)]
    remote.client.get_available_runspaces()
    remote.flush()
    (event,) = remote.receive()
    assert event.count == 0
    for pipeline in started:
        remote.pool.interrupt(identifier_of(pipeline))
        remote.finish(pipeline)


def test_history_and_variables_are_reset_only_while_nothing_runs(remote):
    remote.run("$x = 1")
    busy = remote.begin("while ($true) { }")
    remote.client.reset_runspace_state()
    remote.flush()
    (refused,) = remote.receive()
    assert refused.success is False
    remote.pool.interrupt(identifier_of(busy))
    remote.finish(busy)
    remote.client.reset_runspace_state()
    remote.flush()
    (done,) = remote.receive()
    assert done.success is True
    assert remote.run("$null -eq $x") == [True]


def test_the_session_key_protects_secure_strings_both_ways(remote):
    remote.client.exchange_key()
    remote.flush()
    remote.receive()
    pipeline = psrpcore.ClientPowerShell(remote.client)
    pipeline.add_script("param($c) $c.GetNetworkCredential().Password; $c.Password")
    pipeline.add_parameter("c", ps.PSCredential("me", ps.PSSecureString("secret")))
    remote.invoke(pipeline)
    plain, secret = (one.data for one in of_type(remote.finish(pipeline), ps.PSRPMessageType.PipelineOutput))
    assert plain == "secret"
    assert secret.decrypt() == "secret"


def test_a_secure_string_asks_for_the_key_first(remote):
    pipeline = remote.begin("$s = New-Object System.Security.SecureString; $s.AppendChar('x'); $s")
    (asked,) = remote.receive()
    assert asked.message_type == ps.PSRPMessageType.PublicKeyRequest
    remote.client.exchange_key()
    remote.flush()
    remote.receive()
    (event,) = of_type(remote.finish(pipeline), ps.PSRPMessageType.PipelineOutput)
    assert event.data.decrypt() == "x"


def test_a_host_call_waits_for_its_answer(open_remote):
    host = ps.HostInfo(IsHostNull=False, IsHostUINull=False, IsHostRawUINull=False, UseRunspaceHost=False)
    remote = open_remote(host=host)
    pipeline = remote.begin(
        "$Host.UI.RawUI.WindowSize.Width; $Host.UI.RawUI.CursorPosition = New-Object System.Management.Automation.Host.Coordinates 3, 4"
    )
    (call,) = remote.receive(identifier_of(pipeline))
    assert (call.method_identifier.name, call.ci) == ("GetWindowSize", 1)
    remote.client.host_response(call.ci, return_value=ps.Size(Width=132, Height=50))
    remote.flush(pipeline, "pr")
    events = remote.finish(pipeline)
    assert events[0].data == 132
    moved = of_type(events, ps.PSRPMessageType.PipelineHostCall)[0]
    assert (moved.method_identifier.name, moved.ci) == ("SetCursorPosition", -100)
    assert (moved.method_parameters[0].X, moved.method_parameters[0].Y) == (3, 4)


def test_an_error_of_the_clients_host_is_an_error_of_the_script(open_remote):
    host = ps.HostInfo(IsHostNull=False, IsHostUINull=False, IsHostRawUINull=True, UseRunspaceHost=False)
    remote = open_remote(host=host)
    pipeline = remote.begin('try { $Host.UI.ReadLine() } catch { "caught $($_.Exception.Message)" }')
    (call,) = remote.receive(identifier_of(pipeline))
    failure = ps.ErrorRecord(
        Exception=ps.NETException("no keyboard"),
        CategoryInfo=ps.ErrorCategoryInfo(),
        FullyQualifiedErrorId="NoKeyboard",
    )
    remote.client.host_response(call.ci, error_record=failure)
    remote.flush(pipeline, "pr")
    (event,) = of_type(remote.finish(pipeline), ps.PSRPMessageType.PipelineOutput)
    assert "no keyboard" in event.data


def test_exit_tells_the_clients_host(remote):
    events = remote.finish(remote.begin("exit 7"))
    (call,) = of_type(events, ps.PSRPMessageType.PipelineHostCall)
    assert (call.method_identifier.name, list(call.method_parameters)) == ("SetShouldExit", [7])
    assert state_of(events) == ps.PSInvocationState.Completed


def test_a_nested_pipeline_runs_in_the_middle(remote):
    outer = remote.begin("$i = 1; 'begun'; while ($true) { $i++ }")
    assert remote.receive(identifier_of(outer))
    inner = remote.begin("$i -gt 0; $i = 'seen'", is_nested=True)
    assert [one.data for one in of_type(remote.finish(inner), ps.PSRPMessageType.PipelineOutput)] == [True]
    remote.pool.interrupt(identifier_of(outer))
    remote.finish(outer)


def test_stopping_the_outer_pipeline_ends_it_though_a_nested_one_runs(remote):
    outer = remote.begin("'begun'; while ($true) { }")
    assert remote.receive(identifier_of(outer))
    inner = remote.begin("'begun'; while ($true) { }", is_nested=True)
    assert remote.receive(identifier_of(inner))
    remote.pool.interrupt(identifier_of(outer))
    assert state_of(remote.finish(outer)) == ps.PSInvocationState.Stopped
    assert state_of(remote.finish(inner)) == ps.PSInvocationState.Stopped
    assert remote.run("'alive'") == ["alive"]


def test_a_stop_that_comes_late_does_not_hit_the_next_pipeline(remote):
    for _ in range(20):
        pipeline = remote.begin("1")
        remote.pool.interrupt(identifier_of(pipeline))
        events = remote.finish(pipeline)
        assert state_of(events) in (ps.PSInvocationState.Stopped, ps.PSInvocationState.Completed)
        assert remote.run("1..2000 | % { $_ } | Measure-Object | % Count") == [2000]


def test_pipelines_that_nobody_receives_are_forgotten_in_the_end(remote):
    for _ in range(80):
        remote.begin("1")
    deadline = time.monotonic() + 20
    while remote.pool.running and time.monotonic() < deadline:
        time.sleep(0.01)
    remote.run("2")
    assert len(remote.pool.command_rows()) <= 65


# Leaving and coming back


def test_a_disconnected_pool_refuses_requests_until_the_client_is_back(remote):
    remote.run("$x = 1")
    remote.pool.disconnect()
    with pytest.raises(ShellDisconnected):
        remote.receive(timeout=0)
    with pytest.raises(ShellDisconnected):
        remote.pool.run(b"")
    remote.pool.reconnect()
    assert remote.run("$x") == [1]


def test_a_receive_that_waits_hears_of_the_disconnection(remote):
    problems: list[Exception] = []

    def wait() -> None:
        try:
            remote.pool.receive(None, ("stdout",), 30, 1000)
        except StreamDisconnected as problem:
            problems.append(problem)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not remote.pool._active:
        time.sleep(0.001)
    remote.pool.disconnect()
    waiting.join(5)
    assert len(problems) == 1


def test_output_goes_on_while_nobody_is_there(remote):
    pipeline = remote.begin("Start-Sleep -Milliseconds 50; 'later'")
    remote.pool.disconnect()
    queue = remote.pool._pipelines[identifier_of(pipeline)].queue
    deadline = time.monotonic() + 10
    while not queue.waiting and time.monotonic() < deadline:
        time.sleep(0.01)
    assert queue.waiting
    remote.pool.reconnect()
    assert [one.data for one in of_type(remote.finish(pipeline), ps.PSRPMessageType.PipelineOutput)] == [
        "later"
    ]


def test_another_client_connects_with_its_own_messages(remote):
    remote.run("$x = 'kept'")
    remote.pool.disconnect()
    other = psrpcore.ClientRunspacePool(runspace_pool_id=remote.client.runspace_pool_id)
    other.connect()
    data = b""
    while (payload := other.data_to_send()) is not None:
        data += payload.data
    answer = remote.pool.connect_pool(data, "2.3")
    remote.client = other
    other.receive_data(psrpcore.PSRPPayload(answer, psrpcore.StreamType.default, None))
    kinds = []
    while (event := other.next_event()) is not None:
        kinds.append(event.message_type.name)
    assert kinds == ["SessionCapability", "RunspacePoolInitData"]
    assert [one.message_type.name for one in remote.receive()] == ["ApplicationPrivateData"]
    other.state = ps.RunspacePoolState.Opened
    assert remote.run("$x") == ["kept"]


def test_ending_the_pool_wakes_everybody_and_stops_everything(remote, service):
    pipeline = remote.begin("while ($true) { 'x' * 100000 }")
    problems: list[Exception] = []

    def wait() -> None:
        try:
            remote.pool.receive(None, ("stdout",), 30, 1000)
        except Aborted as problem:
            problems.append(problem)

    waiting = threading.Thread(target=wait)
    waiting.start()
    while not remote.pool._active:
        time.sleep(0.001)
    service.delete(remote.pool)
    waiting.join(5)
    assert len(problems) == 1
    with pytest.raises(ShellNotFound):
        remote.pool.send(identifier_of(pipeline), "stdin", b"")


def test_a_pool_is_a_process_while_it_lives(remote, service, machine):
    names = [one.name for one in machine.processes]
    assert names.count("wsmprovhost.exe") == 1
    service.delete(remote.pool)
    assert "wsmprovhost.exe" not in [one.name for one in machine.processes]


@pytest.mark.parametrize("profile_name", ["windows-server-2012r2-datacenter"])
def test_pools_of_one_user_have_the_quota_of_their_configuration(open_remote):
    for _ in range(25):
        open_remote()
    with pytest.raises(TooManyShells):
        open_remote()


def test_a_restricted_configuration_shows_its_commands_and_providers_only(open_remote, service):
    host = service.host
    host.filesystem.write(
        "C:\\r.pssc",
        b"@{ SchemaVersion = '2.0.0.0'; SessionType = 'RestrictedRemoteServer'; LanguageMode = 'NoLanguage'; "
        b"VisibleCmdlets = 'Get-Item'; VisibleProviders = 'Environment'; EnvironmentVariables = @{ Mark = '7' } }",
    )
    parameters = {"ConfigFilePath": "C:\\r.pssc"}
    host.winrm.plugins.create(
        new_plugin(host, "Restricted", parameters=parameters, attributes={}, quotas={}, sddl="")
    )
    remote = open_remote(configuration="Restricted")

    def run(command, path):
        pipeline = psrpcore.ClientPowerShell(remote.client, no_input=True)
        pipeline.add_command(command).add_parameter("Path", path)
        return remote.finish(remote.invoke(pipeline))

    (shown,) = of_type(run("Get-Item", "Env:Mark"), ps.PSRPMessageType.PipelineOutput)
    assert shown.data.Value == "7"
    (hidden,) = of_type(run("Get-Item", "C:\\"), ps.PSRPMessageType.ErrorRecord)
    assert hidden.record.FullyQualifiedErrorId.startswith("ProviderNotFound,")
    assert hidden.record.Exception.Message == "Cannot find a provider with the name 'FileSystem'."
    failed = run("Get-ChildItem", "Env:")
    assert state_of(failed) == ps.PSInvocationState.Failed
