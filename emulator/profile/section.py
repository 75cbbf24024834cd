"""Parts of a profile: immutable records that know what a profile may say of them.

A section is a plain class, so that a host which starts from a compiled profile needs no checking library.
pydantic meets these classes only where YAML is read: ``emulator.profile.checking`` makes its model of each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, Self, dataclass_transform

_NOTHING: Final = object()


class FieldFacts:
    """What a profile may say of one field: its default and its limits, in pydantic's names."""

    __slots__ = ("annotation", "default", "default_factory", "description", "limits", "shown")

    def __init__(
        self,
        default: Any,
        default_factory: Callable[[], Any] | None,
        description: str,
        shown: bool,
        limits: dict[str, Any],
    ) -> None:
        self.annotation: Any = None
        self.default = default
        self.default_factory = default_factory
        self.description = description
        self.shown = shown
        self.limits = limits

    @property
    def required(self) -> bool:
        """Whether there is no default."""
        return self.default is _NOTHING and self.default_factory is None

    def make_default(self) -> Any:
        """The value of a field that is left out. Sections are immutable, so one may be shared."""
        return self.default if self.default_factory is None else self.default_factory()


def Field(  # noqa: N802  named as in pydantic, whose words for limits these are
    *,
    description: str,
    default: Any = _NOTHING,
    default_factory: Callable[[], Any] | None = None,
    repr: bool = True,
    **limits: Any,
) -> Any:
    """State a field: a `description`, a default, and limits (`ge`, `max_length`, `pattern` ...)."""
    return FieldFacts(default, default_factory, description, repr, limits)


class Rule:
    """Metadata of an ``Annotated`` value type: how what a person writes becomes the value.

    `read` turns what YAML holds into the value (raises ValueError), `verify` looks at the value, `schema` is
    the JSON Schema of what may be written, `time` says that the value is a date or a moment, `limits` are
    those of `Field`. pydantic unfolds it as it unfolds
    every grouped metadata of the package annotated-types.
    """

    __slots__ = ("_read", "_schema", "_time", "_verify", "limits")
    __is_annotated_types_grouped_metadata__: Literal[True] = True

    def __init__(
        self,
        *,
        read: Callable[[Any], Any] | None = None,
        verify: Callable[[Any], Any] | None = None,
        schema: dict[str, Any] | None = None,
        time: Literal["date", "datetime"] | None = None,
        **limits: Any,
    ) -> None:
        self._read = read
        self._verify = verify
        self._schema = schema
        self._time = time
        self.limits = limits

    def __iter__(self) -> Iterator[object]:
        from emulator.profile.checking import metadata

        return metadata(self._read, self._verify, self._schema, self._time, self.limits)


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field,))
class Section:
    """Base of every part of a profile. Immutable; equal when all fields are."""

    section_fields: Mapping[str, FieldFacts] = MappingProxyType({})
    """Name -> facts, in the order of the class, inherited ones first."""

    def __init_subclass__(cls) -> None:
        fields = dict(cls.section_fields)
        for name, annotation in cls.__annotations__.items():
            facts = cls.__dict__[name]
            facts.annotation = annotation
            fields[name] = facts
            delattr(cls, name)
        cls.section_fields = MappingProxyType(fields)

    def __init__(self, **values: Any) -> None:
        """Values are taken as they are; ``checking.check`` makes a section of what a person wrote."""
        fields = type(self).section_fields
        if not fields.keys() >= values.keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(values.keys() - fields.keys())}")
        state = self.__dict__
        for name, facts in fields.items():
            if name in values:
                state[name] = values[name]
            elif facts.required:
                raise TypeError(f"{type(self).__name__} needs {name}")
            else:
                state[name] = facts.make_default()

    @classmethod
    def prepare(cls, data: Any) -> Any:
        """What a person wrote, with defaults that depend on other fields. Changes nothing in place."""
        return data

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: Any) -> Any:
        from emulator.profile.checking import core_schema

        return core_schema(cls, handler)

    def replaced(self, **changes: Any) -> Self:
        """The same section with other values of some fields, which are taken as they are."""
        return type(self)(**{**self.__dict__, **changes})

    def __setattr__(self, name: str, _value: object) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be changed")

    def __delattr__(self, name: str) -> None:
        self.__setattr__(name, None)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.__dict__ == self.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        shown = (name for name, facts in type(self).section_fields.items() if facts.shown)
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"
