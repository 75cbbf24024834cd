"""Static and instance members of .NET types: script -> the text of each output object."""

import pytest

STRINGS = [
    ("'abc'.Substring(1); 'abc'.Substring(0,2); 'abc'.Length; 'abc'.ToUpper()", ["bc", "ab", "3", "ABC"]),
    ("'a,b;c'.Split(',;'); 'a b'.Split()", ["a", "b", "c", "a", "b"]),
    (
        "'a--b'.Split([string[]]'--', 'RemoveEmptyEntries'); ',a,'.Split(',', "
        "[StringSplitOptions]::RemoveEmptyEntries)",
        ["a", "b", "a"],
    ),
    (
        "'abc'.Replace('b','X'); 'abc'.IndexOf('c'); 'abc'.Contains('b'); 'abca'.LastIndexOf('a')",
        ["aXc", "2", "True", "3"],
    ),
    (
        "'abc'.StartsWith('AB'); 'abc'.StartsWith('AB', [StringComparison]::OrdinalIgnoreCase); "
        "'abc'.EndsWith('c')",
        ["False", "True", "True"],
    ),
    (
        "'5'.PadLeft(3,'0'); 'a'.PadRight(3) + '|'; ' a '.Trim() + '|'; 'xax'.Trim('x')",
        ["005", "a  |", "a|", "a"],
    ),
    (
        "'abc'.Insert(1,'Z'); 'abc'.Remove(1); 'abc'.Remove(0,1); 'abc'.ToCharArray().Count",
        ["aZbc", "a", "bc", "3"],
    ),
    (
        "[string]::Join(',', @(1,2)); [string]::Join('-', 'a', 'b'); [string]::Format('{0}-{1}', 1, 'b')",
        ["1,2", "a-b", "1-b"],
    ),
    (
        "[string]::IsNullOrEmpty(''); [string]::IsNullOrWhiteSpace(' '); [string]::IsNullOrEmpty($null); "
        "[string]::Empty.Length",
        ["True", "True", "True", "0"],
    ),
    (
        "[string]::Equals('a','A','OrdinalIgnoreCase'); [string]::Compare('a','B') -lt 0; 'a'.Equals('A')",
        ["True", "True", "False"],
    ),
    ("[char]::IsDigit('5'); [char]::IsLetter('5'); [char]::ToUpper('a')", ["True", "False", "A"]),
]

NUMBERS = [
    (
        "[int]::MaxValue; [int]::MinValue; [long]::MaxValue; [byte]::MaxValue",
        ["2147483647", "-2147483648", "9223372036854775807", "255"],
    ),
    (
        "$n = 0; [int]::TryParse('42', [ref]$n); $n; [int]::TryParse('x', [ref]$n); $n",
        ["True", "42", "False", "0"],
    ),
    (
        "[math]::Round(2.5); [math]::Round(3.5); [math]::Round(2.567,2); "
        "[math]::Round(2.5,[MidpointRounding]::AwayFromZero)",
        ["2", "4", "2.57", "3"],
    ),
    (
        "[math]::Floor(-1.5); [math]::Ceiling(1.2); [math]::Abs(-5); [math]::Pow(2,10); [math]::Max(1,2)",
        ["-2", "2", "5", "1024", "2"],
    ),
    (
        "[convert]::ToInt32('ff',16); [convert]::ToString(10,2); [convert]::ToBoolean('true'); "
        "[convert]::ToInt32('12')",
        ["255", "1010", "True", "12"],
    ),
    ("(255).ToString('X'); (1234.5).ToString('N2'); (5).ToString('D3')", ["FF", "1,234.50", "005"]),
    (
        "[bool]::Parse('True'); [double]::Parse('1.5'); [decimal]::MaxValue",
        ["True", "1.5", "79228162514264337593543950335"],
    ),
    (
        "[BitConverter]::ToString([byte[]](1,255)); [BitConverter]::ToInt32([byte[]](1,0,0,0),0)",
        ["01-FF", "1"],
    ),
]

