"""Should -Invoke, Assert-MockCalled and Assert-VerifiableMock: how often mocks were called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.modules.pester.mocks import Behaviour, MockedCommand, Owner, accepts, find
from emulator.powershell.modules.pester.model import FIRST_WITH_DISCOVERY, Block
from emulator.powershell.modules.pester.texts import because, whole_number
from emulator.powershell.modules.pester.thrown import thrown
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import PSError

if TYPE_CHECKING:
    from emulator.powershell.modules.pester.run import Run


#: What questions about calls of a mock take, in any of their forms.
COUNTED = (
    *("CommandName", "Times", "ParameterFilter", "ExclusiveFilter", "ModuleName", "Scope", "Exactly"),
    "Because",
)


def assert_called(
    call: CmdletCall, run: Run, *, negated: bool = False, positional: list[Any] | None = None
) -> str | None:
    """Should -Invoke and Assert-MockCalled: the message when the count is wrong, or None."""
    given = positional or []
    _check_questions(call, negated)
    name = to_text(call.get("CommandName", given[0] if given else ""))
    times = whole_number(call.get("Times", given[1] if len(given) > 1 else 1))
    accepted = call.get("ParameterFilter")
    exclusive = call.get("ExclusiveFilter")
    exactly = bool(call.get("Exactly")) or times == 0
    module = call.get("ModuleName") or _default_module(call, run)
    command = find(run, name, module, call.frame.scope)
    if command is None:
        where = f"module {module}" if module else "script scope"
        raise call.failure(
            "System.Management.Automation.RuntimeException",
            f"Should -Invoke: Could not find Mock for command {name} in {where}. Was the mock defined? Did "
            "you use the same -ModuleName as on the Mock?",
            "RuntimeException",
            "OperationStopped",
        )
    owner = _scope(call, run)
    inside = [one for one in command.calls if owner in one.owners]
    chosen = accepted or exclusive
    matching = [
        one
        for one in inside
        if chosen is None or accepts(chosen, call.frame.scope, one.bound, one.rest, call)
    ]
    count = len(matching)
    reason = because(call.get("Because"))
    label = f"{command.name} in module {module}" if module else command.name
    if negated:
        has_times = call.has("Times") or len(given) > 1
        if count == times and (call.get("Exactly") or not has_times):
            return f"Expected {label} not to be called exactly {_times(times)},{reason} but it was"
        if count >= times and not call.get("Exactly"):
            return (
                f"Expected {label} to be called less than {_times(times)},{reason} but was called "
                f"{_times(count)}"
            )
        return None
    if exactly and count != times:
        return (
            f"Expected {label} to be called {_times(times)} exactly,{reason} but was called {_times(count)}"
        )
    if count < times:
        return (
            f"Expected {label} to be called at least {_times(times)},{reason} but was called {_times(count)}"
        )
    if exclusive is not None and len(inside) != count:
        return (
            f"Expected {label} to only be called with with parameters matching the specified filter,{reason} "
            f"but {len(inside) - count} non-matching calls were made"
        )
    return None


def _check_questions(call: CmdletCall, negated: bool) -> None:
    """Refuse what cannot be asked."""
    if call.expects_input or call.has("ActualValue"):
        raise thrown("Should -Invoke does not take pipeline input or ActualValue.")
    if negated and call.get("ExclusiveFilter") is not None:
        raise thrown("Cannot use -ExclusiveFilter when -Not is specified. Use -ParameterFilter instead.")
    scope = to_text(call.get("Scope", "")).lower()
    if scope and scope not in ("it", "describe", "context") and not scope.isdecimal():
        raise thrown("Parameter Scope must be one of 'Describe', 'Context', 'It' or a non-negative number.")


def _default_module(call: CmdletCall, run: Run) -> Any:
    """Assert-MockCalled of Pester 5 is a Should, so what $PSDefaultParameterValues has for Should counts."""
    commands = call.engine.commands
    name, commands.current_name = commands.current_name, "Should"
    try:
        defaults = call.engine.default_parameter_values()
        if defaults is None or run.version < FIRST_WITH_DISCOVERY:
            return None
        return next((value for key, value in defaults() if key.lower() == "modulename"), None)
    finally:
        commands.current_name = name


def _times(count: int) -> str:
    return f"{count} time" if count == 1 else f"{count} times"


def _scope(call: CmdletCall, run: Run) -> Owner:
    """The block or test whose calls count."""
    word = to_text(call.get("Scope", "")).lower()
    block = run.present
    if not word:
        # Pester 3 and 4 count the calls in the whole block, Pester 5 those in the test.
        return run.test if run.test is not None and run.version >= FIRST_WITH_DISCOVERY else block
    if word == "it":
        if run.test is None:
            raise _bad_scope(call, "Assertion is placed outside of an It block, but -Scope It is specified.")
        return run.test
    around: list[Owner] = list(reversed(block.ancestors))
    if run.test is not None:
        around.insert(0, run.test)
    if word.isdecimal():
        return around[min(int(word), len(around) - 1)]
    for one in around:
        if isinstance(one, Block) and one.kind.lower() == word:
            return one
    raise _bad_scope(
        call,
        f"Assertion is not placed directly nor nested inside a {word.capitalize()} block, but -Scope "
        f"{word.capitalize()} is specified.",
    )


def _bad_scope(call: CmdletCall, text: str) -> PSError:
    return call.failure(
        "System.Management.Automation.RuntimeException", text, "RuntimeException", "OperationStopped"
    )


def assert_verifiable(run: Run, *, negated: bool = False, reason: Any = None) -> str | None:
    """Should -InvokeVerifiable: the message when a verifiable mock was (not) called, or None."""
    found = [
        _verifiable(command, one)
        for command in run.mocks.commands.values()
        for one in command.behaviours
        if one.verifiable and one.called is negated
    ]
    if not found:
        return None
    lines = "".join(f"\r\n Command {text}" for text in found)
    why = because(None if reason is None else to_text(reason))
    if negated:
        return f"\r\nExpected no verifiable mocks to be called,{why} but these were:{lines}"
    return f"\r\nExpected all verifiable mocks to be called,{why} but these were not:{lines}"


def _verifiable(command: MockedCommand, behaviour: Behaviour) -> str:
    place = f"from inside module {command.place_name} " if command.place_name else ""
    accepted = "with { " + behaviour.filter.text.strip() + " }" if behaviour.filter is not None else ""
    return f"{command.name} {place}{accepted}"
