"""New-Module, module scopes and closures: script -> the text of each output object."""

import pytest

CASES = [
    (
        "New-Module { $script:n = 0; function Up { (++$script:n) } } | Out-Null; Up; Up; $null -eq $n",
        ["1", "2", "True"],
    ),
    (
        "New-Module M { function A {1}; function B {2}; Export-ModuleMember A } | % Name; A; Test-Path2; try { B } catch { 'no B' }",
        ["M", "1", "no B"],
    ),
    (
        "$x = 'top'; function User { $x = 'inner'; Run { $x } }; New-Module { $x = 'module'; function Run($b) { $x = 'local'; & $b; 1 | % $b; 1 | % { $x } } } | Out-Null; User",
        ["inner", "inner", "local"],
    ),
    ("$m = New-Module { $secret = 5 }; & $m { $secret }; (& $m { $secret = 6; $secret })", ["5", "6"]),
    (
        "$o = New-Module -AsCustomObject { $n = 3; function Inc { $script:n++; $n }; Export-ModuleMember -Variable n -Function Inc }; $o.n; $o.Inc(); $o.n",
        ["3", "4", "4"],
    ),
    ("New-Module -ReturnResult { 1; 2 }", ["1", "2"]),
    (
        "New-Module M { function A {1} } | Out-Null; (Get-Command A).ModuleName; M\\A; Remove-Module M; (Get-Command A -ea Ignore) -eq $null",
        ["M", "1", "True"],
    ),
    (
        "$y = 1; $c = { $y; $script:z = 9; $z }.GetNewClosure(); $y = 2; & $c; $null -eq $z",
        ["1", "9", "True"],
    ),
]


@pytest.mark.parametrize(
    ("script", "expected"), [(one[0].replace("Test-Path2; ", ""), one[1]) for one in CASES]
)
def test_a_module_keeps_its_own_scope(shell, script, expected):
    assert shell.texts(script) == expected


def test_export_outside_of_a_module_is_refused(shell):
    assert shell.error("Export-ModuleMember x").fully_qualified_error_id.startswith("Modules_CanOnly")


def test_a_function_brings_the_aliases_that_it_declares(shell):
    script = "function Get-Long { [Alias('gl1', 'gl2')] param($x) \"<$x>\" }; gl1 1; gl2 2; (Get-Alias gl1).Definition"
    assert shell.texts(script) == ["<1>", "<2>", "Get-Long"]
    script = "New-Module M { function Get-In { [Alias('gin2')] param() 'in' } } | Out-Null; gin2"
    assert shell.texts(script) == ["in"]
