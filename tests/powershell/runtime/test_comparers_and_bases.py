"""Comparers that classes of scripts implement, and the collections that they derive from."""

import pytest

LENGTH = "{0} {{ [int] Compare({1}$a, {1}$b) {{ return $a.Length - $b.Length }} }}\n"
ORDER = LENGTH.format("class Len : System.Collections.IComparer", "")
TEXT_ORDER = LENGTH.format("class Len : System.Collections.Generic.IComparer[string]", "[string]")
SAME = (
    "class Same : System.Collections.Generic.IEqualityComparer[string], System.Collections.IEqualityComparer {\n"
    "[bool] Equals([string]$a, [string]$b) { return $a.Length -eq $b.Length } [int] GetHashCode([string]$a) { return $a.Length }\n"
    "[bool] Equals([object]$a, [object]$b) { return $a.Length -eq $b.Length } [int] GetHashCode([object]$a) { return $a.Length } }\n"
)
_G = "[System.Collections.Generic."
CASES = [
    (
        ORDER + "$l = [System.Collections.ArrayList]('ccc', 'a', 'bb'); $l.Sort([Len]::new()); \"$l\"",
        ["a bb ccc"],
    ),
    (ORDER + "$a = 'ccc', 'a', 'bb'; [array]::Sort($a, [Len]::new()); \"$a\"", ["a bb ccc"]),
    ("$k = 3, 1, 2; $v = 'c', 'a', 'b'; [array]::Sort($k, $v); \"$k $v\"", ["1 2 3 a b c"]),
    ("$k = 4, 3, 2, 1; [array]::Sort($k, 1, 2); \"$k\"", ["4 2 3 1"]),
    (TEXT_ORDER + f"$l = {_G}List[string]]('ccc', 'a', 'bb'); $l.Sort([Len]::new()); \"$l\"", ["a bb ccc"]),
    (
        f"$l = {_G}List[string]]('ccc', 'a'); $l.Sort([Comparison[string]]{{ param($a, $b) $a.Length - $b.Length }}); \"$l\"",
        ["a ccc"],
    ),
    (
        f"$l = {_G}List[string]]('b', 'a', 'B'); $l.Sort([StringComparer]::Ordinal); \"$l\"; [StringComparer]::Ordinal.Compare('a', 'B')",
        ["B a b", "1"],
    ),
    (
        TEXT_ORDER
        + f"$d = {_G}SortedDictionary[string,int]]::new([Len]::new()); $d['ccc'] = 3; $d['a'] = 1; $d['b'] = 9; \"$($d.Keys)\"; $d['z']",
        ["a ccc", "9"],
    ),
    (
        TEXT_ORDER + f"$s = {_G}SortedSet[string]]::new([Len]::new()); $s.Add('bb'); $s.Add('a'); $s.Add('cc'); \"$s\"",
        ["True", "True", "False", "a bb"],
    ),
    (
        f"$s = {_G}SortedSet[int]]::new([int[]](3, 1, 2, 3)); \"$s\"; $s.Min; $s.Max; \"$($s.GetViewBetween(2, 3))\"",
        ["1 2 3", "1", "3", "2 3"],
    ),
    (
        f"$d = {_G}SortedDictionary[string,int]]::new(); $d['b'] = 1; $d['a'] = 2; $d.GetEnumerator() | ForEach-Object {{ \"$_\" }}",
        ["[a, 2]", "[b, 1]"],
    ),
    (
        SAME + "$h = [hashtable]::new([Same]::new()); $h['aa'] = 1; $h['bb'] = 2; $h.Count; $h['zz']; $h.ContainsKey('q')",
        ["1", "2", "False"],
    ),
    (
        SAME + f"$d = {_G}Dictionary[string,int]]::new([Same]::new()); $d['aa'] = 1; $d['bb'] = 2; $d.Count; $d['zz']; $d.Remove('xx')",
        ["1", "2", "True"],
    ),
    (
        SAME + f"$s = {_G}HashSet[string]]::new([Same]::new()); $s.Add('a'); $s.Add('b'); $s.UnionWith([string[]]('x', 'yy')); \"$s\"",
        ["True", "False", "a yy"],
    ),
    (
        f"class R : {_G[1:]}Comparer[string] {{ [int] Compare([string]$a, [string]$b) {{ return $b.CompareTo($a) }} }}\n"
        f"$l = {_G}List[string]]('a', 'c', 'b'); $l.Sort([R]::new()); \"$l\"",
        ["c b a"],
    ),
    (
        "class Each : System.Collections.IEnumerator { [int]$n = 0; [object] get_Current() { return $this.n }\n"
        "[bool] MoveNext() { $this.n++; return $this.n -lt 4 } [void] Reset() { } }\nforeach ($i in [Each]::new()) { $i }",
        ["1", "2", "3"],
    ),
    (
        "class C : System.Collections.CollectionBase { [int] Twice() { return $this.Count * 2 } }\n"
        "$c = [C]::new(); $c.Add(4); $c.Add(5); $c.Twice(); $c -join '+'; [C].BaseType.Name",
        ["0", "1", "4", "4+5", "CollectionBase"],
    ),
    ("class D : System.Collections.DictionaryBase { }; $d = [D]::new(); $d.Add('a', 1); $d.Count; $d.Keys", ["1", "a"]),
]  # fmt: skip


