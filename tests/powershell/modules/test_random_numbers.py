"""System.Random and Get-Random -SetSeed give the numbers of Windows for a seed."""

from __future__ import annotations

import pytest

from tests.powershell.modules.console_session import ConsoleSession


@pytest.fixture
def session() -> ConsoleSession:
    return ConsoleSession()


@pytest.mark.parametrize(("seed", "first"), [(0, 1559595546), (42, 1434747710)])
def test_a_seed_gives_the_numbers_of_net(session, seed, first):
    assert session.values(f"[Random]::new({seed}).Next()") == [first]


def test_get_random_draws_by_bytes_and_goes_on_after_the_seed(session):
    draw = "Get-Random -Maximum 100"
    assert session.values(f"{draw} -SetSeed 23; {draw}; {draw}; {draw}") == [32, 25, 93, 95]


def test_a_seed_chooses_the_same_members_again(session):
    choose = "(1..20 | Get-Random -Count 4 -SetSeed 9) -join ','"
    first, second = session.values(f"{choose}; {choose}")
    assert first == second
    assert len(set(first.split(","))) == 4


def test_bounds_hold(session):
    assert session.values(
        "$r = New-Object System.Random 5; @(1..50 | % { $r.Next(3, 6) } | sort -Unique)"
    ) == [3, 4, 5]
    assert session.error("[Random]::new(1).Next(-1)")[0] == "ArgumentOutOfRangeException"
    assert session.error("[Random]::new(1).Next(5, 4)")[0] == "ArgumentOutOfRangeException"
