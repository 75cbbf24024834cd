"""Hosts that scripts derive from PSHost, and what pipelines of such runspaces show there."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession

_HOST = """
Add-Type @"
using System; using System.IO; using System.Collections.Generic; using System.Collections.ObjectModel;
using System.Globalization; using System.Security; using System.Management.Automation;
using System.Management.Automation.Host;
namespace Own {
  public class Host : PSHost {
    private PSHost outer; private UI ui;
    public Host(PSHost host, StreamWriter writer) { outer = host; ui = new UI(writer); }
    public override CultureInfo CurrentCulture { get { return outer.CurrentCulture; } }
    public override CultureInfo CurrentUICulture { get { return outer.CurrentUICulture; } }
    public override Guid InstanceId { get { return outer.InstanceId; } }
    public override string Name { get { return "Own"; } }
    public override PSHostUserInterface UI { get { return ui; } }
    public override Version Version { get { return new Version(7, 8); } }
    public override void EnterNestedPrompt() { }
    public override void ExitNestedPrompt() { }
    public override void NotifyBeginApplication() { }
    public override void NotifyEndApplication() { }
    public override void SetShouldExit(int code) { ui.WriteLine("exit " + code); }
  }
  public class UI : PSHostUserInterface {
    private StreamWriter writer;
    public UI(StreamWriter given) { writer = given; }
    public override PSHostRawUserInterface RawUI { get { return null; } }
    public override Dictionary<string, PSObject> Prompt(string caption, string message,
      Collection<FieldDescription> fields) { throw new NotImplementedException("no prompt"); }
    public override int PromptForChoice(string caption, string message,
      Collection<ChoiceDescription> choices, int first) { return 1; }
    public override PSCredential PromptForCredential(string caption, string message, string user,
      string target) { return null; }
    public override PSCredential PromptForCredential(string caption, string message, string user,
      string target, PSCredentialTypes types, PSCredentialUIOptions options) { return null; }
    public override string ReadLine() { return "typed"; }
    public override SecureString ReadLineAsSecureString() { return null; }
    public override void Write(ConsoleColor front, ConsoleColor back, string text) {
      writer.Write("[" + front + "]" + text); }
    public override void Write(string text) { writer.Write(text); }
    public override void WriteDebugLine(string text) { writer.WriteLine("D " + text); }
    public override void WriteErrorLine(string text) { writer.WriteLine("E " + text); }
    public override void WriteLine(string text) { writer.WriteLine(text); }
    public override void WriteProgress(long id, ProgressRecord record) { writer.WriteLine("P " + record.Activity + id); }
    public override void WriteVerboseLine(string text) { writer.WriteLine("V " + text); }
    public override void WriteWarningLine(string text) { writer.WriteLine("W " + text); }
  }
}
"@
$memory = New-Object IO.MemoryStream
$writer = New-Object IO.StreamWriter $memory
$writer.AutoFlush = $true
$own = New-Object Own.Host $Host, $writer
$runspace = [runspacefactory]::CreateRunspace($own)
$runspace.Open()
$pipeline = [powershell]::Create()
$pipeline.Runspace = $runspace
function Get-Shown { [Text.Encoding]::UTF8.GetString($memory.ToArray()) }
"""


@pytest.fixture
def session() -> ConsoleSession:
    made = ConsoleSession()
    made.values(_HOST)
    return made


def _ran(session: ConsoleSession, script: str) -> list[object]:
    return session.values(f"$pipeline.AddScript({{ {script} }}).Invoke(); Get-Shown")


def test_write_host_reaches_the_host_with_its_colours(session):
    *_, shown = _ran(session, "Write-Host plain; Write-Host -NoNewline a; Write-Host -ForegroundColor Red b")
    assert shown == "plain\r\na[Red]b\n"


def test_the_streams_of_messages_are_kept_and_shown(session):
    script = (
        "$VerbosePreference = 'Continue'; Write-Warning w; Write-Verbose v; Write-Progress act -SourceId 7"
    )
    *_, shown = _ran(session, script)
    assert shown == "W w\r\nV v\r\nP act7\r\n"
    assert session.values("$pipeline.Streams.Warning[0].Message; $pipeline.Streams.Progress.Count") == [
        "w",
        1,
    ]


def test_the_host_of_the_runspace_tells_what_the_script_gave_it(session):
    found = _ran(
        session, "$Host.Name; $Host.Version.ToString(); Read-Host; $Host.UI.PromptForChoice('', '', @(), 0)"
    )
    assert found[:-1] == ["Own", "7.8", "typed", 1]


def test_a_host_without_raw_user_interface_has_no_window(session):
    (width,) = session.values("$pipeline.AddScript({ ('x' * 130 | Out-String).Length }).Invoke()")
    assert width == 132  # two lines of at most 120 characters
    (problem,) = session.values(
        "try { $pipeline.AddScript({ $ErrorActionPreference = 'Stop'; $Host.UI.RawUI.WindowTitle }).Invoke() } "
        "catch { $_.FullyQualifiedErrorId }"
    )
    assert "Exception" in problem


def test_a_pool_of_runspaces_has_the_host_too(session):
    assert session.values(
        "$pool = [runspacefactory]::CreateRunspacePool(1, 2, $own); $pool.Open();"
        "$one = [powershell]::Create(); $one.RunspacePool = $pool;"
        "$one.AddScript({ Write-Host pooled; $Host.Name }).Invoke(); Get-Shown"
    ) == ["Own", "pooled\r\n"]


def test_the_own_host_of_a_script_may_be_given_and_nothing_else_may(session):
    assert session.values("[runspacefactory]::CreateRunspace($Host).GetType().Name") == ["LocalRunspace"]
    assert session.error("[runspacefactory]::CreateRunspace(42)")[0].startswith("Method")


def test_the_host_of_a_session_is_a_host(session):
    assert session.values("$Host -is [System.Management.Automation.Host.PSHost]") == [True]


# Where the output goes


def test_output_goes_into_the_list_that_was_given(session):
    assert session.values(
        "$list = [Collections.Generic.List[Object]]@();"
        "$null -eq [powershell]::Create().AddScript('1; \"x\"').Invoke(@(), $list); $list"
    ) == [True, 1, "x"]
    message = session.error("[powershell]::Create().AddScript('1').Invoke(@(), @(1))")[2]
    assert "Collection was of a fixed size." in message


def test_output_of_a_pipeline_in_the_background_goes_into_the_collection(session):
    assert session.values(
        "$in = New-Object 'Management.Automation.PSDataCollection[psobject]';"
        "$out = New-Object 'Management.Automation.PSDataCollection[psobject]';"
        "$one = [powershell]::Create().AddScript('7; 8'); $run = $one.BeginInvoke($in, $out);"
        "$null -eq $one.EndInvoke($run); $out.Count; $out.IsOpen; $out.ReadAll(); $out.Count"
    ) == [True, 2, True, 7, 8, 0]


def test_a_completed_collection_takes_nothing(session):
    script = (
        "$c = New-Object 'Management.Automation.PSDataCollection[int]'; $c.Add(1); $c.Complete(); $c.Add(2)"
    )
    assert "closed buffer" in session.error(script)[2]


# Anonymous pipes


def test_a_pipe_carries_text_to_another_runspace(session):
    assert session.values(
        "$server = New-Object IO.Pipes.AnonymousPipeServerStream 'In', 'Inheritable';"
        "$client = New-Object IO.Pipes.AnonymousPipeClientStream 'Out', $server.ClientSafePipeHandle;"
        "$reader = [powershell]::Create().AddScript({ param($s) (New-Object IO.StreamReader $s).ReadToEnd() })"
        ".AddArgument($server); $run = $reader.BeginInvoke();"
        "$w = New-Object IO.StreamWriter $client; $w.Write('x' * 10000); $w.Dispose();"
        "$reader.EndInvoke($run)[0].Length"
    ) == [10000]


def test_a_client_is_found_by_the_text_of_its_handle_once(session):
    script = (
        "$server = New-Object IO.Pipes.AnonymousPipeServerStream; $text = $server.GetClientHandleAsString();"
        "$client = New-Object IO.Pipes.AnonymousPipeClientStream $text; $client.CanRead; $server.WriteByte(7);"
        "$client.ReadByte(); $server.Dispose(); $client.ReadByte()"
    )
    assert session.values(script) == [True, 7, -1]
    assert "Invalid handle" in session.error("New-Object IO.Pipes.AnonymousPipeClientStream $text")[2]


def test_writing_into_a_pipe_that_nobody_reads_breaks(session):
    script = (
        "$server = New-Object IO.Pipes.AnonymousPipeServerStream; $server.DisposeLocalCopyOfClientHandle();"
        "$server.WriteByte(1)"
    )
    assert "Pipe is broken." in session.error(script)[2]
