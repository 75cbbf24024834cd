"""Classes of scripts over classes of C#: protected members, overrides, and what has to be brought."""

from __future__ import annotations

import pytest

_SOURCE = """Add-Type 'public interface IThing { int Number { get; } string Name(int x); }
public abstract class Shape {
 private int data = 5; protected string Tag = "tag"; public Shape Other; public int P { get; protected set; }
 protected Shape(int d) { data = d; } protected Shape() { }
 public abstract double Area(); public virtual string Name { get { return "shape"; } }
 protected virtual string Secret() { return "base" + data; }
 public string Describe() { return Name + ":" + Area() + ":" + Secret() + ":" + this.data + ":" + Other.data; } }
public static class Use { public static string Of(Shape s) { return s.Name + s.Area(); } }';
"""
_SQUARE = """class Square : Shape {
 [double] $Side; [string] $Name = 'square'
 Square([double] $side) : base(7) { $this.Side = $side; $this.P = 9 }
 [double] Area() { return $this.Side * $this.Side }
 [string] Secret() { return 'my ' + ([Shape]$this).Secret() }
 [string] Read() { return $this.Tag }
 [string] Change() { $this.Tag = 'x'; $this.Tag += 'y'; return (& { $this.Tag }) }
 [string] ByName($name) { return $this.$name } };
$s = [Square]::new(3); $s.Other = $s;
"""


def test_code_of_c_sharp_calls_what_the_class_overrides(shell):
    shell.values(_SOURCE)
    assert shell.values(_SQUARE + "$s.Describe(); [Use]::Of($s)") == [
        "square:9:my base7:7:7",
        "square9",
    ]


def test_code_of_the_class_reaches_protected_members(shell):
    script = "$s.Read(); $s.Change(); $s.ByName('Tag'); $s.P"
    shell.values(_SOURCE)
    assert shell.values(_SQUARE + script) == ["tag", "xy", "xy", 9]


@pytest.mark.parametrize(
    ("script", "error_id"),
    [
        ("Set-StrictMode -Version 3; $s.Tag", "PropertyNotFoundStrict"),
        ("$s.Tag = 3", "PropertyAssignmentException"),
        ("$s.P = 3", "PropertyAssignmentException"),
        ("[Shape]::new(1)", "MethodCountCouldNotFindBest"),
        (
            "Set-StrictMode -Version 3; class Other { [string] F($x) { return $x.Tag } }; [Other]::new().F($s)",
            "PropertyNotFoundStrict",
        ),
    ],
)
def test_others_do_not(shell, script, error_id):
    shell.values(_SOURCE)
    assert shell.error(_SQUARE + script).fully_qualified_error_id == error_id


def test_a_copy_of_itself(shell):
    script = "class A { $x = 1; [object] Copy() { return $this.MemberwiseClone() } }; $a = [A]::new(); $b = $a.Copy();"
    assert shell.values(script + "$b.x = 2; $a.x; $b.x") == [1, 2]
    assert shell.error("$a.MemberwiseClone()").fully_qualified_error_id == "MethodNotFound"


def test_accessors_override_properties(shell):
    script = (
        "Add-Type 'public abstract class Half { public abstract int N { get; } public int Twice() { return 2 * N; } }';"
        "Invoke-Expression 'class Whole : Half { [int] get_N() { return 21 } }; $w = [Whole]::new(); $w.Twice(); $w.N'"
    )
    assert shell.values(script) == [42, 21]


@pytest.mark.parametrize(
    ("script", "method"),
    [
        ("class A : System.IComparable { }", "CompareTo"),
        ("class A : System.IComparable { [void] CompareTo([object] $o) { } }", "CompareTo"),
        ("class A : System.IComparable { static [int] CompareTo([object] $o) { return 0 } }", "CompareTo"),
        ("class A : System.IDisposable, System.ICloneable { [void] Dispose() { } }", "Clone"),
        (
            "class A : System.Collections.Generic.IComparer[int] { [int] Compare([string] $a, [int] $b) { return 0 } }",
            "Compare",
        ),
        (
            "class A : System.Collections.IEnumerator { [bool] MoveNext() { return $false } [void] Reset() { } }",
            "get_Current",
        ),
        ("class A : Type { }", "get_GUID"),
        ("class A : IThing { [int] $Number; [string] Name([int] $x) { return '' } }", "get_Number"),
        ("class A : Shape { [string] Area() { return '' } }", "Area"),
    ],
)
def test_a_class_brings_what_its_bases_leave_open(shell, script, method):
    shell.values(_SOURCE)
    record = shell.error(script)
    assert record.fully_qualified_error_id == "TypeCreationError"
    assert (
        f"Error during creation of type \"A\". Error message: \r\nMethod '{method}' in type 'A' from assembly "
        in record.message
    )
    assert record.message.endswith("' does not have an implementation.")


