"""Operators and conversions: script -> the text of each output object."""

import pytest

ARITHMETIC = [
    ("1 + 2", ["3"]),
    ("[int]::MaxValue + 1", ["2147483648"]),
    ("([int]::MaxValue + 1).GetType().Name", ["Double"]),
    ("([long]1 + 1).GetType().Name", ["Int64"]),
    ("([byte]200 + [byte]100).GetType().Name", ["Int32"]),
    ("7 / 2; 6 / 2", ["3.5", "3"]),
    ("(6 / 2).GetType().Name", ["Int32"]),
    ("-5 % 3; 5 % -3; 7.5 % 2", ["-2", "2", "1.5"]),
    ("1.5d + 1; (1.5 + 1d).GetType().Name", ["2.5", "Decimal"]),
    ("'5' + 3; 5 + '3'; '5' * 3; 5 * '3'", ["53", "8", "555", "15"]),
    ("$null + 1; 'a' + $null", ["1", "a"]),
    ("(@(1,2) + 3).Count; (@(1,2) + @(3,4)).Count; (@(1,2) * 2) -join ','", ["3", "4", "1,2,1,2"]),
    ("(@{a=1} + @{b=2}).Count", ["2"]),
    ("[char]65; [int][char]'A'; [char]'a' + 1; ([char]'a' + 'b')", ["A", "65", "98", "ab"]),
    ("$true + 1; -'5'", ["2", "-5"]),
    ("1KB; 1gb; 0x1F; 1e3; 0xFFFFFFFF", ["1024", "1073741824", "31", "1000", "-1"]),
    ("5 -band 3; 5 -bor 3; 5 -bxor 3; -bnot 5; 1 -shl 4; 256 -shr 2", ["1", "7", "6", "-6", "16", "64"]),
    ("$x=10; $x -= 3; $x *= 2; $x /= 4; $x %= 3; $x", ["0.5"]),
    ("$i=5; $i++; ++$i; ($i--); $i", ["7", "6"]),
    (
        "0.1 + 0.2; 1/3; 1e20; 1e-7; 123456789012345678",
        ["0.3", "0.333333333333333", "1E+20", "1E-07", "123456789012345678"],
    ),
    ("1..5 -join ','; 3..1 -join ','", ["1,2,3,4,5", "3,2,1"]),
    ("[datetime]'2020-03-01' - [datetime]'2020-02-01' | % Days", ["29"]),
    ("([datetime]'2020-03-01' + [timespan]'1.00:00:00').Day", ["2"]),
]

COMPARISON = [
    ("'x' -eq 'X'; 'x' -ceq 'X'; 'x' -ine 'X'", ["True", "False", "False"]),
    ("1 -eq '1'; '1' -eq 1; 1 -eq 'a'; '1.0' -eq 1", ["True", "True", "False", "False"]),
    ("10 -gt '9'; '10' -gt 9; 'b' -gt 'A'", ["True", "False", "True"]),
    ("$null -eq 0; $null -eq ''; $null -eq $null; 0 -eq $null", ["False", "False", "True", "False"]),
    ("1,2,3 -eq 2; 1,2,3 -ne 2; (1,2,3 -gt 5).Count", ["2", "1", "3", "0"]),
    (
        "1,2,3 -contains 2; 2 -in 1,2; 1,2 -notcontains 3; 'A' -ccontains 'a'",
        ["True", "True", "True", "False"],
    ),
    ("$true -eq 'x'; $true -eq 0; 'True' -eq $true", ["True", "False", "True"]),
    ("[DayOfWeek]::Monday -eq 'monday'; [DayOfWeek]::Monday -eq 1", ["True", "True"]),
    ("5 -is [int]; 'a' -is [string]; 5 -isnot [string]; @() -is [array]", ["True", "True", "True", "True"]),
    ("@{} -is [System.Collections.IDictionary]; [pscustomobject]@{} -is [pscustomobject]", ["True", "True"]),
    ("5 -as [string]; '5' -as [int]; $null -eq ('x' -as [int])", ["5", "5", "True"]),
    (
        "[version]'1.10' -gt [version]'1.9'; [guid]::Empty -eq '00000000-0000-0000-0000-000000000000'",
        ["True", "True"],
    ),
    ("[datetime]'2020-01-01' -lt '2020-01-02'", ["True"]),
    (
        "$true -and $false; $true -or $false; $true -xor $true; -not 0; !'a'",
        ["False", "True", "False", "True", "False"],
    ),
]