TEXT = [
    ("[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('aMOp'))", ["hé"]),
    (
        "[Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes('hi')); "
        "[Text.Encoding]::ASCII.GetBytes('A')[0]",
        ["aABpAA==", "65"],
    ),
    (
        "$b = New-Object Text.StringBuilder; [void]$b.Append('a').AppendLine('b'); $b.Length; "
        "$b.ToString().Trim()",
        ["4", "ab"],
    ),
    (
        "[regex]::Match('ab12','\\d+').Value; [regex]::Matches('a1b2','\\d').Count; "
        "[regex]::Replace('aa','a','b')",
        ["12", "2", "bb"],
    ),
    (
        "([regex]'(?<x>\\d)').Match('a5').Groups['x'].Value; [regex]::Escape('a.b'); "
        "[regex]::IsMatch('A','a','IgnoreCase')",
        ["5", "a\\.b", "True"],
    ),
    ("[regex]::Replace('ab','.',{ param($m) $m.Value.ToUpper() })", ["AB"]),
    ("[regex]::Split('a1b','\\d')", ["a", "b"]),
]

TIMES = [
    (
        "[datetime]::new(2020,2,29).AddYears(1).ToString('yyyy-MM-dd'); ([datetime]'2020-03-04').DayOfWeek",
        ["2021-02-28", "Wednesday"],
    ),
    (
        "[datetime]::UtcNow.Year; [datetime]::IsLeapYear(2020); [datetime]::DaysInMonth(2021,2)",
        ["2024", "True", "28"],
    ),
    (
        "([datetime]'2020-01-02 03:04:05').ToString('o'); ([datetime]'2020-01-02').ToString('D'); "
        "([datetime]'2020-01-02').ToString()",
        ["2020-01-02T03:04:05.0000000", "Thursday, January 2, 2020", "1/2/2020 12:00:00 AM"],
    ),
    (
        "[datetime]::ParseExact('20200102','yyyyMMdd',$null).Day; [datetime]'2020-01-01T00:00:00Z' | % Hour",
        ["2", "0"],
    ),
    (
        "[timespan]::FromMinutes(90).ToString(); ([timespan]'1.02:00:00').TotalHours; (New-TimeSpan -Hours "
        "25).Days",
        ["01:30:00", "26", "1"],
    ),
    (
        "[datetime]::FromFileTimeUtc(0).Year; ([datetime]'1601-01-02').ToFileTimeUtc()",
        ["1601", "864000000000"],
    ),
    ("[DateTimeOffset]::Now.ToUnixTimeSeconds()", ["1704164645"]),
    (
        "$w = [Diagnostics.Stopwatch]::StartNew(); Start-Sleep 2; $w.Elapsed.TotalSeconds; "
        "$w.ElapsedMilliseconds",
        ["2", "2000"],
    ),
]

COLLECTIONS = [
    (
        "$l = [Collections.ArrayList]@(); $l.Add('a'); $l.AddRange(@(1,2)); $l.Count; $l.Contains('a'); "
        "$l.Remove('a'); $l.IndexOf(2)",
        ["0", "3", "True", "1"],
    ),
    (
        "$l = New-Object 'Collections.Generic.List[string]'; $l.Add(5); $l[0].GetType().Name; "
        "$l.ToArray().GetType().Name",
        ["String", "String[]"],
    ),
    (
        "$h = @{}; $h.Add('a',1); $h.ContainsKey('A'); $h.Remove('a'); $h.Count; $h['x'] = 1; $h.Keys; "
        "$h.Values",
        ["True", "0", "x", "1"],
    ),
    (
        "$d = New-Object 'Collections.Generic.Dictionary[string,int]'; $d.Add('k','5'); $d['k']; $v = 0; "
        "$v = 7; $d.TryGetValue('z',[ref]$v); $v",
        ["5", "False", "0"],
    ),
    ('foreach ($e in ([ordered]@{a=1;b=2}).GetEnumerator()) { "$($e.Key)$($e.Value)" }', ["a1", "b2"]),
    (
        "$s = [Collections.Generic.HashSet[string]]@('a'); $s.Add('a'); $s.Add('b'); $s.Count",
        ["False", "True", "2"],
    ),
    (
        '$a = 3,1,2; [array]::Sort($a); "$a"; [array]::Reverse($a); "$a"; [array]::IndexOf($a,3)',
        ["1 2 3", "3 2 1", "0"],
    ),
    ("$q = New-Object Collections.Queue; $q.Enqueue(1); $q.Enqueue(2); $q.Dequeue(); $q.Count", ["1", "1"]),
    ("(1,2,3).Count; (1,2,3).Length; (5).Count; $null.Count; @{a=1}.Count", ["3", "3", "1", "0", "1"]),
    ("('a','bb').Length; ('a','bb') | % Length; ('a','bb').ToUpper()", ["2", "1", "2", "A", "BB"]),
]

