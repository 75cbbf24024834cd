"""Commands while a trace source is on: their binding and their calls, told line by line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import LIST_TYPES
from emulator.powershell.dotnet.psobject import PSObject, unwrap
from emulator.powershell.dotnet.types import PSType, type_of
from emulator.powershell.runtime.binder import Argument, Binder
from emulator.powershell.runtime.cmdlet_processor import CmdletProcessor
from emulator.powershell.runtime.errors import PSError
from emulator.powershell.runtime.metadata import Parameter
from emulator.powershell.runtime.tracing import Tracing, shown_in_trace, tracing_of

if TYPE_CHECKING:
    from emulator.powershell.parser.extents import Extent

_BINDING = "parameterbinding"
_ANYTHING = "System.Management.Automation.PSObject"


def _name(value: Any) -> str:
    return "null" if value is None else type_of(unwrap(value)).name


class TracedBinder(Binder):
    """A binder that tells what it does (source ParameterBinding)."""

    __slots__ = ("coerces", "from_pipeline", "gathers", "value")

    coerces: bool
    from_pipeline: bool
    gathers: bool
    value: Any

    @property
    def _tracing(self) -> Tracing:
        return tracing_of(self.engine)

    def _line(self, text: str) -> None:
        self._tracing.line(_BINDING, text)

    def bind(self, arguments: list[Argument], expects_input: bool) -> None:
        """Bind the command line."""
        self.coerces, self.from_pipeline, self.gathers = True, False, False
        super().bind(arguments, expects_input)

    @property
    def _command(self) -> str:
        return str(self.engine.commands.current_name)

    def _named(self, arguments: list[Argument]) -> list[Argument]:
        if self.simple:
            return super()._named(arguments)
        with self._tracing.scope(_BINDING, f"BIND NAMED cmd line args [{self._command}]"):
            left = super()._named(arguments)
        if not left or not (self.metadata.positional or not self.metadata.is_cmdlet):
            self._tracing.line(_BINDING, f"BIND POSITIONAL cmd line args [{self._command}]", "Scope")
        return left

    def _positional(self, arguments: list[Argument]) -> list[Argument]:
        if self.simple:
            return super()._positional(arguments)
        with self._tracing.scope(_BINDING, f"BIND POSITIONAL cmd line args [{self._command}]"):
            return super()._positional(arguments)

    def _remaining(self, arguments: list[Argument]) -> list[Argument]:
        self.gathers = True
        try:
            return super()._remaining(arguments)
        finally:
            self.gathers = False

    def _resolve(self, expects_input: bool) -> None:
        if self.simple:
            super()._resolve(expects_input)
            return
        with self._tracing.scope(_BINDING, f"MANDATORY PARAMETER CHECK on cmdlet [{self._command}]"):
            super()._resolve(expects_input)

    def _set(self, parameter: Parameter, value: Any, extent: Extent | None) -> None:
        if self.gathers:
            text = f"BIND REMAININGARGUMENTS cmd line args to param: [{parameter.name}]"
            with self._tracing.scope(_BINDING, text):
                super()._set(parameter, value, extent)
            return
        super()._set(parameter, value, extent)

    def coerce(self, parameter: Parameter, value: Any, extent: Extent | None = None) -> Any:
        """A value as the parameter takes it."""
        with self._tracing.scope(
            _BINDING, f"BIND arg [{shown_in_trace(value)}] to parameter [{parameter.name}]"
        ):
            kind = parameter.kind(self.engine)
            if kind is not None and self.coerces:
                self._tell_coercion(parameter, value, kind)
            try:
                found = super().coerce(parameter, value, extent)
            except PSError:
                if kind is not None:
                    text = (
                        f"ERROR: ERROR: COERCE FAILED: arg [{shown_in_trace(value)}] could not be converted "
                        f"to the parameter type [{kind.name}]"
                    )
                    self._tracing.line(_BINDING, text, "Error")
                raise
            self._line(f"BIND arg [{shown_in_trace(found)}] to param [{parameter.name}] SUCCESSFUL")
        return found

    def _tell_coercion(self, parameter: Parameter, value: Any, kind: PSType) -> None:
        base = unwrap(value)
        with self._tracing.scope(_BINDING, f"COERCE arg to [{kind.name}]"):
            if base is None:
                return
            same = parameter.is_switch and isinstance(base, bool)  # a switch by its name alone
            if same or (kind.name != _ANYTHING and type_of(base).is_assignable_to(kind)):
                self._line("Parameter and arg types the same, no coercion is needed.")
                return
            self._line(f"Trying to convert argument value from {_name(base)} to {kind.name}")
            if kind.name == _ANYTHING:
                self._line(
                    f"The parameter is of type [{kind.name}] and the argument is an PSObject, so the "
                    "parameter value is the argument value wrapped into an PSObject."
                )
            elif kind.element_type is not None:
                self._tell_collection(parameter, base, kind, kind.element_type)
            else:
                self._line("CONVERT arg type to param type using LanguagePrimitives.ConvertTo")

    def _tell_collection(self, parameter: Parameter, base: Any, kind: PSType, element: PSType) -> None:
        own = type_of(base)
        is_list = type(base) in LIST_TYPES
        self._line("ENCODING arg into collection")
        self._line(
            f"Binding collection parameter {parameter.name}: argument type [{own.short_name}], parameter "
            f"type [{kind.name}], collection type Array, element type [{element.name}], coerceElementType"
        )
        if is_list:
            self._line(f"Arg is IList with {len(base)} elements")
        self._line(
            f"Creating array with element type [{element.name}] and {len(base) if is_list else 1} elements"
        )
        if not is_list:
            self._line(f"Argument type {own.short_name} is not IList, treating this as scalar")
            self._tell_element(base, element)
            self._line(f"Adding scalar element of type {element.short_name} to array position 0")
            return
        self._line(f"Argument type {own.name} is IList")
        for index, item in enumerate(base):
            name = "null" if item is None else type_of(unwrap(item)).short_name
            self._line(f"COERCE collection element from type {name} to type {element.name}")
            self._tell_element(unwrap(item), element)
            self._line(f"Adding element of type {element.short_name} to array position {index}")

    def _tell_element(self, base: Any, element: PSType) -> None:
        with self._tracing.scope(_BINDING, f"COERCE arg to [{element.name}]"):
            if base is None:
                return
            if type_of(base).is_assignable_to(element):
                self._line("Parameter and arg types the same, no coercion is needed.")
            else:
                self._line(f"Trying to convert argument value from {_name(base)} to {element.name}")
                self._line("CONVERT arg type to param type using LanguagePrimitives.ConvertTo")

    # Pipeline

    def bind_input(self, value: Any) -> bool:
        """Bind an object of the pipeline."""
        if self.simple:
            return super().bind_input(value)
        self.from_pipeline, self.value = True, value
        try:
            with self._tracing.scope(_BINDING, f"BIND PIPELINE object to parameters: [{self._command}]"):
                names = value.type_names if type(value) is PSObject else ()
                kind = names[0] if names else _name(value)
                self._line(f"PIPELINE object TYPE = [{kind}]")
                self._line("RESTORING pipeline parameter's original values")
                done = super().bind_input(value)
        finally:
            self.from_pipeline, self.coerces = False, True
        self._tracing.line(_BINDING, f"MANDATORY PARAMETER CHECK on cmdlet [{self._command}]", "Scope")
        return done

    def _by_value(self, value: Any, coerce: bool, taken: list[str]) -> bool:
        self.coerces = coerce
        return super()._by_value(value, coerce, taken)

    def _by_name(self, value: Any, coerce: bool, taken: list[str]) -> bool:
        self.coerces = coerce
        return super()._by_name(value, coerce, taken)

    def _flag(self, parameter: Parameter, mask: int, name: str) -> bool:
        found = super()._flag(parameter, mask, name)
        if found and self.from_pipeline:
            how = "ValueFromPipeline" if name == "by_value" else "ValueFromPipelineByPropertyName"
            end = "WITH COERCION" if self.coerces else "NO COERCION"
            self._line(f"Parameter [{parameter.name}] PIPELINE INPUT {how} {end}")
            kind = parameter.kind(self.engine)
            if (
                name == "by_value"
                and not self.coerces
                and kind is not None
                and not self.fits(self.value, kind)
            ):
                shown = shown_in_trace(self.value)
                with self._tracing.scope(_BINDING, f"BIND arg [{shown}] to parameter [{parameter.name}]"):
                    self._line(f"BIND arg [{shown}] to param [{parameter.name}] SKIPPED")
        return found


class TracedCmdletProcessor(CmdletProcessor):
    """A cmdlet whose calls are told. A processor becomes one once it has bound its command line."""

    __slots__ = ()

    def _call(self, method: str) -> None:
        tracing = self.engine.tracing
        if tracing is not None:
            tracing.line(_BINDING, f"CALLING {method}", "Scope")

    def process(self, value: Any) -> None:
        """Bind one input object and run."""
        self.input_key = None
        super().process(value)

    def _bind_input(self, value: Any) -> bool:
        self.engine.commands.current_name = self.info.name
        done = super()._bind_input(value)
        if done:
            self._call("ProcessRecord")
        return done

    def alone(self) -> None:
        """Run once without input."""
        self._call("ProcessRecord")
        super().alone()

    def end(self) -> None:
        """Finish."""
        self._call("EndProcessing")
        super().end()


def watch(processor: CmdletProcessor) -> None:
    """Tell the calls of a cmdlet that has bound its command line and begins."""
    processor.__class__ = TracedCmdletProcessor
    tracing = processor.engine.tracing
    assert tracing is not None  # noqa: S101 - callers look first
    tracing.line(_BINDING, "CALLING BeginProcessing", "Scope")
