"""What a session adds to types and objects, its events, and how variables and aliases keep their options."""

from __future__ import annotations

import pytest

CASES: list[tuple[str, list[str]]] = [
    # Members of any object stay with the object, not with its value
    (
        "$a = 1,2; Add-Member -InputObject $a Note 5; $b = 1,2; $a.Note; $b.Note -eq $null; $a.Note = 6; $a.Note",
        ["5", "True", "6"],
    ),
    (
        "$v = New-Object Version 1,2; $v | Add-Member N x; ($v | Get-Member -MemberType NoteProperty).Name",
        ["N"],
    ),
    (
        "$o = [pscustomobject]@{A=1;B=2}; $s = New-Object Management.Automation.PSPropertySet "
        "('DefaultDisplayPropertySet',[string[]]'B'); $o | Add-Member MemberSet PSStandardMembers "
        "([Management.Automation.PSMemberInfo[]]@($s)); ($o | Out-String).Trim() -replace '\\s+',' '; "
        "$o.PSStandardMembers.DefaultDisplayPropertySet.ReferencedPropertyNames; @($o.psobject.Properties).Count",
        ["B - 2", "B", "2"],
    ),
    # Types
    (
        "Update-TypeData -TypeName int -MemberType ScriptProperty -MemberName Twice -Value { $this * 2 }; "
        "(4).Twice; (Get-TypeData System.Int32).TypeName; 'int' | Remove-TypeData; (4).Twice -eq $null",
        ["8", "System.Int32", "True"],
    ),
    (
        "Update-TypeData -TypeName String -MemberType AliasProperty -MemberName L -Value Length -SecondValue string; "
        "'abc'.L.GetType().Name",
        ["String"],
    ),
    (
        "Update-TypeData -TypeName String -SerializationMethod specificproperties -SerializationDepth 3 "
        "-StringSerializationSource Length -PropertySerializationSet Length; $m = 'abcd'.PSStandardMembers; "
        "$m.SerializationMethod; $m.SerializationDepth; $m.StringSerializationSource; "
        "$m.PropertySerializationSet.ReferencedPropertyNames",
        ["SpecificProperties", "3", "4", "Length"],
    ),
    ("(Get-TypeData DateTime).Members.Keys; @(Get-TypeData System.Object).Count", ["DateTime", "0"]),
    # Text of lists and objects inside of others
    ('[string](1,(2,3)); "$([pscustomobject]@{a=[pscustomobject]@{b=1}})"', ["1 System.Object[]", "@{a=}"]),
    ("\"[$([string]@([pscustomobject]@{a=1},'x'))]\"; (1,(2,3)) -join ','", ["[ x]", "1,2 3"]),
    # Sorting as List.Sort of .NET Framework does: null after negative numbers, no property at the end
    ("(3,$null,-2 | Sort-Object | % { \"[$_]\" }) -join ''", ["[-2][][3]"]),
    (
        "((1,'b'),(1,'a'),(0,'c') | % { [pscustomobject]@{k=$_[0];n=$_[1]} } | Sort-Object k | % n) -join ''",
        ["cab"],
    ),
    (
        "([pscustomobject]@{a=1},[pscustomobject]@{b=9},[pscustomobject]@{a=2} | Sort-Object a -Descending | "
        "% { \"$($_.a)\" }) -join ','",
        ["2,1,"],
    ),
    (
        "(1..100 | % { [pscustomobject]@{k=$_ % 3} } | Sort-Object k | Group-Object k | % Count) -join ','",
        ["33,34,33"],
    ),
    ("(2,1 | Sort-Object @{e={$_};ascending=$false;descending=$false} -Descending) -join ''", ["21"]),
    # The window of Compare-Object
    (
        "(Compare-Object 1,2,3 3,4,1 -SyncWindow 1 | % { \"$($_.InputObject)$($_.SideIndicator)\" }) -join ' '",
        ["3=> 1<= 4=> 2<= 1=> 3<="],
    ),
    ("(Compare-Object 1,2,3 3,1,2).Count", ["0"]),
    # Measuring and grouping
    (
        '([pscustomobject]@{A1=1;A2=2},[pscustomobject]@{A3=3} | Measure-Object A* -Sum | % { "$($_.Property)$($_.Sum)" }) '
        "-join ' '",
        ["A11 A22 A33"],
    ),
    ("(1 | Group-Object).Group.GetType().Name", ["Collection`1"]),
    ("Get-Random -Minimum 1e100 | % { $_ -ge 1e100 }", ["True"]),
    # Dates, numbers, addresses
    ("(Get-Date '2030-4-5 1:2:3.09').ToString('o')", ["2030-04-05T01:02:03.0900000"]),
    ("[decimal]::MaxValue -eq '79228162514264337593543950335'", ["True"]),
    ("([uri]'page.css').IsAbsoluteUri", ["False"]),
    ("class T { [string]$a; T($x) { $this.a = $x } }; [T]::new($null).a -eq ''", ["True"]),
    ("(New-Object char) -eq [char]0; (New-Object int)", ["True", "0"]),
    ("([Management.Automation.PSTypeName]'No.Such').Type -eq $null", ["True"]),
    # Variables and aliases
    (
        "New-Variable v 1 -Option ReadOnly; Set-Variable v 2 -Force; $v; (Get-Variable v).Options",
        ["2", "ReadOnly"],
    ),
    ("$v = 1; & { Clear-Variable v; $v -eq $null }; $v", ["True", "1"]),
    (
        'Set-Variable v 1 -Option ReadOnly -Scope private; "$((Get-Variable v).Options)"',
        ["ReadOnly, Private"],
    ),
    (
        "Set-Alias zz Get-Date -Option ReadOnly; Set-Alias zz Get-Item -Force; (Get-Alias zz).Definition",
        ["Get-Item"],
    ),
    ("function f { $x = 1; { Get-Variable x -Scope 1 -ValueOnly }.Invoke() }; f", ["1"]),
    # Addresses and what is too deep for XML
    (
        "$a = [ipaddress]'192.168.1.1'; ($a.psobject.Properties.Name)[0,-1]; $a.Address; [int]$a.AddressFamily; "
        "([ipaddress]'::1').AddressFamily -eq 'InterNetworkV6'",
        ["Address", "IPAddressToString", "16885952", "2", "True"],
    ),
    (
        "$x = [pscustomobject]@{P=[pscustomobject]@{Q=1}} | ConvertTo-Xml -Depth 1 -As String -NoTypeInformation; "
        "$x -split \"`r`n\" | ? { $_ -match 'Q' } | % Trim",
        ["<Property>@{Q=1}</Property>", '<Property Name="Q">1</Property>'],
    ),
    # Text into objects
    ("'a b 3' | ConvertFrom-String -PropertyNames x | % { \"$($_.x)$($_.P2)$($_.P3 + 1)\" }", ["ab4"]),
    (
        "(1..120 | % {[pscustomobject]@{a=$_}} | ft -RepeatHeader | Out-String -Stream | ? {$_ -match 'a'}).Count",
        ["3"],
    ),
]


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_a_script_gives(shell, script: str, expected: list[str]):
    assert shell.texts(script) == expected


