"""Values of arguments: conversion to the parameter's type, checks, and the errors of both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, LIST_TYPES
from emulator.powershell.dotnet.enums import EnumValue
from emulator.powershell.dotnet.exceptions import ExceptionObject, NetError
from emulator.powershell.dotnet.numbers import NUMBER_TYPES
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.switch import SwitchParameter
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.runtime.conversion import convert, items_of
from emulator.powershell.runtime.errors import (
    BINDING_EXCEPTION,
    ConversionError,
    ErrorRecord,
    PSError,
    not_emulated,
)
from emulator.powershell.runtime.language_mode import CONSTRAINED, FULL
from emulator.powershell.runtime.metadata import CommandMetadata, Parameter

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent
    from emulator.powershell.runtime.engine import Engine

VALIDATION_EXCEPTION = "System.Management.Automation.ParameterBindingValidationException"
TRANSFORMATION_EXCEPTION = "System.Management.Automation.ParameterBindingArgumentTransformationException"
CREDENTIAL = "System.Management.Automation.PSCredential"
#: Types that take a number of the command line as it was written: 007, 0x10, 1.50.
_READ_AS_WRITTEN = frozenset({"System.String", "System.String[]", "System.Version"})


def _as_written(value: Any, extent: Extent) -> Any:
    """The text of a number that stands in the command line itself, otherwise the value."""
    text = extent.text
    return text if text[:1] in "0123456789.+-" else value


def _convert_for_trusted(value: Any, kind: PSType, engine: Engine) -> Any:
    """The arguments of a trusted command become in ConstrainedLanguage what it wants, but no table and no
    custom object becomes an object with properties."""
    base = unwrap(value)
    if type(base) is PSObject or type(base) in DICTIONARY_TYPES:
        return convert(value, kind, engine)
    engine.speak(FULL)
    try:
        return convert(value, kind, engine)
    finally:
        engine.speak(CONSTRAINED)


class ArgumentValues:
    """The half of the binder that looks at single values."""

    __slots__ = ("engine", "metadata")

    engine: Engine
    metadata: CommandMetadata
    simple: bool
    is_trusted: bool
    """Whether the command is a cmdlet, or a script that was made in FullLanguage."""

    def coerce(self, parameter: Parameter, value: Any, extent: Extent | None = None) -> Any:
        """A value converted to a parameter's type and checked. Raises binding errors."""
        if parameter.is_switch:
            return self._switch(parameter, value, extent)
        kind = parameter.kind(self.engine)
        if kind is None:
            raise self._no_type(parameter)
        value = self.transformed(parameter, value, extent)
        wanted = kind.element_type or kind
        if wanted.name == CREDENTIAL and isinstance(unwrap(value), str) and self.metadata.is_cmdlet:
            value = self._credential(parameter, str(unwrap(value)), extent)
        if (
            value is None
            and not parameter.transforms
            and not parameter.common
            and kind.name != "System.Boolean"
        ):
            self._check_empty(parameter, value, kind, extent)
        value = self._convert(parameter, value, kind, extent)
        if not parameter.common:
            self._check_empty(parameter, value, kind, extent)
            for check in parameter.validators:
                problem = check(self.engine, value)
                if problem is not None:
                    raise self.failure(
                        f"Cannot validate argument on parameter '{parameter.name}'. {problem}",
                        "ParameterArgumentValidationError",
                        "InvalidData",
                        VALIDATION_EXCEPTION,
                        extent,
                    )
        return value

    def transformed(self, parameter: Parameter, value: Any, extent: Extent | None = None) -> Any:
        """What the transformation attributes of a parameter make of a value. Raises a binding error."""
        for transform in parameter.transformers:
            try:
                value = transform(self.engine, value)
            except PSError as failed:
                text = failed.record.exception.chain()[-1].message
                raise self._transformation(parameter, text, extent) from None
        return value

    def _credential(self, parameter: Parameter, user_name: str, extent: Extent | None) -> Any:
        """Of a bare user name (CredentialAttribute): the user is asked for the password."""
        from emulator.powershell.runtime.user_prompts import read_credential

        try:
            return read_credential(self.engine, user_name)
        except NetError as problem:
            raise self._transformation(parameter, problem.exception.message, extent) from None

    def _no_type(self, parameter: Parameter) -> PSError:
        if self.metadata.is_cmdlet and not parameter.transforms:
            self.engine.gap("type", parameter.type_name)
            return not_emulated(f"type [{parameter.type_name}] of parameter {parameter.name}")
        return self.failure(
            f"Unable to find type [{parameter.type_name}].", "TypeNotFound", "InvalidOperation"
        )

    def _switch(self, parameter: Parameter, value: Any, extent: Extent | None) -> Any:
        if isinstance(value, bool | SwitchParameter | int | float) or value is None:
            given = bool(value)
            return SwitchParameter(given) if parameter.transforms else given
        if isinstance(value, EnumValue):  # a number to 5.1: -Verbose:$VerbosePreference
            return SwitchParameter(bool(value.number)) if parameter.transforms else bool(value.number)
        shown = type_of(value).name
        raise self.failure(
            f"Cannot convert '{shown}' to the type 'System.Management.Automation.SwitchParameter' required "
            f"by "
            f"parameter '{parameter.name}'. ",
            "CannotConvertArgument",
            "InvalidArgument",
            extent=extent,
        )

    def _convert(self, parameter: Parameter, value: Any, kind: PSType, extent: Extent | None) -> Any:
        name = kind.name
        if name == "System.Object" or name == "System.Management.Automation.PSObject":
            return value
        if not parameter.transforms:
            self._refuse_list(parameter, value, kind, extent)
        elif name == "System.Boolean" and isinstance(unwrap(value), str):
            raise self._transformation(
                parameter,
                f'Cannot convert value "System.String" to type "{name}". Boolean parameters accept only '
                f"Boolean "
                "values and numbers, such as $True, $False, 1 or 0.",
                extent,
            )
        elif (
            name == "System.Boolean[]"
            and not self.simple
            and any(type(one) is str for one in items_of(value))
        ):
            raise self._transformation(
                parameter,
                'Cannot convert value "System.String" to type "System.Boolean". Boolean parameters accept '
                "only Boolean values and numbers, such as $True, $False, 1 or 0.",
                extent,
            )
        elif name == "System.String" and not self.simple and type(unwrap(value)) in LIST_TYPES:
            raise self._transformation(parameter, "Cannot convert value to type System.String.", extent)
        elif name == "System.Management.Automation.ScriptBlock" and isinstance(value, str):
            raise self._transformation(
                parameter,
                f'Cannot convert the "{value}" value of type "System.String" to type "{name}".',
                extent,
            )
        if type(value) in NUMBER_TYPES and name in _READ_AS_WRITTEN and extent is not None:
            value = _as_written(value, extent)
        try:
            if value is None and parameter.transforms and name == "System.String":
                return ""
            if value is None and name == "System.String":
                return None
            if self.engine.constrained and self.is_trusted:
                return _convert_for_trusted(value, kind, self.engine)
            return convert(value, kind, self.engine)
        except ConversionError as problem:
            if parameter.transforms:
                raise self._transformation(parameter, problem.message, extent) from None
            raise self.failure(
                f"Cannot bind parameter '{parameter.name}'. {problem.message}",
                "CannotConvertArgumentNoMessage",
                "InvalidArgument",
                extent=extent,
            ) from None

    def _refuse_list(self, parameter: Parameter, value: Any, kind: PSType, extent: Extent | None) -> None:
        base = unwrap(value)
        name = kind.name
        is_list = type(base) in LIST_TYPES
        if is_list and (name == "System.String" or kind.is_value_type):
            reason = "Specified method is not supported."
        elif name == "System.Boolean" and isinstance(base, str):
            reason = ""
        elif name == "System.Management.Automation.ScriptBlock" and isinstance(base, str):
            raise self.failure(
                f"Cannot bind parameter '{parameter.name}'. Cannot convert the \"{base}\" value of type "
                f'"System.String" to type "{name}".',
                "CannotConvertArgumentNoMessage",
                "InvalidArgument",
                extent=extent,
            )
        else:
            return
        raise self.failure(
            f"Cannot convert '{type_of(base).name}' to the type '{name}' required by parameter "
            f"'{parameter.name}'. "
            f"{reason}",
            "CannotConvertArgument",
            "InvalidArgument",
            extent=extent,
        )

    def _transformation(self, parameter: Parameter, text: str, extent: Extent | None) -> PSError:
        return self.failure(
            f"Cannot process argument transformation on parameter '{parameter.name}'. {text}",
            "ParameterArgumentTransformationError",
            "InvalidData",
            TRANSFORMATION_EXCEPTION,
            extent,
        )

    def _check_empty(self, parameter: Parameter, value: Any, kind: PSType, extent: Extent | None) -> None:
        if not parameter.is_mandatory:
            return
        problem = ""
        if value is None:
            if not parameter.allow_null:
                problem = "Null"
        elif isinstance(value, str):
            if value == "" and kind.name == "System.String" and not parameter.allow_empty_text:
                problem = "EmptyString"
        elif type(value) in LIST_TYPES:
            if not value:
                if not parameter.allow_empty_collection and kind.element_type is not None:
                    problem = "EmptyArray"
                elif not parameter.allow_empty_collection and kind.name.startswith("System.Collections."):
                    problem = "EmptyCollection"
            elif (
                kind.element_type is not None
                and not parameter.allow_null
                and any(item is None for item in value)
            ):
                problem = "Null"
            elif (
                not parameter.allow_empty_text
                and kind.element_type is not None
                and kind.element_type.name == "System.String"
                and "" in value
            ):
                problem = "EmptyString"
        if problem:
            words = {
                "Null": "null",
                "EmptyString": "an empty string",
                "EmptyArray": "an empty array",
                "EmptyCollection": "an empty collection",
            }[problem]
            raise self.failure(
                f"Cannot bind argument to parameter '{parameter.name}' because it is {words}.",
                f"ParameterArgumentValidationError{problem}NotAllowed",
                "InvalidData",
                VALIDATION_EXCEPTION,
                extent,
            )

    def failure(
        self,
        message: str,
        error_id: str,
        category: str = "InvalidArgument",
        kind: str = BINDING_EXCEPTION,
        extent: Extent | None = None,
    ) -> PSError:
        """A binding error."""
        record = ErrorRecord(ExceptionObject(kind, message, errorid=error_id), error_id, category)
        record.extent = extent
        return PSError(record)
