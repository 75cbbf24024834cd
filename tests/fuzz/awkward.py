"""Values that a script may give to anything: empty, at the border, huge, broken, of another kind.

Each is a script, so that every use can have a value of its own.
"""

from __future__ import annotations

from typing import Final

_TEXTS: Final = (
    *("''", "' '", "'a'", "'äöü'", "'\U0001f600'", "[string][char]0xD800", '"a`r`n`0b"', "'{0}{1:x}{'"),
    *(
        "'[a'",
        "'(a+)+$'",
        "'*'",
        "'a,b;c'",
        "'2020-02-29'",
        "'1e400'",
        "'-1'",
        "'99999999999999999999'",
        "'0x'",
    ),
    *("'C:\\x*?<>|:'", "'\\\\a\\b'", "'<a b=\"'", "'{\"a\":[1,'"),
)
#: Texts that a careless pattern or loop takes quadratic time for.
LONG_TEXTS: Final = (
    *("('x' * 100KB)", "('9' * 100KB)", "('9' * 100KB + 'x')", "(' ' * 20KB + 'x')", "('1.' * 10KB)"),
    *("('(' * 3000)", "('[' * 3000)", "('{' * 3000)", "('<a>' * 3000)", "(',' * 20KB)", "('\\' * 20KB)"),
)
_NUMBERS: Final = (
    *("0", "-1", "1", "7", "[int]::MaxValue", "[int]::MinValue", "[long]::MaxValue", "[long]::MinValue"),
    *("[uint64]::MaxValue", "[byte]255", "[sbyte]-1", "1.5", "1e308", "[double]::NaN"),
    *(
        "[double]::NegativeInfinity",
        "[single]3.4e38",
        "[decimal]::MaxValue",
        "0.0000000000000000000000000001d",
    ),
    *("[char]0", "[char]0xFFFF", "[char]'a'", "$true", "$false"),
)
_TIMES: Final = (
    *("[datetime]::MinValue", "[datetime]::MaxValue", "[timespan]::MaxValue", "[timespan]::MinValue"),
)
_LISTS: Final = (
    *("@()", "@($null, $null)", "@(1, 'a', $null, 1.5)", "@('a', '', 'äöü')", "(1..5000)"),
    *(
        "[byte[]](0, 255, 128)",
        "[byte[]]::new(10KB)",
        "[int[]](1, -1)",
        "[char[]]'ab'",
        "[string[]]('a', $null)",
    ),
    *("[Collections.ArrayList]@(1, $null)", "[Collections.Generic.List[int]](1, 2)"),
)
_OBJECTS: Final = (
    *("$null", "@{}", "@{ a = 1; 2 = $null }", "[ordered]@{ b = @(); a = @{} }", "[pscustomobject]@{}"),
    *("[pscustomobject]@{ Name = $null; Length = -1 }", "{ $_ }", "{ throw 'no' }", "[guid]::Empty"),
    *("[version]'1.2'", "[DayOfWeek]::Monday", "[IO.FileAttributes]'Hidden,System'", "[int]", "[string[]]"),
    *("[ref]1", "[regex]'a(b)?'", "[xml]'<a b=\"1\"><c/>t</a>'", "[uri]'http://a/b'", "[cultureinfo]'en-US'"),
    *("[Text.Encoding]::UTF8", "[switch]$true", "[Exception]::new('e')", "(New-Object object)"),
    *("$ExecutionContext", "$Host", "(Get-Item C:\\Windows)"),
)
AWKWARD: Final = (*_OBJECTS, *_TEXTS, *_NUMBERS, *_TIMES, *_LISTS, *LONG_TEXTS)
#: One of each sort, for quick looks.
FEW: Final = (
    *("$null", "''", "'äöü'", "'*'", "'[a'", "('9' * 5000)", "-1", "[int]::MaxValue", "[double]::NaN"),
    *("@()", "@($null, $null)", "@{ a = 1 }", "{ throw 'no' }", "[datetime]::MaxValue", "'C:\\x*?<>|:'"),
)
