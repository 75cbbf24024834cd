"""Records: what their constructors take, what makes them equal, what may be changed."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import ClassVar

import pytest

from emulator.record import MutableRecord, Record, field, names


class Point(Record):
    """A record with a default."""

    kinds: ClassVar[int] = 3
    x: int
    y: int = 0


class Place(Point):
    """A record with inherited fields."""

    name: str = ""


class Basket(MutableRecord):
    """A record that changes, and makes a default anew."""

    owner: str
    items: list[str] = field(default_factory=list)


def seven() -> int:
    return 7


class Clock(Record):
    """A record with a function."""

    now: Callable[[], int] = field(default=seven)


class Door(MutableRecord, eq=False):
    """A record that is equal to itself only."""

    number: int = 0


def test_fields_come_by_place_and_by_name_with_defaults():
    assert names(Place) == ("x", "y", "name")
    point = Place(1, name="here")
    assert (point.x, point.y, point.name) == (1, 0, "here")
    assert repr(point) == "Place(x=1, y=0, name='here')"


@pytest.mark.parametrize(
    "make",
    [
        lambda: Point(),
        lambda: Point(y=1),
        lambda: Point(1, 2, 3),
        lambda: Point(1, x=1),
        lambda: Point(1, z=1),
        lambda: Point(1).replaced(z=1),
    ],
)
def test_what_does_not_fit_is_a_type_error(make):
    with pytest.raises(TypeError):
        make()


def test_records_are_equal_when_all_fields_are_whether_given_or_left_out():
    assert Point(1) == Point(1, 0)
    assert hash(Point(1)) == hash(Point(1, 0))
    assert Point(1) != Point(1, 2)
    assert Point(1) != Place(1)


def test_a_record_does_not_change_and_its_replacement_is_another():
    point = Point(1)
    with pytest.raises(AttributeError):
        point.x = 2
    with pytest.raises(AttributeError):
        del point.x
    assert point.replaced(x=5) == Point(5)
    assert point == Point(1)


def test_a_mutable_record_has_defaults_of_its_own_and_no_hash():
    first, second = Basket("a"), Basket("a")
    first.items.append("apple")
    assert second.items == []
    second.items = ["apple"]
    assert first == second
    with pytest.raises(TypeError):
        hash(first)


def test_a_copy_shares_what_the_fields_hold():
    first = Basket("a")
    other = copy(first)
    other.owner = "b"
    assert first.owner == "a"
    assert other.items is first.items


def test_a_function_as_a_default_stays_a_function():
    clock = Clock()
    assert clock.now() == 7
    assert clock == Clock(seven)
    assert "seven" in repr(clock)


def test_a_record_without_comparison_is_equal_to_itself_only():
    door = Door()
    assert door == door
    assert door != Door()
    assert len({door, Door()}) == 2
