"""Get-TraceSource, Set-TraceSource and Trace-Command."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

BINDING = "ParameterBinding Information: 0 : "


@pytest.fixture
def session():
    return ConsoleSession()


def _lines(session, sources, block, more=""):
    session.runspace.run(f"Trace-Command {sources} {{ {block} }} -FilePath C:\\t.txt {more} | Out-Null")
    return session.values("Get-Content C:\\t.txt; Remove-Item C:\\t.txt")


def test_the_sources_are_listed_by_name(session):
    assert session.values("(Get-TraceSource Param*).Name -join ' '") == [
        "ParameterBinderBase ParameterBinderController ParameterBinding ParameterProcessor"
    ]
    script = '$s = Get-TraceSource TypeConversion; "$($s.Options) $($s.Description) $($s.Listeners.Name) $($s.Switch.Level)"'
    assert session.values(script) == ["None Traces the type conversion algorithm Default Off"]
    assert session.error("Get-TraceSource Nope")[0] == (
        "TraceSourceNotFound,Microsoft.PowerShell.Commands.GetTraceSourceCommand"
    )


def test_binding_is_told_as_it_goes(session):
    assert _lines(session, "ParameterBinding", "Write-Output -InputObject 5 -NoEnumerate")[:6] == [
        f"{BINDING}BIND NAMED cmd line args [Write-Output]",
        f"{BINDING}    BIND arg [5] to parameter [InputObject]",
        f"{BINDING}        COERCE arg to [System.Management.Automation.PSObject[]]",
        f"{BINDING}            Trying to convert argument value from System.Int32 to System.Management.Automation.PSObject[]",
        f"{BINDING}            ENCODING arg into collection",
        f"{BINDING}            Binding collection parameter InputObject: argument type [Int32], parameter type "
        "[System.Management.Automation.PSObject[]], collection type Array, element type "
        "[System.Management.Automation.PSObject], coerceElementType",
    ]


def test_calls_and_objects_of_the_pipeline_are_told(session):
    lines = _lines(session, "ParameterBinding", "1 | Sort-Object")
    assert [line.removeprefix(BINDING) for line in lines[2:]] == [
        "MANDATORY PARAMETER CHECK on cmdlet [Sort-Object]",
        "CALLING BeginProcessing",
        "BIND PIPELINE object to parameters: [Sort-Object]",
        "    PIPELINE object TYPE = [System.Int32]",
        "    RESTORING pipeline parameter's original values",
        "    Parameter [InputObject] PIPELINE INPUT ValueFromPipeline NO COERCION",
        "    BIND arg [1] to parameter [InputObject]",
        "        BIND arg [1] to param [InputObject] SUCCESSFUL",
        "MANDATORY PARAMETER CHECK on cmdlet [Sort-Object]",
        "CALLING ProcessRecord",
        "CALLING EndProcessing",
    ]


def test_a_value_that_does_not_convert_is_an_error_line(session):
    lines = _lines(session, "ParameterBinding", "Start-Sleep -Seconds x")
    assert any(
        "COERCE FAILED: arg [x] could not be converted to the parameter type [System.Int32]" in one
        for one in lines
    )


def test_commands_conversions_and_paths_are_told(session):
    found = "CommandDiscovery Information: 0 : "
    assert _lines(session, "CommandDiscovery", "gcm Get-Item; nope")[:3] == [
        f"{found}Looking up command: gcm",
        f"{found}Alias found: gcm  Get-Command",
        f"{found}Looking up command: Get-Command",
    ]
    assert (
        f"{found}ERROR: 'nope' is not recognized as a cmdlet, function, executable program or script file."
        in _lines(session, "CommandDiscovery", "nope")
    )
    assert _lines(session, "TypeConversion", "[int]'12'") == [
        'TypeConversion Information: 0 : Converting "12" to "System.Int32".',
        "TypeConversion Information: 0 :     Converting to integer.",
    ]
    assert _lines(session, "PathResolution", "Get-Item C:\\Win*")[-1] == (
        "PathResolution Information: 0 :     RESOLVED PATH: C:\\Windows"
    )


def test_options_choose_the_lines(session):
    lines = _lines(session, "ParameterBinding", "Get-Date -Year 2020", "-Option Scope")
    assert lines
    assert not [line for line in lines if "SUCCESSFUL" in line]


def test_listener_options_add_lines(session):
    lines = _lines(session, "TypeConversion", "[int]'1'", "-ListenerOption ProcessId,ThreadId")
    assert lines[1:3] == [f"    ProcessId={session.values('$PID')[0]}", "    ThreadId=1"]


def test_the_host_gets_debug_messages(session):
    result = session.runspace.run("Trace-Command TypeConversion { [int]'1' } -PSHost")
    assert [one.message for one in result.streams.debugs][:1] == [
        'TypeConversion Information: 0 : Converting "1" to "System.Int32".'
    ]


def test_a_command_with_arguments_is_traced_and_its_input_goes_through(session):
    script = "3,1 | Trace-Command ParameterBinding -Command Sort-Object -ArgumentList '-Descending' -FilePath C:\\c.txt"
    assert session.values(script) == [3, 1]
    assert session.values("(Get-Content C:\\c.txt)[0]") == [
        f"{BINDING}BIND NAMED cmd line args [Sort-Object]"
    ]


def test_a_source_stays_on_until_its_listener_is_removed(session):
    session.values("Set-TraceSource TypeConversion -Option All -FilePath C:\\on.txt")
    session.values("$null = [int]'7'; Set-TraceSource TypeConversion -RemoveFileListener *; $null = [int]'8'")
    text = session.values("Get-Content C:\\on.txt -Raw")[0]
    assert 'Converting "7"' in text
    assert 'Converting "8"' not in text
    assert session.values("(Get-TraceSource TypeConversion).Listeners.Name") == ["Default"]
    assert session.values('"$((Set-TraceSource TypeConversion -Option None -PassThru).Options)"') == ["None"]
    assert session.runspace.engine.tracing is None


def test_trace_command_leaves_the_sources_as_they_were(session):
    _lines(session, "*", "1")
    assert session.values("(Get-TraceSource | ? Options -ne 'None' | measure).Count") == [0]
    assert session.runspace.engine.tracing is None


def test_the_stack_of_net_is_not_told(session):
    error_id = session.error("Trace-Command TypeConversion { 1 } -ListenerOption Callstack -PSHost")[0]
    assert error_id == "NotEmulated,Microsoft.PowerShell.Commands.TraceCommandCommand"


def test_the_view_of_an_object_is_told(session):
    told = "FormatViewBinding Information: 0 : "
    assert _lines(session, "FormatViewBinding", "Get-Service WinRM | Format-Table | Out-String") == [
        f"{told}FINDING VIEW Table TYPE: System.ServiceProcess.ServiceController",
        f"{told}    MATCH FOUND Table NAME: System.ServiceProcess.ServiceController  TYPE: System.ServiceProcess.ServiceController",
        f"{told}An applicable view has been found",
    ]
    assert _lines(session, "FormatViewBinding", "[pscustomobject]@{a=1} | Out-String") == [
        f"{told}FINDING VIEW TYPE: System.Management.Automation.PSCustomObject",
        f"{told}No applicable view has been found",
    ]
    assert _lines(
        session, "FormatViewBinding", "try { Get-Service WinRM | Format-List -View nope } catch { }"
    ) == [
        f"{told}FINDING VIEW NAME: nope TYPE: System.ServiceProcess.ServiceController",
        f"{told}No applicable view has been found",
    ]


def test_format_files_and_drives_are_told(session):
    session.values(
        "Set-Content C:\\f.ps1xml '<Configuration></Configuration>'; Set-Content C:\\g.ps1xml '<x'"
    )
    lines = _lines(
        session, "FormatFileLoading", "Update-FormatData C:\\f.ps1xml, C:\\g.ps1xml -ErrorAction 0"
    )
    assert [one.strip() for one in lines if "Message" in one][:3] == [
        "Message = loading file started",
        "Message = file loaded with no errors",
        "Message = loading file started",
    ]
    assert any("ERROR:" in one for one in lines)
    drive = _lines(session, "PSDriveInfo", "Get-Item C:\\Win*")
    assert [one.partition(" : ")[2] for one in drive[:3]] == [
        " WriteLine   A drive was found:",
        " WriteLine   \tName: C",
        " WriteLine   \tProvider: Microsoft.PowerShell.Core\\FileSystem",
    ]


def test_a_source_that_tells_nothing_says_so(session):
    result = session.runspace.run("Trace-Command ParameterBinding, ETS, Mine { 1 } -PSHost")
    text = "The trace sources ETS, Mine tell nothing here: not emulated."
    assert [one.message for one in result.streams.warnings] == [text]
    assert ("trace source", "ETS", 1) in session.runspace.engine.session.gaps()
    quiet = session.runspace.run(
        "Set-TraceSource ETS -Option None; Set-TraceSource ParameterBinding -Option None"
    )
    assert quiet.streams.warnings == []
    loud = session.runspace.run("Set-TraceSource ETS -Option All")
    assert [one.message for one in loud.streams.warnings] == [
        "The trace source ETS tells nothing here: not emulated."
    ]
