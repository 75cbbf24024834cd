"""Add-ShouldOperator: operators of Should that a suite brings itself, as functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.pester.run import Run
from emulator.powershell.modules.pester.shapes import should_metadata
from emulator.powershell.modules.pester.state import run_of
from emulator.powershell.modules.pester.thrown import thrown
from emulator.powershell.modules.pester.user_code import run_dot
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_bool, to_text
from emulator.powershell.runtime.members import get_property
from emulator.powershell.runtime.metadata import COMMON_NAMES, Parameter
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_block import ScriptBlock

_OWN = frozenset({"actualvalue", "negate", "because", "callersessionstate"})
"""Parameters of the function that Should itself fills."""


@dataclass(frozen=True, slots=True)
class CustomOperator:
    """An operator. ``extra`` are the parameters that it adds to Should, by lower-case name."""

    name: str
    test: ScriptBlock
    takes_all: bool
    extra: tuple[Parameter, ...]

    def check(
        self, call: CmdletCall, actual: Any, negated: bool, positional: list[Any], because: Any
    ) -> str | None:
        """The message of a failed assertion, or None."""
        metadata = self.test.metadata(call.engine)
        names = set(metadata.parameters) if metadata is not None else set()
        given = {"ActualValue": actual, "Negate": negated, "Because": because, "CallerSessionState": None}
        arguments = [Argument(name, value) for name, value in given.items() if name.lower() in names]
        arguments += [Argument(one.name, call.get(one.name)) for one in self.extra if call.has(one.name)] + [
            Argument(None, value) for value in positional
        ]
        out: list[Any] = []
        scope = Scope(self.test.home or call.engine.global_scope)
        run_dot(call.engine, self.test, scope, call.streams, arguments, write=out.append)
        result = out[-1] if out else None
        if to_bool(get_property(result, "Succeeded", call.engine)):
            return None
        return to_text(get_property(result, "FailureMessage", call.engine))


@cmdlet("Add-ShouldOperator", reads=("InternalName",))
def add_should_operator(
    call: CmdletCall,
    name: str,
    test: Any,
    alias: list[str] | None = None,
    supports_array_input: bool = False,
) -> None:
    """Make an operator known to Should, with the parameters of its function."""
    run = run_of(call)
    block = unwrap(getattr(unwrap(test), "script", test))
    if not isinstance(block, ScriptBlock):
        raise thrown(f"The test of the operator '{name}' is no script block or function.")
    metadata = block.metadata(call.engine)
    known = set(should_metadata(run.operators).parameters)
    extra = tuple(
        one
        for key, one in (metadata.parameters.items() if metadata is not None else ())
        if key not in _OWN and key not in COMMON_NAMES and key not in known
    )
    made = CustomOperator(name, block, supports_array_input, extra)
    for one in (name, *(alias or ())):
        if one.lower() in known:
            raise call.failure(
                "System.Management.Automation.RuntimeException",
                f"The operator name '{one}' is already used for an assertion with a different test function.",
                "RuntimeException",
                "OperationStopped",
            )
        run.operators[one.lower()] = made
    _show(call, run)


def _show(call: CmdletCall, run: Run) -> None:
    """Give Should the switches of the operators, and their parameters."""
    module = call.engine.commands.module("Pester")
    assert module is not None  # noqa: S101 - this command is one of its own
    added = {one.name.lower(): one for custom in run.operators.values() for one in custom.extra}
    names = [*run.operators, *(one.name for one in added.values())]
    module.give_parameters("Should", should_metadata(tuple(run.operators), added.values()), names)
