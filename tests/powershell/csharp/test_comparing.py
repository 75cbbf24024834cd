"""Operators and cmdlets order and compare objects of C# as their classes say."""

from __future__ import annotations

_CLASSES = """
Add-Type @'
public class Rank : System.IComparable {
  public int N; public Rank(int n) { N = n; }
  public int CompareTo(object other) { Rank r = other as Rank; if (r == null) return -1; return N.CompareTo(r.N); }
  public override bool Equals(object other) { Rank r = other as Rank; return r != null && r.N == N; }
  public override int GetHashCode() { return N; }
  private class Inner { public int A = 4; }
  public class Open { }
  public int Of() { return new Inner().A; }
}
public class Plain { public int CompareTo(object other) { return 0; } }
'@
"""


def test_classes_that_are_comparable_have_an_order(shell):
    assert shell.values(
        f"{_CLASSES} $a, $b = [Rank]::new(1), [Rank]::new(2); $a -lt $b; $b -lt $a; $a -ge [Rank]::new(1);"
        "$a -eq [Rank]::new(1); $a -eq $b; ($b, $a | Sort-Object | ForEach-Object N) -join '';"
        "@(Compare-Object $a $b).Count; (Compare-Object $a ([Rank]::new(1)) -IncludeEqual).SideIndicator;"
        "try { [Plain]::new() -lt [Plain]::new() } catch { $_.FullyQualifiedErrorId }"
    ) == [True, False, True, True, False, "12", 2, "==", "NotIcomparable"]


def test_a_class_that_is_nested_privately_is_seen_by_c_sharp_alone(shell):
    assert shell.values(
        f"{_CLASSES} [Rank]::new(1).Of(); (New-Object Rank+Open).GetType().Name;"
        "try { New-Object Rank+Inner } catch { $_.FullyQualifiedErrorId }"
    ) == [4, "Open", "TypeNotFound,Microsoft.PowerShell.Commands.NewObjectCommand"]
