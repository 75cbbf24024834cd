"""A collection that changes while a script goes through it ends the loop, as .NET's enumerators do."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture(scope="module")
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(
    "script",
    [
        "$l = [Collections.ArrayList](1, 2, 3); foreach ($x in $l) { $l.Remove($x) }",
        "$l = [Collections.Generic.List[int]](1, 2); foreach ($x in $l) { $l.Add($x) }",
        "$h = @{ a = 1; b = 2 }; foreach ($k in $h.Keys) { $h[$k] = 5 }",
        "$h = @{ a = 1 }; foreach ($k in $h.Keys) { $h.Remove($k) }",
        "$h = [ordered]@{ a = 1; b = 2 }; foreach ($v in $h.Values) { $h[0] = 5 }",
        "$q = [Collections.Queue]::new(@(1, 2)); foreach ($x in $q) { $q.Enqueue(1) }",
    ],
)
def test_a_loop_over_what_it_changes_ends(session: ConsoleSession, script: str) -> None:
    result = session.runspace.run(f"{script}; 'on'")
    told = [*result.errors, *([result.failure] if result.failure else [])]
    assert [one.fully_qualified_error_id for one in told] == ["System.InvalidOperationException"]
    assert told[0].message == "Collection was modified; enumeration operation may not execute."


def test_the_first_round_was_run(session: ConsoleSession) -> None:
    script = (
        "$h = @{ a = 1; b = 1 }; try { foreach ($k in $h.Keys) { $h[$k] = 5 } } catch { 'caught' }; $h.Values"
    )
    assert sorted(session.values(script), key=str) == [1, 5, "caught"]


def test_a_pipeline_over_what_it_changes_ends(session: ConsoleSession) -> None:
    result = session.runspace.run("$h = @{ a = 1; b = 2 }; $h.Keys | ForEach-Object { $h.Remove($_) }")
    told = [*result.errors, *([result.failure] if result.failure else [])]
    assert [one.fully_qualified_error_id for one in told] == ["BadEnumeration"]
    assert told[0].message == (
        "An error occurred while enumerating through a collection: Collection was modified; enumeration "
        "operation may not execute.."
    )


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("$h = @{ a = 1; b = 2 }; foreach ($k in @($h.Keys)) { $h[$k] = 5 }; $h.Values", [5, 5]),
        ("$h = @{ a = 1 }; foreach ($k in $h.Keys) { $h[$k] = 5; break }; $h.Values", [5]),
        ("$l = [Collections.ArrayList](1, 2); foreach ($x in $l.ToArray()) { $l.Remove($x) }; $l.Count", [0]),
        ("$l = [Collections.ArrayList](1, 2); $l | Sort-Object | ForEach-Object { $l.Remove($_) }; $l.Count", [0]),
        ("$h = @{ b = 1 }; $h.Keys.Count; $h.Keys -contains 'b'; [string[]]$h.Keys; $h.Keys -join ','", [1, True, "b", "b"]),
        ("$a = 1, 2; foreach ($x in $a) { $a[0] = 5 }; $a", [5, 2]),
    ],
)  # fmt: skip
def test_what_does_not_go_through_the_collection_itself_may_change_it(
    session: ConsoleSession, script: str, found: list[object]
) -> None:
    assert session.values(script) == found
