"""The one place that knows pydantic: checks what a person wrote, and says what may be written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationError,
    WithJsonSchema,
    create_model,
)
from pydantic_core import core_schema as schemas

from emulator.profile.section import Section

__all__ = ["ValidationError", "check", "core_schema", "json_schema", "metadata"]

Checked = TypeVar("Checked", bound=Section)


class _Model(BaseModel):
    """Unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", defer_build=True, protected_namespaces=())


def check(section: type[Checked], data: Any) -> Checked:
    """The section that `data` describes. Raises ``ValidationError`` with every problem of it."""
    model = _model(section).model_validate(section.prepare(data))
    return section(**vars(model))


def json_schema(section: type[Section]) -> dict[str, Any]:
    """JSON Schema of what may be written for a section."""
    return _model(section).model_json_schema()


def core_schema(section: type[Section], handler: GetCoreSchemaHandler) -> schemas.CoreSchema:
    """pydantic's schema of a section inside another one."""
    return schemas.no_info_before_validator_function(
        section.prepare,
        schemas.no_info_after_validator_function(
            lambda model: section(**vars(model)), handler.generate_schema(_model(section))
        ),
    )


def metadata(
    read: Callable[[Any], Any] | None,
    verify: Callable[[Any], Any] | None,
    schema: dict[str, Any] | None,
    time: str | None,
    limits: dict[str, Any],
) -> Iterator[object]:
    """pydantic's metadata of a ``Rule``."""
    if time is not None:
        yield _Time(schemas.date_schema() if time == "date" else schemas.datetime_schema())
    if read is not None:
        yield BeforeValidator(read)
    if schema is not None:
        yield WithJsonSchema(schema)
    yield from Field(**limits).metadata
    if verify is not None:
        yield AfterValidator(verify)


class _Time:
    """The schema of a date or moment.

    pydantic finds it by comparing classes with those of the module ``datetime``, which are others while a
    test holds the time (freezegun).
    """

    def __init__(self, schema: schemas.CoreSchema) -> None:
        self.schema = schema

    def __get_pydantic_core_schema__(self, _source: Any, _handler: object) -> schemas.CoreSchema:
        return self.schema


_models: Final[dict[type[Section], type[BaseModel]]] = {}


def _model(section: type[Section]) -> type[BaseModel]:
    known = _models.get(section)
    if known is None:
        known = _models.setdefault(section, _made(section))
    return known


def _made(section: type[Section]) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for name, facts in section.section_fields.items():
        stated = {"description": facts.description, "repr": facts.shown, **facts.limits}
        if not facts.required:
            default = "default" if facts.default_factory is None else "default_factory"
            stated[default] = getattr(facts, default)
        fields[name] = (facts.annotation, Field(**stated))
    return create_model(
        section.__name__, __base__=_Model, __doc__=section.__doc__, __module__=section.__module__, **fields
    )