@pytest.mark.parametrize(
    "script",
    [
        "class A : System.IComparable { [int] CompareTo($o) { return 0 } }",
        "class A : System.Collections.Generic.List[int], System.Collections.IEnumerable { }",
        "class B { [void] Dispose() { } }; class A : B, System.IDisposable { }",
        "class A : IThing { [int] get_Number() { return 1 } [string] Name([int] $x) { return '' } }",
        "class A : Shape { [double] Area() { return 1 } }",
    ],
)
def test_a_class_may_inherit_what_is_asked(shell, script):
    shell.values(_SOURCE)
    assert shell.values(f"{script}; [A].Name") == ["A"]


def test_a_generic_type_without_arguments_is_no_base(shell):
    record = shell.error("class A : System.Collections.Generic.List`1 { }")
    assert record.fully_qualified_error_id == "SubtypeUnclosedGeneric"
    assert record.message.endswith(
        "Invalid base type 'List`1'. Base type cannot be a generic with unspecified parameters."
    )


def test_a_text_that_is_no_number_is_no_value_of_an_enum(shell):
    record = shell.error("enum E { a = 'hello' }")
    assert record.fully_qualified_error_id == "CannotConvertValue"
    assert record.message.endswith('Cannot convert the value to type "int".')


def test_the_failed_start_of_a_class_tells_the_line(shell):
    script = (
        "class A {\n static [int] $a = 'zz'\n}\n"
        "try { [A]::a } catch { $e = $_.Exception.InnerException; $e.ErrorRecord.FullyQualifiedErrorId;"
        "$e.InnerException.ErrorRecord.InvocationInfo.Line.Trim() }"
    )
    assert shell.texts(script) == ["InvalidCastFromStringToInteger", "static [int] $a = 'zz'"]


def test_an_automatic_property_has_both_accessors(shell):
    result = shell.runspace.run("Add-Type 'public class A { public int Id { get; } }'")
    assert "error CS0840" in str(result.errors[0].target)


def test_a_hash_literal_with_an_unknown_property_tells_the_known_ones(shell):
    script = (
        "Add-Type 'public class A { public string Name; public string Path { get; set; } }'; [A]@{ key = 1 }"
    )
    assert shell.error(script).message == (
        'Cannot create object of type "A". The key property was not found for the A object. The available property '
        "is: [Name <System.String>] , [Path <System.String>]"
    )


def test_a_cast_to_a_base_calls_the_method_of_the_base(shell):
    shell.values(
        'Add-Type \'public class Low { public virtual string Say(int n) { return "low" + n; } }'
        ' public class High : Low { public override string Say(int n) { return "high" + n; } }'
        " public class Doc : System.Xml.XmlDocument { public string Kept { get; set; }"
        " public override void LoadXml(string text) { Kept = text; } }'"
    )
    assert shell.values("$h = [High]::new(); $h.Say(1); ([Low]$h).Say(2); ([object]$h).ToString()") == [
        "high1",
        "low2",
        "High",
    ]
    script = (
        "$d = [Doc]::new(); $d.LoadXml('<a>b</a>'); $d.Kept; $d.ChildNodes.Count; "
        "([System.Xml.XmlDocument]$d).LoadXml('<a>b</a>'); $d.a; $d.ChildNodes.Count"
    )
    assert shell.values(script) == ["<a>b</a>", 0, "b", 1]


def test_an_accessor_with_other_parameters_makes_no_property(shell):
    script = (
        "class Own : Exception { Own() : base('text') { } [string] get_Message([int] $a) { return 'x' } }; "
        "[Own]::new().Message; [Own]::new().get_Message(1)"
    )
    assert shell.values(script) == ["text", "x"]
