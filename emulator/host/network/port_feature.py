"""What a setting of a port of a virtual switch is (a "feature"): a value, a record whose field types and
``limits`` say what is allowed.
"""

from enum import IntEnum
from typing import Any, ClassVar, TypeVar

from emulator.host.checks import check_choice, check_flag, check_number, check_text
from emulator.host.errors import InvalidParameter
from emulator.record import Record, names

_NUMBER = (0, 0xFFFFFFFF)
_LONGEST_TEXT = 127
_LONGEST_LIST = 4096

Feature = TypeVar("Feature", bound="PortFeature")


class PortFeature(Record):
    """Base of the features. ``several``: a port may have more than one; ``since`` and ``until``: the first
    build, and the first one without it."""

    feature_id: ClassVar[str]
    title: ClassVar[str]
    several: ClassVar[bool] = False
    since: ClassVar[int] = 0
    until: ClassVar[int] = 1 << 32
    limits: ClassVar[dict[str, tuple[int, int]]] = {}

    def check(self) -> None:
        """Rules between the fields. Raises InvalidParameter."""


def checked_feature(feature: Feature) -> Feature:
    """The feature with every field of its exact type. Raises InvalidParameter."""
    kind = type(feature)
    values: dict[str, Any] = {}
    usual = kind()
    for name in names(kind):
        values[name] = _checked(kind, name, getattr(feature, name), getattr(usual, name))
    found = feature.replaced(**values)
    found.check()
    return found


def _checked(kind: type[PortFeature], name: str, value: Any, default: Any) -> Any:
    if isinstance(default, bool):
        return check_flag(name, value)
    if isinstance(default, IntEnum):
        return check_choice(name, value, type(default))
    if isinstance(default, int):
        return check_number(name, value, *kind.limits.get(name, _NUMBER))
    if isinstance(default, str):
        return check_text(name, value, _LONGEST_TEXT)
    if not isinstance(value, tuple) or len(value) > _LONGEST_LIST:
        raise InvalidParameter(f"The value of {name} is not a list of at most {_LONGEST_LIST} elements.")
    low, high = kind.limits.get(name, _NUMBER)
    return tuple(
        check_text(name, each, _LONGEST_TEXT)
        if isinstance(each, str)
        else check_number(name, each, low, high)
        for each in value
    )
