"""The utility cmdlets: script -> the text of each output object."""

import pytest

OBJECTS = "$o = 3,1,2 | % { [pscustomobject]@{N=$_; Even=($_ % 2 -eq 0); T='t'+$_} }; "

SELECTION = [
    ("($o | Select-Object N,T)[0].PSObject.Properties.Name -join ','", ["N,T"]),
    ("$o | select -ExpandProperty T", ["t3", "t1", "t2"]),
    ("($o | select * -ExcludeProperty T)[0].PSObject.Properties.Name -join ','", ["N,Even"]),
    ("$o | select @{n='Twice';e={$_.N*2}} | % Twice", ["6", "2", "4"]),
    ("$o | select @{Label='L';Expression='T'},N -First 1 | % { \"$($_.L) $($_.N)\" }", ["t3 3"]),
    ("1..5 | select -First 2; 1..5 | select -Last 2; 1..5 | select -Skip 3", ["1", "2", "4", "5", "4", "5"]),
    (
        "1..5 | select -Index 0,2; 1..5 | select -SkipLast 3; 1,1,2 | select -Unique",
        ["1", "3", "1", "2", "1", "2"],
    ),
    ("($o | select nope)[0].PSObject.Properties.Name", ["nope"]),
    (
        "($o[0] | select n).PSObject.Properties.Name; $o[0] | select N | % GetType | % Name",
        ["N", "PSCustomObject"],
    ),
    ("$o | sort N | % N; $o | sort N -Descending | % N", ["1", "2", "3", "3", "2", "1"]),
    ("$o | sort Even,@{e='N';Descending=$true} | % N", ["3", "1", "2"]),
    ("'b','A','c','B' | sort; 'b','a','b' | sort -Unique", ["A", "b", "B", "c", "a", "b"]),
    ("10,9,'8' | sort; $null,1 | sort | measure | % Count", ["8", "9", "10", "1"]),
    ('$o | group Even | % { "$($_.Name)=$($_.Count)" }', ["False=2", "True=1"]),
    ("($o | group Even -AsHashTable -AsString)['True'].N", ["2"]),
    (
        '1..4 | measure -Sum -Average -Maximum -Minimum | % { "$($_.Count) $($_.Sum) $($_.Average) '
        '$($_.Maximum) $($_.Minimum)" }',
        ["4 10 2.5 4 1"],
    ),
    (
        '@(), $null | % { (,$_ | % { $_ } | measure -Sum -Average).Sum }; (1, "x" | measure -Sum -ea 0).Sum; "end"',
        ["0", "0", "", "end"],
    ),
    ('$o | measure N -Sum | % { "$($_.Property) $($_.Sum)" }; @() | measure | % Count', ["N 6", "0"]),
    ("'a b','c' | measure -Word -Line | % { \"$($_.Words) $($_.Lines)\" }", ["3 2"]),
    ('Compare-Object 1,2,3 2,3,4 | % { "$($_.InputObject)$($_.SideIndicator)" }', ["4=>", "1<="]),
    ("1,1,2,1 | Get-Unique", ["1", "2", "1"]),
    ('1..3 | Set-Variable -Name q; "$q"; 5 | Set-Variable q; $q -is [int]', ["1 2 3", "True"]),
]

CREATION = [
    (
        "(New-Object PSObject -Property @{a=1}).a; (New-Object System.Text.StringBuilder "
        "'x').Append('y').ToString()",
        ["1", "xy"],
    ),
    (
        "(New-Object System.Collections.ArrayList).Count; (New-Object "
        "'System.Collections.Generic.List[int]').GetType().Name",
        ["0", "List`1"],
    ),
    ("$o[0] | Add-Member -NotePropertyName X -NotePropertyValue 5; $o[0].X", ["5"]),
    ("$o[0] | Add-Member NoteProperty Y 6 -PassThru | % Y", ["6"]),
    ("$o[0] | Add-Member AliasProperty Z N; $o[0].Z", ["3"]),
    ("$o[0] | Add-Member @{P=1;Q=2}; $o[0].P + $o[0].Q", ["3"]),
    ("(New-Guid).GetType().FullName; ([guid]::NewGuid()).ToString().Length", ["System.Guid", "36"]),
    ("$o[0] | Get-Member -MemberType NoteProperty | % Name", ["Even", "N", "T"]),
    ("'x' | Get-Member Length | % { \"$($_.MemberType) $($_.TypeName)\" }", ["Property System.String"]),
    ("Get-Random -Minimum 5 -Maximum 6; (1..3 | Get-Random -Count 3 | measure -Sum).Sum", ["5", "6"]),
]

