"""[powershell], [runspacefactory] and [initialsessionstate]: script -> the text of each output object."""

import pytest

CASES = [
    (
        "$p = [powershell]::Create().AddScript('param($a) $a * 2').AddArgument(4); $p.Invoke(); $p.HadErrors",
        ["8", "False"],
    ),
    (
        "$p = [powershell]::Create().AddScript('Write-Error x; Write-Warning w'); $p.Invoke(); $p.Streams.Error.Count; $p.Streams.Warning.Count; $p.InvocationStateInfo.State",
        ["1", "1", "Completed"],
    ),
    (
        "$p = [powershell]::Create().AddCommand('Write-Output').AddParameter('InputObject', 3).AddStatement().AddScript('4'); $p.Invoke()",
        ["3", "4"],
    ),
    (
        "$p = [powershell]::Create().AddScript('throw \"bad\"'); try { $p.Invoke() } catch { $_.Exception.GetType().Name; $_.Exception.InnerException.Message }",
        ["MethodInvocationException", "bad"],
    ),
    (
        "$p = [powershell]::Create().AddScript('1..3'); $a = $p.BeginInvoke(); $a.AsyncWaitHandle.WaitOne(); $p.EndInvoke($a)",
        ["True", "1", "2", "3"],
    ),
    (
        "$p = [powershell]::Create().AddScript('while ($true) {}'); $a = $p.BeginInvoke(); $p.Stop(); $a.IsCompleted; $p.InvocationStateInfo.State",
        ["True", "Stopped"],
    ),
    (
        "$r = [runspacefactory]::CreateRunspace(); $r.RunspaceStateInfo.State; $r.Open(); $r.SessionStateProxy.SetVariable('q', 5); $p = [powershell]::Create(); $p.Runspace = $r; $p.AddScript('$q').Invoke()",
        ["BeforeOpen", "5"],
    ),
    (
        "$here = 7; [powershell]::Create('CurrentRunspace').AddScript('$here').Invoke(); [powershell]::Create().AddScript('$null -eq $here').Invoke()",
        ["7", "True"],
    ),
    ("[runspace]::DefaultRunspace.Id", ["1"]),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_a_script_runs_pipelines_of_its_own(shell, script, expected):
    assert shell.texts(script) == expected


def test_only_so_many_pipelines_run_beside_a_script(make_shell):
    from emulator.powershell.runtime import Limits

    shell = make_shell(limits=Limits(background=1))
    script = (
        "$p = [powershell]::Create().AddScript('while ($true) {}'); $a = $p.BeginInvoke(); "
        "try { [powershell]::Create().AddScript('1').BeginInvoke() } catch { $_.FullyQualifiedErrorId }; $p.Stop()"
    )
    assert shell.texts(script) == ["BackgroundLimit"]


def test_pipelines_of_other_runspaces_of_the_process_count_too(make_shell):
    from emulator.powershell.runtime import Limits

    shell = make_shell(limits=Limits(background=1))
    inner = "try { [powershell]::Create().AddScript('1').BeginInvoke() } catch { `$_.FullyQualifiedErrorId }"
    script = f'$p = [powershell]::Create().AddScript("{inner}"); $p.EndInvoke($p.BeginInvoke())'
    assert shell.texts(script) == ["BackgroundLimit"]


def test_a_pipeline_that_was_refused_has_not_begun(make_shell):
    from emulator.powershell.runtime import Limits

    shell = make_shell(limits=Limits(background=0))
    script = "$p = [powershell]::Create().AddScript('1'); try { $p.BeginInvoke() } catch { }; $p.InvocationStateInfo.State"
    assert shell.texts(script) == ["NotStarted"]


def test_a_pipeline_that_gets_no_thread_is_refused(shell, monkeypatch):
    def no_more(_self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("threading.Thread.start", no_more)
    script = "try { [powershell]::Create().AddScript('1').BeginInvoke() } catch { $_.FullyQualifiedErrorId }"
    assert shell.texts(script) == ["BackgroundLimit"]


def test_a_pipeline_that_waits_for_its_turn_can_be_stopped(shell):
    script = (
        "$pool = [runspacefactory]::CreateRunspacePool(1, 1); $pool.Open();"
        "$one, $two = 1..2 | % { $p = [powershell]::Create().AddScript('while ($true) { }'); $p.RunspacePool = $pool; $p };"
        "$null = $one.BeginInvoke(); while ($pool.GetAvailableRunspaces()) { }; $null = $two.BeginInvoke();"
        "$two.Stop(); $two.InvocationStateInfo.State; $one.InvocationStateInfo.State; $one.Stop();"
        "$two.Commands.Clear(); $two.AddScript('3').Invoke(); $pool.GetAvailableRunspaces()"
    )
    assert shell.texts(script) == ["Stopped", "Running", "3", "1"]


def test_pipelines_take_turns_in_a_pool_of_runspaces(shell):
    assert shell.texts(
        "$pool = [runspacefactory]::CreateRunspacePool(1, 2); $pool.Open(); "
        "$all = 1..5 | % { $p = [powershell]::Create().AddScript('param($x) $x * 2').AddArgument($_); "
        "$p.RunspacePool = $pool; [pscustomobject]@{ P = $p; R = $p.BeginInvoke() } }; "
        "$all | % { $_.P.EndInvoke($_.R) }; $pool.GetAvailableRunspaces(); $pool.GetMaxRunspaces(); "
        "$pool.Close(); $pool.RunspacePoolStateInfo.State"
    ) == ["2", "4", "6", "8", "10", "2", "2", "Closed"]


def test_a_stop_that_comes_too_late_stops_nobody_else_in_the_pool(shell):
    script = "$p = [powershell]::Create().AddScript('1'); $p.RunspacePool = $pool; $p.Invoke()"
    (pool,) = shell.values("$pool = [runspacefactory]::CreateRunspacePool(1, 1); $pool.Open(); $pool")
    assert shell.texts(script) == ["1"]
    runspace = pool.take(lambda: True)
    runspace.inner.stop()
    pool.release(runspace)
    assert shell.texts(script) == ["1"]


def test_a_closed_pool_runs_nothing(shell):
    problem = shell.error(
        "$pool = [runspacefactory]::CreateRunspacePool(1, 2); "
        "$p = [powershell]::Create().AddScript('1'); $p.RunspacePool = $pool; $p.Invoke()"
    )
    assert problem.exception.inner.ps_type.short_name == "InvalidRunspacePoolStateException"


def test_what_a_hosted_pipeline_raises_is_wrapped_as_its_command_raises_it(shell):
    assert shell.texts(
        "$p = [powershell]::Create(); "
        "$null = $p.AddScript('function f { [CmdletBinding()] param() 1/0 }').Invoke(); $p.Commands.Clear(); "
        "try { $null = $p.AddCommand('f').AddParameter('ErrorAction', 'Stop').Invoke() } catch { "
        "$e = $_.Exception; while ($e) { $e.GetType().Name; $e = $e.InnerException } }"
    ) == [
        "MethodInvocationException",
        "CmdletInvocationException",
        "RuntimeException",
        "DivideByZeroException",
    ]


def test_get_runspace_lists_the_runspaces_of_the_process(shell):
    script = """
    $runspace = [runspacefactory]::CreateRunspace(); $runspace.Name = 'Mine'; $runspace.Open()
    Get-Runspace | ForEach-Object { "$($_.Id) $($_.Name) $($_.RunspaceAvailability)" }
    (Get-Runspace m*).Id; (Get-Runspace -Id 1).Name; (Get-Runspace -InstanceId $runspace.InstanceId).Name
    $inner = [powershell]::Create(); $inner.Runspace = $runspace
    $inner.AddScript('[runspace]::DefaultRunspace.Name; (Get-Runspace).Count').Invoke()
    $runspace.Close(); @(Get-Runspace).Count
    """
    assert shell.texts(script) == [
        "1 Runspace1 Busy",
        "2 Mine Available",
        "2",
        "Runspace1",
        "Mine",
        "Mine",
        "2",
        "1",
    ]


def test_an_exception_of_a_command_that_was_added_is_its_error(shell):
    script = (
        "$p = [powershell]::Create().AddCommand('Get-Module').AddParameter('Name', '[').AddParameter('ListAvailable');"
        "try { $p.Invoke() } catch { $_.Exception.InnerException.ErrorRecord.FullyQualifiedErrorId }"
    )
    assert shell.texts(script) == ["System.Management.Automation.WildcardPatternException"]


@pytest.mark.parametrize(
    "use", ["$null = $s.Commands['x']", "[runspacefactory]::CreateRunspace($s).Open()"], ids=["name", "open"]
)
def test_what_is_no_entry_of_a_session_state_is_refused_in_words(shell, use):
    found = shell.error(f"$s = [initialsessionstate]::CreateDefault(); $null = $s.Commands.Add(5); {use}")
    assert "no entry of a session state" in found.message


@pytest.mark.parametrize("member", ["Runspace", "RunspacePool"])
def test_a_pipeline_takes_no_other_value_for_its_runspace_or_pool(shell, member):
    assert "Cannot convert" in shell.error(f"[powershell]::Create().{member} = 5").message
