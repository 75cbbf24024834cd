"""Parts of the host that few clients need: each is made, and its module loaded, when somebody first asks."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Part = TypeVar("Part")


class made_when_asked(Generic[Part]):  # noqa: N801  used as a decorator, like property
    """A property whose value is made once, and then an attribute of its own.

    Not functools.cached_property: that one holds a lock of its own, up to Python 3.11, while the part takes
    the host's.
    """

    def __init__(self, make: Callable[[Any], Part]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, owner: None, kind: type) -> "made_when_asked[Part]": ...

    @overload
    def __get__(self, owner: object, kind: type) -> Part: ...

    def __get__(self, owner: object, kind: type) -> "made_when_asked[Part] | Part":
        if owner is None:
            return self
        part = self._make(owner)
        vars(owner)[self._name] = part
        return part


def forget_made(owner: object) -> None:
    """Let every such part be made anew when somebody asks again."""
    made = vars(owner)
    for name in list(made):
        if isinstance(getattr(type(owner), name, None), made_when_asked):
            del made[name]
