"""Attributes of a script's own classes on parameters and variables, and classes that override .NET's members."""

import pytest

EVEN = (
    "class EvenAttribute : System.Management.Automation.ValidateArgumentsAttribute { "
    "[void] Validate([object]$value, [System.Management.Automation.EngineIntrinsics]$engine) { "
    'if ($value % 2) { throw [System.Management.Automation.ValidationMetadataException]::new("$value is odd") } } };'
)
UP = (
    "class Up : System.Management.Automation.ArgumentTransformationAttribute { "
    "[object] Transform([System.Management.Automation.EngineIntrinsics]$engine, [object]$value) { "
    "if ($value -eq 'bad') { throw 'no way' } return \"$value\".ToUpper() } };"
)
EACH = (
    "class Positive : System.Management.Automation.ValidateEnumeratedArgumentsAttribute { "
    '[void] ValidateElement([object]$one) { if ($one -lt 0) { throw "negative $one" } } };'
)
TAG = "class Tag : System.Attribute { [string]$Text; Tag([string]$text) { $this.Text = $text } };"
EQUAL = (
    "class P { [int]$v; P($v) { $this.v = $v } [bool] Equals([object]$o) { return $this.v -eq $o.v } "
    "[int] GetHashCode() { return $this.v } };"
)

WORKS = [
    (EVEN + 'function f { param([Even()]$x) "got $x" }; f 2', ["got 2"]),
    (UP + "function f { param([Up()]$x) $x }; f abc", ["ABC"]),
    (UP + "function f { param([Up()][string[]]$x) $x }; f abc", ["ABC"]),
    (EACH + "function f { param([Positive()][int[]]$x) $x.Count }; f 1, 2", ["2"]),
    (EVEN + "[Even()]$v = 2; $v = 4; $v", ["4"]),
    (UP + "[Up()]$v = 'a'; $v; $v = 'b'; $v", ["A", "B"]),
    (
        TAG
        + "function f { param([Tag('t')]$x) }; (gcm f).Parameters.x.Attributes.Where{ $_ -is [Tag] }.Text",
        ["t"],
    ),
    (EQUAL + "[P]::new(1) -eq [P]::new(1); [P]::new(1) -eq [P]::new(2)", ["True", "False"]),
    (
        EQUAL + "$h = @{}; $h[[P]::new(1)] = 'found'; $h[[P]::new(1)]; @([P]::new(3)) -contains [P]::new(3)",
        ["found", "True"],
    ),
    ("class Q { [int]$v }; $q = [Q]::new(); $q -eq $q; $q -eq [Q]::new()", ["True", "False"]),
    (
        "class E : System.Collections.IEnumerable { [System.Collections.IEnumerator] GetEnumerator() "
        "{ return (1, 2).GetEnumerator() } }; [E]::new() | % { $_ * 2 }; foreach ($one in [E]::new()) { $one }",
        ["2", "4", "1", "2"],
    ),
    (
        "class L : System.Collections.ArrayList { [int] Add([object]$x) "
        "{ return ([System.Collections.ArrayList]$this).Add(\"<$x>\") } }; $l = [L]::new(); $l.Add('a'); $l[0]",
        ["0", "<a>"],
    ),
    (
        "class I : System.IEquatable[object] { [bool] Equals([object]$o) { return $true } }; [I]::new() -eq 5",
        ["True"],
    ),
    (
        'class F : System.IFormattable { [string] ToString([string]$f, [System.IFormatProvider]$p) { return $f } }; "$([F]::new())"',
        ["F"],
    ),
]


@pytest.mark.parametrize(("script", "expected"), WORKS)
def test_classes_of_scripts_act_as_those_of_dotnet(shell, script, expected):
    assert shell.texts(script) == expected


REFUSED = [
    (
        EVEN + "function f { param([Even()]$x) }; f 3",
        "ParameterArgumentValidationError,f",
        "Cannot validate argument on parameter 'x'. 3 is odd",
    ),
    (
        EACH + "function f { param([Positive()][int[]]$x) }; f 1, -2",
        "ParameterArgumentValidationError,f",
        "Cannot validate argument on parameter 'x'. negative -2",
    ),
    (
        UP + "function f { param([Up()]$x) }; f bad",
        "ParameterArgumentTransformationError,f",
        "Cannot process argument transformation on parameter 'x'. no way",
    ),
    (
        EVEN + "[Even()]$v = 2; $v = 3",
        "ValidateSetFailure",
        "The variable cannot be validated because the value 3 is not a valid value for the v variable.",
    ),
]


@pytest.mark.parametrize(("script", "error_id", "message"), REFUSED)
def test_what_they_refuse(shell, script, error_id, message):
    found = shell.error(script)
    assert (found.fully_qualified_error_id, found.message) == (error_id, message)


_ON_PROPERTIES = (
    "class Twice : System.Management.Automation.ArgumentTransformationAttribute { [object] Transform("
    '[System.Management.Automation.EngineIntrinsics] $e, [object] $x) { if ($x -is [string]) { return "$x$x" }'
    " if ($x -is [datetime]) { throw 'no times' } return $x } };"
    "class Even : System.Management.Automation.ValidateArgumentsAttribute { [void] Validate([object] $x, "
    "[System.Management.Automation.EngineIntrinsics] $e) { if ($x % 2) { throw 'It is odd.' } } };"
    "class P { [Twice()] [string] $a = 'x'; [Twice()] static $s; [Even()] [int] $n; [Twice()] $t }; $p = [P]::new();"
)


def test_attributes_of_properties_transform_and_check(shell):
    script = "$p.a; $p.a = 'q'; $p.a; [P]::s = 'z'; [P]::s; $p.n = 2; $p.n; $p.t = 5; $p.t"
    assert shell.values(_ON_PROPERTIES + script) == ["xx", "qq", "zz", 2, 5]


def test_what_attributes_of_properties_refuse(shell):
    for script, text in (("$p.n = 3", '"n": "It is odd."'), ("$p.t = [datetime]0", '"t": "no times"')):
        record = shell.error(_ON_PROPERTIES + script)
        assert record.fully_qualified_error_id == "ExceptionWhenSetting"
        assert record.message == f"Exception setting {text}"


def test_the_last_attribute_transforms_first(shell):
    script = (
        "Add-Type 'using System.Management.Automation; public class AddAttribute : ArgumentTransformationAttribute {"
        " string t; public AddAttribute(string t) { this.t = t; }"
        " public override object Transform(EngineIntrinsics e, object x) { return x + t; } }';"
        'Invoke-Expression \'class Q { [Add("a")] [Add("b")] $v }; $q = [Q]::new(); $q.v = "-"; $q.v\''
    )
    assert shell.values(script) == ["-ba"]


def test_an_attribute_and_a_class_of_one_name(shell):
    script = (
        "[System.Diagnostics.Tracing.EventSource(Name = 'Mine')] class Source : System.Diagnostics.Tracing.EventSource"
        " { [void] Tell([string] $m) { $this.WriteEvent(1, $m) } }; $s = [Source]::new(); $s.Tell('x'); $s.Name;"
        "$s.IsEnabled()"
    )
    assert shell.values(script) == ["Mine", False]