TIME = [
    ("(Get-Date).Year; (Get-Date -Year 2020 -Month 2 -Day 3).ToString('yyyy-MM-dd')", ["2024", "2020-02-03"]),
    (
        "Get-Date -Format 'yyyyMMdd'; Get-Date -UFormat '%Y-%m-%d'; Get-Date '2020-05-06' -Format s",
        ["20240102", "2024-01-02", "2020-05-06T00:00:00"],
    ),
    ("$a = Get-Date; Start-Sleep -Seconds 5; ((Get-Date) - $a).TotalSeconds; Start-Sleep -m 500", ["5"]),
    ("(New-TimeSpan -Minutes 2).TotalSeconds; (New-TimeSpan '2020-01-01' '2020-01-03').Days", ["120", "2"]),
    ("(Measure-Command { Start-Sleep 3 }).TotalSeconds", ["3"]),
]

TEXT = [
    ("'[1,2]' | ConvertFrom-Json | % { $_ }", ["1", "2"]),
    ('(\'{"a":{"b":[1,{"c":null}]},"d":1.5}\' | ConvertFrom-Json).a.b[0]', ["1"]),
    ("('5000000000','1.5','true','null','\"s\"' | % { ConvertFrom-Json $_ }).Count", ["5"]),
    ("'a,b','1,2' | ConvertFrom-Csv | % { $_.b }", ["2"]),
    ("[pscustomobject]@{a=1;b='x\"y'} | ConvertTo-Csv -NoTypeInformation", ['"a","b"', '"1","x""y"']),
    ("'abc','xyz' | Select-String 'b' | % Line; 'abc' | Select-String b -Quiet", ["abc", "True"]),
    ("Invoke-Expression '$q = 2; $q * 3'; $q", ["6", "2"]),
    ("Write-Output 1,2; Write-Output 1 2 | measure | % Count; echo 'x'", ["1", "2", "2", "x"]),
    (
        "(Write-Output 1,2 -NoEnumerate).Count; (1..3 | Out-String).Length; 1..2 | Out-String -Stream",
        ["2", "9", "1", "2"],
    ),
    ("1,2 | Tee-Object -Variable t | measure | % Count; $t.Count", ["2", "2"]),
    ("Write-Host 'a' 'b' -Separator '-'; Write-Host hidden 6> $null; 'done'", ["done"]),
    ("Set-Alias zz Get-Date; (Get-Alias zz).Definition; (zz).Year", ["Get-Date", "2024"]),
    ("$v = 1; Remove-Variable v; $null -eq $v; Clear-Variable o; $null -eq $o", ["True", "True"]),
]


@pytest.mark.parametrize(("script", "expected"), [*SELECTION, *CREATION, *TIME, *TEXT])
def test_utility_cmdlets_give_what_5_1_gives(shell, script, expected):
    assert shell.texts(OBJECTS + script) == expected


def test_write_host_reaches_the_screen_and_the_information_stream(shell):
    result = shell.run("Write-Host 'a' 'b' -Separator '-'; Write-Host no -NoNewline")
    assert shell.session.ui.written == ["a-b\n", "no"]
    assert [one.data for one in result.streams.informations] == ["a-b", "no"]


def test_message_streams_follow_their_preferences(shell):
    result = shell.run(
        "Write-Warning w; Write-Verbose v; Write-Verbose v2 -Verbose; $DebugPreference='Continue'; "
        "Write-Debug d"
    )
    assert [one.message for one in result.streams.warnings] == ["w"]
    assert [one.message for one in result.streams.verboses] == ["v2"]
    assert [one.message for one in result.streams.debugs] == ["d"]