TEXT = [
    (
        "'abc' -like 'a?c'; 'abc' -like 'B*'; 'abc' -clike 'B*'; '[x]' -like '`[x`]'",
        ["True", "False", "False", "True"],
    ),
    ("'abc' -match 'B'; $Matches[0]; 'abc' -cmatch 'B'", ["True", "b", "False"]),
    ("'x=1' -match '(?<k>\\w)=(?<v>\\d)'; $Matches.k; $Matches['v']", ["True", "x", "1"]),
    ("'a1','b','c2' -match '\\d'", ["a1", "c2"]),
    ("'abc' -notmatch 'z'", ["True"]),
    ("'Hello' -replace 'L','1'; 'Hello' -creplace 'L','1'; 'a.b' -replace '\\.'", ["He11o", "Hello", "ab"]),
    ("'John Smith' -replace '(\\w+) (\\w+)','$2, $1'; 'abc' -replace 'b','$$$&'", ["Smith, John", "a$bc"]),
    ("'a1b2' -split '\\d'", ["a", "b", ""]),
    (
        "'a,b;c' -split '[,;]'; 'a,b,c' -split ',',2; 'a.b' -split '.',0,'SimpleMatch'",
        ["a", "b", "c", "a", "b,c", "a", "b"],
    ),
    ("'aXbxc' -csplit 'x'; -split ' a  b '", ["aXb", "c", "a", "b"]),
    ("'abcd' -split { $_ -eq 'b' }", ["a", "cd"]),
    ("('a b c' -split ' ', -2).Count", ["3"]),
    (
        "'a:b' -split '(:)', 0, 'ExplicitCapture'; 'a: b' -split ': ', 0, 'IgnorePatternWhitespace'",
        ["a", "b", "a", " b"],
    ),
    ("1,2 -join '-'; -join ('a','b')", ["1-2", "ab"]),
    ("'{0,-5}|{1,5}|{2:N2}' -f 'a','b',1234.5", ["a    |    b|1,234.50"]),
    (
        "'{0:D3} {0:X} {1:x4} {2:F1} {3:#,##0.##} {4:000.0}' -f 7,255,2.25,12345.6,1.5",
        ["007 7 00ff 2.3 12,345.6 001.5"],
    ),
    (
        "'{0:yyyy-MM-dd HH:mm}' -f [datetime]'2020-03-04 05:06'; '{0:hh\\:mm}' -f [timespan]'01:02:03'",
        ["2020-03-04 05:06", "01:02"],
    ),
    ("'{{{0}}}' -f 1; '{0}' -f $null; '{0:G}' -f [DayOfWeek]1", ["{1}", "", "Monday"]),
    ("'{0} {1}' -f 1,2", ["1 2"]),
]

