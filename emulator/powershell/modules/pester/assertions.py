"""Should."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.modules.pester.legacy_texts import NAMES as LEGACY_NAMES
from emulator.powershell.modules.pester.legacy_texts import legacy_message
from emulator.powershell.modules.pester.mock_assertions import COUNTED, assert_called, assert_verifiable
from emulator.powershell.modules.pester.model import FIRST_WITH_DISCOVERY
from emulator.powershell.modules.pester.operators import NAMES, Asked, Entry, table
from emulator.powershell.modules.pester.run import Run
from emulator.powershell.modules.pester.state import run_of
from emulator.powershell.modules.pester.thrown import thrown
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.powershell.runtime.module import Cmdlet, cmdlet

FIRST_WITH_DASHES = 4
"""The first major version of Pester whose operators are parameters."""
_PLACES = ("ExpectedValue", "Second", "Third", "Fourth", "Fifth")
#: Operators of Pester 3 that look into files -> what later versions call them.
_OF_FILES = {
    "contain": "filecontentmatch",
    "containexactly": "filecontentmatchexactly",
    "containmultiline": "filecontentmatchmultiline",
}


@lru_cache(maxsize=1)
def _operators() -> dict[str, Entry]:
    return table()


@cmdlet("Should")
class Should(Cmdlet):
    """``$actual | Should -Be $expected``, and in the older form ``Should Be $expected``."""

    accepts = (
        *("ActualValue", "Not", "Because", "PassThru", *NAMES, *_PLACES, *COUNTED),
        *("RegularExpression", "ExpectedType", "ExpectedContent", "ExpectedMessage", "ErrorId"),
        *("ExceptionType", "ParameterName", "Type", "DefaultValue", "Mandatory", "InParameterSet"),
        *("HasArgumentCompleter", "Alias"),
    )

    def begin(self) -> None:
        """Nothing has come yet."""
        self.values: list[Any] = []

    def process(self) -> None:
        """Keep one input object."""
        value = self.call.input_object
        if value is not UNBOUND:
            self.values.append(value)

    def end(self) -> None:
        """Compare."""
        call = self.call
        run = run_of(call)
        name, negated, positional = _asked(call, run)
        if name == "invoke":
            message = assert_called(call, run, negated=negated, positional=positional)
            _report(call, run, message)
            return
        if name == "invokeverifiable":
            _report(call, run, assert_verifiable(run, negated=negated, reason=call.get("Because")))
            return
        custom = run.operators.get(name)
        # In Pester 3 Contain looks into a file.
        entry = _operators().get(_OF_FILES.get(name, name) if run.version < FIRST_WITH_DASHES else name)
        if custom is not None:
            whole = self.values[0] if len(self.values) == 1 else PSArray(self.values)
            given_values = [call.get("ActualValue")] if not self.values else self.values
            for value in [whole] if custom.takes_all and self.values else given_values:
                _report(call, run, custom.check(call, value, negated, positional, call.get("Because")))
            return
        if entry is None:
            raise _unknown(call, name)
        given = call.has("ActualValue") and not self.values
        if given:
            values = [call.get("ActualValue")]
        elif not self.values:
            values = [None]
        elif entry.whole:
            values = [self.values[0] if len(self.values) == 1 else PSArray(self.values)]
        else:
            values = self.values
        for value in values:
            asked = Asked(call, value, negated, positional, run.version)
            message = entry.check(asked)
            if message is not None and run.version < FIRST_WITH_DASHES:
                message = legacy_message(name, asked) or message
            _report(call, run, message)
            if call.get("PassThru") and asked.passed_on is not None:
                call.write(asked.passed_on)


def _asked(call: CmdletCall, run: Run) -> tuple[str, bool, list[Any]]:
    """Operator, whether it is negated, and the positional values."""
    negated = bool(call.get("Not"))
    positional = [call.get(name) for name in _PLACES if call.has(name)]
    if run.version < FIRST_WITH_DASHES:
        _refuse_outside(call, run)
        dashed = next((one for one in ("Not", *NAMES) if call.get(one)), None)
        if dashed is not None:
            raise thrown(f"'-{dashed}' is not a valid Should operator.")
    for name in (*NAMES, *run.operators):
        if call.get(name):
            return name.lower(), negated, positional
    if run.version >= FIRST_WITH_DISCOVERY:
        raise call.failure(
            "System.Management.Automation.RuntimeException",
            "Legacy Should syntax (without dashes) is not supported in Pester 5. Please refer to migration "
            "guide at: https://pester.dev/docs/migrations/v3-to-v4",
            "RuntimeException",
            "OperationStopped",
        )
    if positional and to_text(positional[0]).lower() == "not":
        negated, positional = True, positional[1:]
    if not positional:
        raise _unknown(call, "")
    name = to_text(positional[0])
    if run.version < FIRST_WITH_DASHES and name.lower() not in LEGACY_NAMES:
        raise thrown(f"'{name}' is not a valid Should operator.")
    # The older syntax has one value after the operator and passes over more of them.
    return name.lower().lstrip("-"), negated, positional[1:2]


def _refuse_outside(call: CmdletCall, run: Run) -> None:
    if run.block is None:
        raise thrown(f"The {call.name} command may only be used inside a Describe block.")


def _unknown(call: CmdletCall, name: str) -> PSError:
    return call.failure(
        "System.ArgumentException",
        f"'{name}' is not a valid Should operator." if name else "Should needs an operator.",
        "PesterUnknownOperator",
        "InvalidArgument",
    )


def _report(call: CmdletCall, run: Run, message: str | None) -> None:
    if message is None:
        return
    record = ErrorRecord(
        ExceptionObject("System.Exception", message), "PesterAssertionFailed", "InvalidResult", None
    )
    record.invocation = call.invocation
    if call.has("ErrorAction"):
        goes_on = str(call.options.action("error", call.frame)) != "Stop"
    else:
        goes_on = run.error_action.lower() == "continue"
    if goes_on and run.test:
        run.test.failures.append(record)
        return
    raise PSError(record)