FAILURES: list[tuple[str, str]] = [
    ("Update-TypeData -TypeName String -MemberType NoteProperty -MemberName N", "ValueShouldBeSpecified"),
    ("Update-TypeData -TypeName String -MemberType NoteProperty -Value 1", "MemberNameShouldBeSpecified"),
    (
        "Add-Member -InputObject a -MemberType MemberSet -Name M -Value x",
        "ConvertToFinalInvalidCastException",
    ),
    ("$a = @(1); Add-Member -InputObject $a N 1; Add-Member -InputObject $a N 2", "MemberAlreadyExists"),
    ("Remove-TypeData -TypeName No.Such", "TypesDynamicRemoveException"),
    ("New-Variable v 1; Set-Variable v -Option Constant", "VariableCannotBeMadeConstant"),
    ("New-Variable v 1 -Option ReadOnly; Set-Variable v -Option None", "VariableNotWritable"),
    ("New-Variable v 1 -Option Constant; New-Variable v 2 -Force", "VariableNotWritable"),
    ("Set-Alias zz Get-Date -Option Constant; Set-Alias zz Get-Item -Force", "AliasNotWritable"),
    ("Set-Alias zz Get-Date -Option AllScope; Set-Alias zz Get-Item", "AliasAllScopeOptionCannotBeRemoved"),
    ("1 | Group-Object -AsString", "ArgumentException"),
    ("Write-Progress a -PercentComplete 101", "ParameterArgumentValidationError"),
    ("Add-Member -InputObject a -MemberType $null x", "ParameterArgumentValidationErrorNullNotAllowed"),
    ("Get-Random 0x07FFFFFFFFFFFFFFFF", "InvalidCast"),
    ("[pscustomobject]@{} | Format-Table -View no", "FormatViewNotFound"),
    ("Register-ObjectEvent (New-Object Collections.ArrayList) Changed", "INVALID_REGISTRATION"),
]


