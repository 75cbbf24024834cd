"""The common parameters of one call, and the preference variables behind them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import ArrayList
from emulator.powershell.runtime.conversion import items_of, to_bool, to_text
from emulator.powershell.runtime.streams import Write

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Frame
    from emulator.powershell.runtime.scope import Scope

_PREFERENCES = {
    "error": ("erroraction", "erroractionpreference", "Continue"),
    "warning": ("warningaction", "warningpreference", "Continue"),
    "information": ("informationaction", "informationpreference", "SilentlyContinue"),
    "verbose": ("verbose", "verbosepreference", "SilentlyContinue"),
    "debug": ("debug", "debugpreference", "SilentlyContinue"),
}
_VARIABLES = frozenset(
    {"errorvariable", "warningvariable", "informationvariable", "outvariable", "pipelinevariable"}
)
_NUMBERS = {
    "0": "SilentlyContinue",
    "1": "Stop",
    "2": "Continue",
    "3": "Inquire",
    "4": "Ignore",
    "5": "Suspend",
}
_ACTIONS = {name.lower(): name for name in _NUMBERS.values()}
_NO_ANSWERS: Mapping[str, bool] = MappingProxyType({})
_IMPACTS = {"none": 0, "low": 1, "medium": 2, "high": 3}


def action_name(value: Any) -> str:
    """An ActionPreference as its name."""
    text = to_text(value)
    return _NUMBERS.get(text) or _ACTIONS.get(text.lower(), "Continue")


def set_preferences(bound: Mapping[str, Any], scope: Scope) -> None:
    """Set the preference variables that the common parameters of an advanced function stand for."""
    for parameter, variable in (
        ("erroraction", "ErrorActionPreference"),
        ("warningaction", "WarningPreference"),
        ("informationaction", "InformationPreference"),
        ("whatif", "WhatIfPreference"),
    ):
        if parameter in bound:
            scope.set(variable, bound[parameter])
    for parameter, variable in (("verbose", "VerbosePreference"), ("debug", "DebugPreference")):
        if parameter in bound:
            scope.set(variable, "Continue" if bound[parameter] else "SilentlyContinue")
    if "confirm" in bound:
        scope.set("ConfirmPreference", "Low" if bound["confirm"] else "None")


class CommonOptions:
    """Reads common parameters from what was bound."""

    __slots__ = ("answers_to_all", "bound", "pipeline_variable", "variables")

    def __init__(self, bound: dict[str, Any], frame: Frame) -> None:
        self.bound = bound
        self.answers_to_all: Mapping[str, bool] = _NO_ANSWERS
        """What "Yes to All" or "No to All" said for the rest of the command, by kind of question."""
        self.pipeline_variable: str | None = None
        """The name of -PipelineVariable while it is filled."""
        self.variables: dict[str, tuple[ArrayList, bool]] = {}
        if not _VARIABLES.isdisjoint(bound):
            self._open_all(bound, frame)

    def _open_all(self, bound: dict[str, Any], frame: Frame) -> None:
        """Make the variables that were named."""
        for stream in ("error", "warning", "information"):
            name = bound.get(f"{stream}variable")
            if name is not None:
                self._open(stream, to_text(name), frame)
        out = bound.get("outvariable")
        if out is not None:
            self._open("out", to_text(out), frame)
        pipeline = bound.get("pipelinevariable")
        if pipeline is not None:
            self.pipeline_variable = to_text(pipeline)
            frame.scope.assign(self.pipeline_variable, None, frame.engine)

    def _open(self, stream: str, name: str, frame: Frame) -> None:
        append = name.startswith("+")
        word, colon, rest = name.lstrip("+").partition(":")
        scope = frame.scope.numbered(word) if colon else frame.scope
        plain = rest if colon else word
        if scope is None:
            scope, plain = frame.scope, name.lstrip("+")
        old = scope.value(plain.lower()) if append else None
        held = old if isinstance(old, ArrayList) else ArrayList([] if old is None else items_of(old))
        scope.assign(plain, held, frame.engine)
        self.variables[stream] = (held, append)

    def watched(self, write: Write, frame: Frame) -> Write:
        """The writer that also fills the variables of -OutVariable and -PipelineVariable."""
        out = self.variables.get("out")
        if out is None and self.pipeline_variable is None:
            return write
        engine = frame.engine

        def both(value: Any) -> None:
            if out is not None:
                out[0].append(value)
            if self.pipeline_variable is not None:
                frame.scope.assign(self.pipeline_variable, value, engine)
            write(value)

        return both

    def leave_pipeline(self, frame: Frame) -> None:
        """The variable of -PipelineVariable lasts no longer than its pipeline (about_CommonParameters)."""
        if self.pipeline_variable is not None:
            frame.scope.variables.pop(self.pipeline_variable.lower(), None)
            self.pipeline_variable = None

    def remember(self, stream: str, value: Any) -> None:
        """Add to the variable of -ErrorVariable and the like."""
        found = self.variables.get(stream)
        if found is not None and (not found[0] or found[0][-1] is not value):
            found[0].append(value)

    def action(self, stream: str, frame: Frame) -> str:
        """The action for a stream: from the parameter, otherwise from the preference variable."""
        parameter, preference, default = _PREFERENCES[stream]
        given = self.bound.get(parameter)
        if given is not None:
            if stream in ("verbose", "debug"):
                return "Continue" if to_bool(given) else "SilentlyContinue"
            return action_name(given)
        value = frame.scope.value(preference)
        return default if value is None else action_name(value)

    def what_if(self, frame: Frame) -> bool:
        """-WhatIf or $WhatIfPreference."""
        given = self.bound.get("whatif")
        if given is not None:
            return to_bool(given)
        return to_bool(frame.scope.value("whatifpreference"))

    def must_confirm(self, frame: Frame, impact: str) -> bool:
        """-Confirm, or an impact that reaches $ConfirmPreference."""
        if impact.lower() == "none":
            return False
        given = self.bound.get("confirm")
        if given is not None:
            return to_bool(given)
        preference = _IMPACTS.get(to_text(frame.scope.value("confirmpreference", "High")).lower(), 3)
        return preference > 0 and _IMPACTS.get(impact.lower(), 2) >= preference

    def tell_verbose(self, call: Any, text: str) -> None:
        """The verbose message of ShouldProcess."""
        call.verbose(text)