@pytest.mark.parametrize(("script", "expected"), CASES)
def test_collections_go_by_the_comparers_of_scripts(shell, script, expected):
    assert shell.texts(script) == expected


def test_a_comparer_that_fails_is_told(shell):
    script = "class No : System.Collections.IComparer { [int] Compare($a, $b) { throw 'no' } }; [array]::Sort(('b', 'a'), [No]::new())"
    error = shell.error(script)
    assert error.message.endswith('"Failed to compare two elements in the array."')


def test_a_comparer_that_gives_no_number_is_told(shell):
    script = (
        "class No : System.Collections.IEqualityComparer { [bool] Equals($a, $b) { return $true } "
        "[int] GetHashCode($a) { return 'x' } }; $h = [hashtable]::new([No]::new()); $h['a'] = 1"
    )
    assert 'Cannot convert value "x" to type "System.Int32"' in shell.error(script).message


def test_a_task_is_what_can_be_waited_for(shell):
    assert "Parameter name: tasks" in shell.error("[System.Threading.Tasks.Task]::WaitAll(5)").message


def test_a_collection_by_name_takes_its_own_values(shell):
    script = "$c = [System.Collections.Specialized.NameValueCollection]::new(); $c.Add('a', '1'); $c.Add('b', $null); $c.Add($c)"
    assert shell.texts(f"{script}; $c['a']; $c.Count") == ["1,1", "2"]


def test_an_object_that_compares_nothing_is_refused(shell):
    error = shell.error("class No { }; [System.Collections.ArrayList]::new().Sort([No]::new())")
    assert error.error_id == "MethodArgumentConversionInvalidCastArgument"


def test_an_abstract_base_makes_no_objects_of_its_own(shell):
    error = shell.error("[System.Collections.CollectionBase]::new()")
    assert error.error_id == "MethodCountCouldNotFindBest"


def test_a_class_completes_the_values_of_a_parameter(shell):
    script = (
        "using namespace System.Management.Automation\n"
        "class Names : IArgumentCompleter { [System.Collections.Generic.IEnumerable[CompletionResult]] CompleteArgument("
        "[string]$command, [string]$parameter, [string]$word, [Language.CommandAst]$ast, [System.Collections.IDictionary]$bound) "
        "{ return [CompletionResult[]]('alpha', 'beta' | Where-Object { $_ -like \"$word*\" }) } }\n"
        "function Get-It { param([ArgumentCompleter([Names])]$Name) }; "
        "(TabExpansion2 'Get-It -Name b' 14).CompletionMatches.CompletionText"
    )
    assert shell.texts(script) == ["beta"]