SYSTEM = [
    (
        "[IO.Path]::Combine('C:\\a','b.txt'); [IO.Path]::GetFileName('C:\\a\\b.txt'); "
        "[IO.Path]::GetDirectoryName('C:\\a\\b.txt')",
        ["C:\\a\\b.txt", "b.txt", "C:\\a"],
    ),
    (
        "[IO.Path]::GetExtension('x.vhdx'); [IO.Path]::GetFileNameWithoutExtension('a.b.c'); "
        "[IO.Path]::IsPathRooted('C:\\x')",
        [".vhdx", "a.b", "True"],
    ),
    ("[IO.Path]::GetFullPath('C:\\a\\..\\b'); [IO.Path]::ChangeExtension('a.txt','log')", ["C:\\b", "a.log"]),
    (
        "[Environment]::MachineName; [Environment]::GetEnvironmentVariable('TEMP'); "
        "[Environment]::NewLine.Length",
        ["HOST", "C:\\Temp", "2"],
    ),
    (
        "[Environment]::ExpandEnvironmentVariables('%TEMP%\\x;%NOPE%'); "
        "[Environment]::OSVersion.Version.Major",
        ["C:\\Temp\\x;%NOPE%", "10"],
    ),
    (
        "[guid]::Empty; [guid]::Parse('{6F9619FF-8B86-D011-B42D-00C04FC964FF}').ToString('N')",
        ["00000000-0000-0000-0000-000000000000", "6f9619ff8b86d011b42d00c04fc964ff"],
    ),
    (
        "[enum]::GetNames([DayOfWeek])[0]; [enum]::Parse([DayOfWeek],'monday',$true); "
        "[enum]::IsDefined([DayOfWeek],9)",
        ["Sunday", "Monday", "False"],
    ),
    (
        "[IO.FileAttributes]'ReadOnly,Hidden'; ([IO.FileAttributes]3).HasFlag([IO.FileAttributes]::Hidden)",
        ["ReadOnly, Hidden", "True"],
    ),
    (
        "(5).GetType().FullName; @().GetType().Name; @{}.GetType().BaseType.Name; [int].IsValueType",
        ["System.Int32", "Object[]", "Object", "True"],
    ),
    (
        "[Exception]::new('m').Message; ([ArgumentException]::new('m','p')).Message; "
        "[InvalidOperationException]'x' | % Message",
        ["m", "m\r\nParameter name: p", "x"],
    ),
    (
        "([uri]'https://h:8443/p?q=1').Port; ([uri]'https://h/p').Host; [uri]::EscapeDataString('a b')",
        ["8443", "h", "a%20b"],
    ),
    ("$PSVersionTable.PSVersion.Major; $Host.Name; $PID -is [int]", ["5", "ConsoleHost", "True"]),
    (
        "[Net.ServicePointManager]::SecurityProtocol = 'Tls12'; [Net.ServicePointManager]::SecurityProtocol",
        ["Tls12"],
    ),
]


@pytest.mark.parametrize(("script", "expected"), [*STRINGS, *NUMBERS, *TEXT, *TIMES, *COLLECTIONS, *SYSTEM])
def test_members_give_what_dotnet_framework_gives(shell, script, expected):
    assert shell.texts(script) == expected