CONVERSION = [
    (
        "[int]3.5; [int]2.5; [int]'0x10'; [int]' 7 '; [int]$true; [int]$null; [int]''",
        ["4", "2", "16", "7", "1", "0", "0"],
    ),
    (
        "[bool]'false'; [bool]''; [bool]@(); [bool]@(0); [bool]@(0,0); [bool]0.0",
        ["True", "False", "False", "False", "True", "False"],
    ),
    ("[string]1.50; [string]$true; [string]$null; [string]@(1,2)", ["1.5", "True", "", "1 2"]),
    ("[string][datetime]'2020-03-04 05:06:07'", ["03/04/2020 05:06:07"]),
    ('"$([pscustomobject]@{a=1;b=$null})"; "$(@{})"', ["@{a=1; b=}", "System.Collections.Hashtable"]),
    ("([int[]]('1','2'))[1].GetType().Name; ([string[]](1,2))[0].GetType().Name", ["Int32", "String"]),
    ("[double]'1.5'; [decimal]'1.50'; [long]'5000000000'", ["1.5", "1.50", "5000000000"]),
    (
        "[System.DayOfWeek]'friday'; [int][System.DayOfWeek]::Friday; [System.DayOfWeek]3",
        ["Friday", "5", "Wednesday"],
    ),
    (
        "[version]'1.2.3'; [guid]'{6F9619FF-8B86-D011-B42D-00C04FC964FF}'",
        ["1.2.3", "6f9619ff-8b86-d011-b42d-00c04fc964ff"],
    ),
    ("([pscustomobject]@{b=1;a=2}).PSObject.Properties.Name", ["b", "a"]),
    ("([ordered]@{z=1;a=2}).Keys; ([ordered]@{z=1;a=2})[0]", ["z", "a", "1"]),
    ("([System.Collections.ArrayList]@(1,2)).Count; [array]5 | % GetType | % Name", ["2", "Int32"]),
    ("[System.Collections.Generic.List[string]]$l = 'a','b'; $l.GetType().Name; $l.Count", ["List`1", "2"]),
    ("[nullable[int]]$n = $null; $null -eq $n; $n = '5'; $n", ["True", "5"]),
    ("[timespan]'1.02:03:04.5'; [datetime]'March 4, 2020' | % Month", ["1.02:03:04.5000000", "3"]),
    (
        "'18:30', '18:30:15', '-23:59:01.5', '1.18:30', '12:18:30:15', '12' | % { ([timespan]$_).ToString() }",
        ["18:30:00", "18:30:15", "-23:59:01.5000000", "1.18:30:00", "12.18:30:15", "12.00:00:00"],
    ),
    ("([byte[]](1,255))[1].GetType().Name; [char[]]'ab'", ["Byte", "a", "b"]),
    ("[scriptblock]$s = {1}; & $s; [type]'int' | % FullName", ["1", "System.Int32"]),
    ("@(1,2,3)[-1]; @(1,2,3)[0,2]; @(1,2,3)[5] -eq $null; 'abc'[1]", ["3", "1", "3", "True", "b"]),
]


@pytest.mark.parametrize(("script", "expected"), [*ARITHMETIC, *COMPARISON, *TEXT, *CONVERSION])
def test_an_expression_gives_the_values_of_windows_powershell(shell, script, expected):
    assert shell.texts(script) == expected


@pytest.mark.parametrize(
    ("script", "error_id", "message"),
    [
        (
            "[int]'abc'",
            "InvalidCastFromStringToInteger",
            'Cannot convert value "abc" to type "System.Int32". Error: "Input string was not in a correct '
            'format."',
        ),
        (
            "[int]3000000000",
            "InvalidCastIConvertible",
            'Cannot convert value "3000000000" to type "System.Int32". Error: "Value was either too large or '
            "too small "
            'for an Int32."',
        ),
        (
            "[int]@{}",
            "ConvertToFinalInvalidCastException",
            'Cannot convert the "System.Collections.Hashtable" value of type "System.Collections.Hashtable" '
            "to type "
            '"System.Int32".',
        ),
        (
            "[datetime]'x'",
            "InvalidCastParseTargetInvocation",
            'Cannot convert value "x" to type "System.DateTime". Error: "String was not recognized as a '
            "valid "
            'DateTime."',
        ),
        ("1/0", "RuntimeException", "Attempted to divide by zero."),
        ("'abc' -match '('", "System.ArgumentException", 'parsing "(" - Not enough )\'s.'),
        (
            "'{1}' -f 1",
            "FormatError",
            "Error formatting a string: Index (zero based) must be greater than or equal to zero and less "
            "than the size "
            "of the argument list.",
        ),
        (
            "@(1) - 1",
            "MethodNotFound",
            "Method invocation failed because [System.Object[]] does not contain a method named "
            "'op_Subtraction'.",
        ),
        (
            "$a = 'x'; $a++",
            "OperatorRequiresNumber",
            "The '++' operator works only on numbers. The operand is a 'System.String'.",
        ),
        ("$null[0]", "NullArray", "Cannot index into a null array."),
    ],
)
def test_an_operator_fails_with_the_text_and_id_of_windows_powershell(shell, script, error_id, message):
    record = shell.error(script)
    assert (record.fully_qualified_error_id, record.message) == (error_id, message)


def test_a_value_for_an_array_looks_for_no_type(shell, monkeypatch):
    shell.values("$a = @(0) * 10; $a[1] = 2")
    looked = []
    engine = shell.runspace.engine
    find = type(engine.types).find
    monkeypatch.setattr(
        type(engine.types), "find", lambda types, *given: (looked.append(given), find(types, *given))[1]
    )
    assert shell.values("$a[3] = 'x'; $a[3]") == ["x"]
    assert not looked
