"""ConvertTo-Json as Windows PowerShell 5.1 writes it."""

import pytest

CASES = [
    (
        "[ordered]@{Name='vm';State=2;On=$true;None=$null} | ConvertTo-Json",
        '{\r\n    "Name":  "vm",\r\n    "State":  2,\r\n    "On":  true,\r\n    "None":  null\r\n}',
    ),
    (
        "@{a=@{b=1}} | ConvertTo-Json",
        '{\r\n    "a":  {\r\n              "b":  1\r\n          }\r\n}',
    ),
    (
        "@{ab=@(1,@{c=2})} | ConvertTo-Json",
        '{\r\n    "ab":  [\r\n               1,\r\n               {\r\n                   "c":  2\r\n        '
        "       }\r\n"
        "           ]\r\n}",
    ),
    ("@{a=@();h=@{}} | % { ConvertTo-Json @{a=@()} }", '{\r\n    "a":  [\r\n\r\n          ]\r\n}'),
    ("ConvertTo-Json @{}", "{\r\n\r\n}"),
    ("ConvertTo-Json @()", "[\r\n\r\n]"),
    ("1,2 | ConvertTo-Json", "[\r\n    1,\r\n    2\r\n]"),
    ("[pscustomobject]@{a=1},[pscustomobject]@{a=2} | ConvertTo-Json -Compress", '[{"a":1},{"a":2}]'),
    ("@{a=@{b=@{c=@{d=1}}}} | ConvertTo-Json -Compress", '{"a":{"b":{"c":"System.Collections.Hashtable"}}}'),
    ("@{a=@{b=@{c=[pscustomobject]@{d=1}}}} | ConvertTo-Json -Compress", '{"a":{"b":{"c":"@{d=1}"}}}'),
    ("@{a=@{b=@{c=1,2}}} | ConvertTo-Json -Compress", '{"a":{"b":{"c":"1 2"}}}'),
    ("@{a=@{b=@{c=@{d=1}}}} | ConvertTo-Json -Compress -Depth 3", '{"a":{"b":{"c":{"d":1}}}}'),
    (
        '"it\'s <b> & ""q"" \\ `n`t" | ConvertTo-Json',
        '"it\\u0027s \\u003cb\\u003e \\u0026 \\"q\\" \\\\ \\n\\t"',
    ),
    ("[DayOfWeek]::Monday | ConvertTo-Json", "1"),
    ("@{d=[datetime]'2020-01-01'} | ConvertTo-Json -Compress", '{"d":"\\/Date(1577836800000)\\/"}'),
    (
        "@{v=[version]'1.2'} | ConvertTo-Json -Compress",
        '{"v":{"Major":1,"Minor":2,"Build":-1,"Revision":-1,"MajorRevision":-1,"MinorRevision":-1}}',
    ),
    (
        "@{t=[timespan]'01:00:00'} | ConvertTo-Json -Compress",
        '{"t":{"Ticks":36000000000,"Days":0,"Hours":1,"Milliseconds":0,"Minutes":0,"Seconds":0,'
        '"TotalDays":0.041666666666666664,"TotalHours":1,"TotalMilliseconds":3600000,"TotalMinutes":60,'
        '"TotalSeconds":3600}}',
    ),
    ("1.50 | ConvertTo-Json; 1.50d | ConvertTo-Json -Compress", "1.5\n1.50"),
    ("0.1 + 0.2 | ConvertTo-Json; 5GB | ConvertTo-Json", "0.30000000000000004\n5368709120"),
    (
        "ConvertTo-Json -InputObject ([guid]'6f9619ff-8b86-d011-b42d-00c04fc964ff')",
        '"6f9619ff-8b86-d011-b42d-00c04fc964ff"',
    ),
    ("$true | ConvertTo-Json; ConvertTo-Json $null", "true\nnull"),
    (
        "Get-Date '2020-01-01' | ConvertTo-Json -Compress",
        '{"value":"\\/Date(1577836800000)\\/","DisplayHint":2,"DateTime":"Wednesday, January 1, 2020 '
        '12:00:00 AM"}',
    ),
]


@pytest.mark.parametrize(("script", "text"), CASES)
def test_json_has_the_layout_and_escapes_of_5_1(shell, script, text):
    assert "\n".join(shell.texts(script)) == text


def test_json_read_and_written_again_is_the_same(shell):
    text = '{"a":{"b":[1,2,{"c":null}]},"d":1.5,"e":"x","f":true,"g":[]}'
    assert shell.texts(f"'{text}' | ConvertFrom-Json | ConvertTo-Json -Depth 5 -Compress") == [text]


def test_numbers_become_the_smallest_type_that_holds_them(shell):
    script = '(\'{"i":1,"l":5000000000,"d":1.5,"e":1e3}\' | ConvertFrom-Json).PSObject.Properties.Value | % { $_.GetType().Name }'
    assert shell.texts(script) == ["Int32", "Int64", "Decimal", "Double"]