ERRORS = [
    (
        "'abc'.Substring(10)",
        "ArgumentOutOfRangeException",
        'Exception calling "Substring" with "1" argument(s): "startIndex cannot be larger than length of '
        'string.\r\nParameter name: startIndex"',
    ),
    (
        "[int]::Parse('x')",
        "FormatException",
        'Exception calling "Parse" with "1" argument(s): "Input string was not in a correct format."',
    ),
    (
        "'abc'.Nope()",
        "MethodNotFound",
        "Method invocation failed because [System.String] does not contain a method named 'Nope'.",
    ),
    (
        "'abc'.Substring(1,2,3)",
        "MethodCountCouldNotFindBest",
        'Cannot find an overload for "Substring" and the argument count: "3".',
    ),
    (
        "'abc'.Substring('x')",
        "MethodArgumentConversionInvalidCastArgument",
        'Cannot convert argument "startIndex", with value: "x", for "Substring" to type "System.Int32": '
        '"Cannot convert value "x" to type "System.Int32". Error: "Input string was not in a correct '
        'format.""',
    ),
    ("[Nope.Type]::X()", "TypeNotFound", "Unable to find type [Nope.Type]."),
    ("$null.Foo()", "InvokeMethodOnNull", "You cannot call a method on a null-valued expression."),
    (
        "([pscustomobject]@{a=1}).b = 2",
        "PropertyNotFound",
        "The property 'b' cannot be found on this object. Verify that the property exists and can be set.",
    ),
    ("$x = 'a'; $x.Length = 5", "PropertyAssignmentException", "'Length' is a ReadOnly property."),
    (
        "@{a=1}.Add('a',2)",
        "ArgumentException",
        'Exception calling "Add" with "2" argument(s): "Item has already been added. Key in dictionary: '
        "'a'  Key being added: 'a'\"",
    ),
]


@pytest.mark.parametrize(("script", "error_id", "message"), ERRORS)
def test_members_fail_with_the_ids_and_texts_of_5_1(shell, script, error_id, message):
    record = shell.error(script)
    assert (record.fully_qualified_error_id, record.message) == (error_id, message)


def test_unknown_members_and_types_are_counted_as_gaps(shell):
    shell.run("'abc'.Nope(); [Nope.Type]; [string]::Missing; (5).Absent")
    kinds = {(kind, name) for kind, name, _ in shell.session.gaps()}
    assert {
        ("method", "[System.String].Nope()"),
        ("type", "Nope.Type"),
        ("static property", "[System.String]::Missing"),
        ("property", "[System.Int32].Absent"),
    } <= kinds


NET_ERRORS = [
    ("[datetime]-5", "InvalidCastConstructorException"),
    ("[datetime]::MaxValue + [timespan]::FromDays(1)", "System.ArgumentOutOfRangeException"),
    ("[timespan]::MaxValue + [timespan]::FromDays(1)", "System.OverflowException"),
    ("[int]::TryParse('5', 6)", "NonRefArgumentToRefParameterMsg"),
    ("[datetime]::DaysInMonth(0, 2)", "ArgumentOutOfRangeException"),
    ("[datetime]::IsLeapYear(0)", "ArgumentOutOfRangeException"),
    ("[enum]::GetName([System.DayOfWeek], @{})", "ArgumentException"),
    ("[enum]::ToObject([System.DayOfWeek], 'a')", "ArgumentException"),
    ("switch -Wildcard ('a') { '[a' { 1 } }", "System.Management.Automation.WildcardPatternException"),
    ("[int]('9' * 5000)", "InvalidCastFromStringToInteger"),
    ("[char]::ConvertFromUtf32(1114112)", "ArgumentOutOfRangeException"),
    ("[System.Net.IPAddress]::IsLoopback($null)", "ArgumentNullException"),
    ("[System.Management.Automation.LanguagePrimitives]::ConvertTo(1, $null)", "ArgumentNullException"),
]


@pytest.mark.parametrize(("script", "error_id"), NET_ERRORS)
def test_what_net_refuses_is_an_error_of_the_script(shell, script, error_id):
    assert shell.error(script).fully_qualified_error_id == error_id


def test_types_that_scripts_ask_for_parameters_of(shell):
    assert shell.texts(
        "[System.Management.Automation.Cmdlet]::CommonParameters.Count; "
        "[System.Management.Automation.Cmdlet]::OptionalCommonParameters -join ','; "
        "[psobject]::AsPSObject(1) + 1; [System.Collections.ObjectModel.Collection``1[int]]::new().Count"
    ) == ["11", "WhatIf,Confirm,UseTransaction", "2", "0"]


def test_moments_that_another_zone_does_not_have_are_the_first_or_last(shell):
    assert shell.texts(
        "[datetime]::MaxValue.ToLocalTime().Year; [datetime]::MinValue.ToUniversalTime().Year"
    ) == ["9999", "1"]


def test_sets_of_wildcards_have_no_operators(shell, recwarn):
    assert shell.texts("'a' -like '[a&&b~~c||]'; '|' -like '[a||b]'; '[' -like '[[a]'; '^' -like '[^a]'") == [
        "True",
        "True",
        "True",
        "True",
    ]
    assert not recwarn
