"""Value records of the modules that every start loads.

A dataclass costs half a millisecond to create, most of it for compiling methods, and libraries that do
better load more than they save. A record here compiles nothing: its fields are the class's annotations, a
default stays on the class as any attribute does, and an instance holds what it was given. Elsewhere
dataclasses do: their time is spent when something needs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Final, Self, dataclass_transform

__all__ = ["MutableRecord", "Record", "field", "names"]

_NOTHING: Final = object()


class _Made:
    """A default that is made anew for each instance."""

    __slots__ = ("make",)

    def __init__(self, make: Callable[[], Any]) -> None:
        self.make = make


def field(*, default: Any = _NOTHING, default_factory: Callable[[], Any] | None = None) -> Any:
    """State a field's default where the plain value after ``=`` will not do: a mutable one, or a function."""
    if default_factory is not None:
        return _Made(default_factory)
    return default


def _itself(default: Any) -> Any:
    return default


class _Fields:
    """What both kinds of record do."""

    record_fields: tuple[str, ...] = ()
    """The fields in the order of the class, inherited ones first."""
    _required: frozenset[str] = frozenset()
    _made: Mapping[str, Callable[[], Any]] = MappingProxyType({})

    def __init_subclass__(cls, *, eq: bool = True) -> None:
        """`eq=False`: equal to itself only."""
        own = [name for name, kind in cls.__annotations__.items() if "ClassVar" not in str(kind)]
        stated = cls.__dict__
        # A function on the class would be its method: such a default goes into every instance.
        made = {
            name: default.make if isinstance(default, _Made) else partial(_itself, default)
            for name in own
            if isinstance(default := stated.get(name), _Made) or hasattr(default, "__get__")
        }
        cls.record_fields = tuple(dict.fromkeys((*cls.record_fields, *own)))
        cls._required = (cls._required - stated.keys()) | {name for name in own if name not in stated}
        cls._made = {**{name: make for name, make in cls._made.items() if name not in own}, **made}
        for name in made:
            delattr(cls, name)
        if not eq:
            cls.__eq__ = object.__eq__  # type: ignore[method-assign]
            cls.__hash__ = object.__hash__  # type: ignore[method-assign]

    def __init__(self, *values: Any, **named: Any) -> None:
        state = self.__dict__
        fields = self.record_fields
        if values:
            if len(values) > len(fields):
                raise TypeError(f"{type(self).__name__} has {len(fields)} fields, not {len(values)}")
            state.update(zip(fields, values, strict=False))
        if named:
            wrong = named.keys() & state or named.keys() - set(fields)
            if wrong:
                raise TypeError(f"{type(self).__name__} cannot take {', '.join(sorted(wrong))}")
            state.update(named)
        if len(state) < len(fields):
            missing = self._required - state.keys()
            if missing:
                raise TypeError(f"{type(self).__name__} needs {', '.join(sorted(missing))}")
            for name, make in self._made.items():
                if name not in state:
                    state[name] = make()

    def __copy__(self) -> Self:
        copied = object.__new__(type(self))
        copied.__dict__.update(self.__dict__)
        return copied

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.record_fields)
        return f"{type(self).__name__}({shown})"

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.record_fields])


@dataclass_transform(field_specifiers=(field,))
class MutableRecord(_Fields):
    """A record whose fields may be assigned. Equal when all fields are; it has no hash, as it may change."""

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if type(other) is type(self) else NotImplemented

    __hash__ = None  # type: ignore[assignment]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Record(_Fields):
    """A record that does not change. Equal, and of equal hash, when all fields are."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} does not change: {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} does not change: {name}")

    def __eq__(self, other: object) -> bool:
        return self._values() == other._values() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self._values()))

    def replaced(self, **changes: Any) -> Self:
        """The same record with other values of some fields. Raises TypeError for an unknown field."""
        wrong = changes.keys() - set(self.record_fields)
        if wrong:
            raise TypeError(f"{type(self).__name__} cannot take {', '.join(sorted(wrong))}")
        changed = object.__new__(type(self))
        changed.__dict__.update(self.__dict__, **changes)
        return changed


def names(record: type[Record | MutableRecord]) -> tuple[str, ...]:
    """Names of the fields in their order."""
    return record.record_fields