@pytest.mark.parametrize(("script", "error_id"), FAILURES)
def test_a_wrong_request_gives(shell, script: str, error_id: str):
    assert shell.error(script).fully_qualified_error_id.partition(",")[0] == error_id


def test_forgotten_members_are_the_oldest(shell):
    from emulator.powershell.runtime import type_data

    shell.values(
        f"$first = @(1); Add-Member -InputObject $first N 1; foreach ($i in 1..{type_data.MAXIMUM_OBJECTS}) "
        "{ $a = @($i); Add-Member -InputObject $a N $i }"
    )
    assert shell.texts("$first.N -eq $null; $a.N") == ["True", str(type_data.MAXIMUM_OBJECTS)]
    assert len(shell.runspace.engine.type_data._objects) == type_data.MAXIMUM_OBJECTS


def test_timers_raise_events_by_the_clock_of_the_machine(make_shell):
    shell = make_shell()
    engine = shell.runspace.engine
    moved = [0.0]
    start = engine.clock.now()

    class Moving:
        slept = 0.0

        def now(self):
            from datetime import timedelta

            return start + timedelta(seconds=moved[0])

        def utc_offset(self, _moment):
            return engine_offset

        def sleep(self, seconds, _stopped=None):
            moved[0] += seconds
            return True

    engine_offset = engine.clock.utc_offset(start)
    engine.clock = Moving()
    script = (
        "$t = New-Object Timers.Timer 500; $j = Register-ObjectEvent $t Elapsed -SourceIdentifier tick "
        '-Action { $global:n++ }; $t.Start(); Start-Sleep 2; $n; "$($j.State)"; $t.Stop(); Start-Sleep 2; $n; '
        "Unregister-Event tick; $t.Start(); Start-Sleep 2; $n"
    )
    assert shell.texts(script) == ["4", "Running", "4", "4"]
    once = (
        "$t = New-Object Timers.Timer 500; $t.AutoReset = $false; Register-ObjectEvent $t Elapsed -SourceIdentifier q; "
        "$t.Enabled = $true; (Wait-Event q).SourceEventArgs.SignalTime.GetType().Name; Start-Sleep 5; @(Get-Event).Count"
    )
    assert shell.texts(once) == ["DateTime", "1"]


def test_lists_that_can_be_observed_tell_of_their_changes(shell):
    script = (
        "$c = New-Object Collections.ObjectModel.ObservableCollection[object]; "
        "Register-ObjectEvent $c CollectionChanged -SourceIdentifier s -MaxTriggerCount 2; "
        "$c.Add('x'); $null = $c.Remove('x'); $c.Add('y'); "
        'Get-Event | % { "$($_.SourceEventArgs.Action) $($_.SourceEventArgs.NewItems)" }; '
        "@(Get-EventSubscriber).Count; $c.Count"
    )
    assert shell.texts(script) == ["Add x", "Remove ", "0", "1"]