ERRORS = [
    (
        "New-Object Nope.Type",
        "TypeNotFound",
        "Cannot find type [Nope.Type]: verify that the assembly containing this type is loaded.",
    ),
    (
        "New-Object -ComObject Excel.Application",
        "NotEmulated",
        "The COM object Excel.Application is not emulated.",
    ),
    ("1 | select -ExpandProperty nope", "ExpandPropertyNotFound", 'Property "nope" cannot be found.'),
    (
        "'{bad' | ConvertFrom-Json",
        "System.ArgumentException",
        "Invalid object passed in, ':' or '}' expected. (1): {bad",
    ),
    ("'bad' | ConvertFrom-Json", "System.ArgumentException", "Invalid JSON primitive: bad."),
    ("Get-Variable nope", "VariableNotFound", "Cannot find a variable with the name 'nope'."),
    (
        "Read-Host x",
        "InvalidOperation",
        "Windows PowerShell is in NonInteractive mode. Read and Prompt functionality is not available.",
    ),
    (
        "Send-MailMessage -To a@b -From a@b -Subject s -SmtpServer x",
        "NotEmulated",
        "The network of the machine is not emulated.",
    ),
]


@pytest.mark.parametrize(("script", "error_id", "message"), ERRORS)
def test_utility_cmdlets_fail_with_their_ids(shell, script, error_id, message):
    record = shell.error(script)
    assert (record.fully_qualified_error_id.partition(",")[0], record.message) == (error_id, message)


def test_an_information_record_says_who_wrote_it(shell):
    script = (
        "$record = Write-Information Text 6>&1; $record.ProcessId -eq $PID; $record.User; $record.Computer;"
        "$record.Source; $record.TimeGenerated -eq (Get-Date)"
    )
    assert shell.texts(script) == ["True", "HOST\\Administrator", "HOST", "Write-Information", "True"]


def test_an_alias_shows_the_command_behind_all_aliases(shell):
    script = (
        "Set-Alias first Get-Date; Set-Alias second first; Set-Alias Get-Second second;"
        "$second = Get-Alias second; $second.ResolvedCommandName; $second.Definition;"
        "$second.DisplayName; (Get-Alias Get-Second).DisplayName"
    )
    assert shell.texts(script) == ["Get-Date", "first", "second -> Get-Date", "Get-Second"]


def test_the_call_stack_shows_the_arguments(shell):
    script = (
        "function Get-It($a, $b) { (Get-PSCallStack)[0].Arguments }; Get-It 1 -b x;"
        "& { (Get-PSCallStack)[0].Arguments } 1 2"
    )
    assert shell.texts(script) == ["{b=x, a=1}", "{1, 2}"]


def test_there_are_no_breakpoints(shell):
    assert shell.values("Get-PSBreakpoint; Get-PSBreakpoint | Remove-PSBreakpoint") == []
    assert shell.error("Remove-PSBreakpoint -Id 3").message == "There is no breakpoint with ID '3'."


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(Get-Culture).DateTimeFormat.ShortDatePattern", ["M/d/yyyy"]),
        ("[cultureinfo]::InvariantCulture.DateTimeFormat.LongTimePattern", ["HH:mm:ss"]),
        ("(Get-Culture).DateTimeFormat.AbbreviatedDayNames[5]", ["Fri"]),
        ("(Get-Culture).DateTimeFormat.MonthNames.Count", ["13"]),
        ("(Get-Culture).DateTimeFormat.GetMonthName(12)", ["December"]),
        ("(Get-Culture).DateTimeFormat.GetDayName('Monday')", ["Monday"]),
        ("[Globalization.NumberFormatInfo]::CurrentInfo.NumberDecimalSeparator", ["."]),
        ("(Get-Culture).NumberFormat.CurrencySymbol", ["$"]),
        ("[Globalization.DateTimeFormatInfo]::InvariantInfo.GetMonthName(14)", None),
        ("[cultureinfo]::GetCultureInfo('de-DE').NumberFormat.CurrencySymbol", ["\u20ac"]),
    ],
)
def test_a_culture_tells_how_it_writes_dates_and_numbers(shell, expression, expected):
    if expected is None:
        assert shell.run(expression).failure is not None or shell.run(expression).errors
    else:
        assert shell.texts(expression) == expected


@pytest.mark.parametrize(
    ("view", "expected"),
    [("Extended", ["Note"]), ("Adapted", ["Major"]), ("Base", ["Major"]), ("All", ["Major", "Note"])],
)
def test_get_member_shows_what_a_view_holds(shell, view, expected):
    script = (
        "$value = [version]'1.2' | Add-Member Note 1 -PassThru;"
        f"$value | Get-Member -View {view} -Name Major, Note | ForEach-Object Name"
    )
    assert sorted(shell.texts(script)) == expected
