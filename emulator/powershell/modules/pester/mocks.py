"""Mock, and the assertions on how often a mocked command was called.

A mocked command is hidden behind an alias of the same name, which leads to a command that keeps the
original's parameters. Each call looks for the newest behaviour in reach whose filter accepts the bound
parameters, then for the newest without a filter; when there is neither the original runs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.modules.pester.model import FIRST_WITH_DISCOVERY, Block, Test
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import UNBOUND, CmdletCall
from emulator.powershell.runtime.commands import AliasInfo, CmdletInfo, Command, FunctionInfo
from emulator.powershell.runtime.common_options import set_preferences
from emulator.powershell.runtime.conversion import to_bool, to_text
from emulator.powershell.runtime.invocation import InvocationInfo, bound_parameters
from emulator.powershell.runtime.metadata import COMMON_NAMES, CommandMetadata
from emulator.powershell.runtime.module import Cmdlet, CmdletBehaviour, Module, cmdlet, squeeze
from emulator.powershell.runtime.processors import run_pipeline
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_block import ScriptBlock

if TYPE_CHECKING:
    from emulator.powershell.modules.pester.run import Run
    from emulator.powershell.runtime.engine import Engine


MAXIMUM_CALLS = 100_000
Owner = Block | Test


@dataclass(eq=False)
class Behaviour:
    """One use of Mock."""

    body: ScriptBlock
    owner: Owner
    scope: Scope
    filter: ScriptBlock | None = None
    verifiable: bool = False
    called: bool = False


@dataclass(frozen=True, slots=True)
class Called:
    """One call of a mocked command."""

    bound: dict[str, Any]
    rest: tuple[Any, ...]
    owners: tuple[Owner, ...]


@dataclass(eq=False)
class MockedCommand:
    """A command that is mocked in the script's scope or in a module's. ``place`` has the alias."""

    name: str
    original: Command
    module: str
    place: Scope
    hidden: dict[str, AliasInfo | None]
    """The aliases that its own hide, by lower-case name: the command's, and that with its module."""
    metadata: CommandMetadata | None
    place_name: str = ""
    """The module in which it is mocked, as -ModuleName wrote it."""
    behaviours: list[Behaviour] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)


class Mocks:
    """All mocked commands of a run, by (module, command), both in lower case."""

    def __init__(self) -> None:
        self.commands: dict[tuple[str, str], MockedCommand] = {}

    def leave(self, owner: Owner) -> None:
        """A block or test ended: its mocks are gone. The calls stay as long as there is a mock of the
        command, for the blocks around count them too."""
        for key, command in list(self.commands.items()):
            command.behaviours = [one for one in command.behaviours if one.owner is not owner]
            if not command.behaviours:
                aliases = command.place.aliases or {}
                for name, hidden in command.hidden.items():
                    aliases.pop(name, None)
                    if hidden is not None:
                        aliases[name] = hidden
                if isinstance(owner, Block):
                    del self.commands[key]


def module_scope(call: CmdletCall, name: str) -> Scope:
    """The scope of a loaded script module. Raises when there is none of that name."""
    found = call.engine.commands.loaded.get(name.lower())
    scope = getattr(found, "scope", None)
    if found is not None and found.name == "Pester":
        return call.engine.global_scope  # its own commands are no scripts
    if found is not None and not isinstance(scope, Scope):
        raise call.failure(
            "System.InvalidOperationException",
            f"Module '{found.name}' is not a Script module. Detected modules of the following types: "
            f"'{found.module_type}'",
            "System.InvalidOperationException",
            "OperationStopped",
        )
    if not isinstance(scope, Scope):
        raise call.failure(
            "System.InvalidOperationException",
            f"No modules named '{name}' are currently loaded.",
            "PesterModuleNotLoaded",
            "InvalidOperation",
        )
    return scope


@cmdlet("Mock")
def mock(
    call: CmdletCall,
    command_name: str = "",
    mock_with: ScriptBlock | None = None,
    parameter_filter: ScriptBlock | None = None,
    module_name: str | None = None,
    verifiable: bool = False,
    remove_parameter_type: list[str] | None = None,
    remove_parameter_validation: list[str] | None = None,
) -> None:
    """Replace a command until the block (in Pester 5: the test) that says so ends."""
    from emulator.powershell.modules.pester.state import run_of

    run = run_of(call)
    command = _command(call, run, command_name, module_name)
    if command.metadata is not None and (remove_parameter_validation or remove_parameter_type):
        for name in [*(remove_parameter_validation or ()), *(remove_parameter_type or ())]:
            parameter = command.metadata.parameters.get(name.lower())
            if parameter is not None:
                parameter.validators = ()
    owner: Owner = run.test if run.test is not None and run.version >= FIRST_WITH_DISCOVERY else run.present
    body = mock_with or call.engine.script_block("")
    command.behaviours.append(Behaviour(body, owner, call.frame.scope, parameter_filter, verifiable))


def _command(call: CmdletCall, run: Run, name: str, module_name: str | None) -> MockedCommand:
    engine = call.engine
    place = run.home or run.root or engine.global_scope
    if module_name:
        place = module_scope(call, module_name)
    known = find(run, name, module_name, call.frame.scope)
    if known is not None:
        if known.place.aliases is None or known.name.lower() not in known.place.aliases:
            _install(engine, known, run)
        return known
    original = engine.commands.find(name, place)
    if original is None:
        original = engine.commands.find(name, call.frame.scope)
    if isinstance(original, AliasInfo):
        original = engine.commands.resolve(name, call.frame.scope)
    if original is None:
        raise call.failure(
            "System.Management.Automation.CommandNotFoundException",
            f"Could not find Command {name}",
            "CommandNotFoundException",
            "ObjectNotFound",
            name,
        )
    aliases = place.aliases if place.aliases is not None else {}
    names = list(dict.fromkeys((original.name.lower(), name.rpartition("\\")[2].lower())))
    if original.module_name:
        names.append(f"{original.module_name}\\{original.name}".lower())
    made = MockedCommand(
        original.name,
        original,
        (module_name or "").lower(),
        place,
        {one: aliases.get(one) for one in names},
        original.metadata(engine),
        module_name or "",
    )
    run.mocks.commands[(made.module, made.name.lower())] = made
    _install(engine, made, run)
    return made


def find(run: Run, name: str, module_name: str | None, scope: Scope) -> MockedCommand | None:
    """The command that is mocked under a name, in a module or in a scope."""
    module = (module_name or "").lower()
    name = name.rpartition("\\")[2]
    found = run.mocks.commands.get((module, name.lower()))
    if found is None:
        alias = scope.find_alias(name.lower())
        if alias is not None and not alias.target.startswith(_PREFIX):
            return run.mocks.commands.get((module, alias.target.lower()))
    return found


_PREFIX = "PesterMock_"


def _install(engine: Engine, command: MockedCommand, run: Run) -> None:
    hook = f"{_PREFIX}{command.module}_{command.name}".replace("\\", "_").replace(":", "_")
    place = command.place
    if place.aliases is None:
        place.aliases = {}
    for name in command.hidden:
        place.aliases[name] = AliasInfo(command.name, hook)
    scope = engine.global_scope
    if scope.functions is None:
        scope.functions = {}
    if command.metadata is None:
        text = (
            f"$input | Invoke-PesterMock -Module '{command.module}' -Name '{command.name}' -Arguments $args"
        )
        scope.functions[hook.lower()] = FunctionInfo(hook, engine.script_block(text))
        return
    module = Module(name="Pester", metadata={command.name: command.metadata})
    hook_class = type("Hook", (_Hook,), {"command": command, "run": run})
    taken = {squeeze(one): "" for one in command.metadata.parameters}
    module._behaviours = {
        command.name.lower(): CmdletBehaviour(command.name, hook_class, True, taken, False, False)
    }
    scope.functions[hook.lower()] = CmdletInfo(command.name, module)  # type: ignore[assignment]


class _Hook(Cmdlet):
    """What runs instead of a command whose parameters are known."""

    command: MockedCommand
    run: Run

    def begin(self) -> None:
        """Nothing is left for the original yet."""
        self.left: list[Any] = []
        self.unmatched = False

    def process(self) -> None:
        """One call, or one input object."""
        call = self.call
        metadata = self.command.metadata
        assert metadata is not None  # noqa: S101 - others get a function
        bound = {
            metadata.parameters[key].name: value
            for key, value in call.parameters.items()
            if key not in COMMON_NAMES
        }
        if not respond(call, self.run, self.command, bound, ()):
            self.unmatched = True
            if call.input_object is not UNBOUND:
                self.left.append(call.input_object)

    def end(self) -> None:
        """Run the original for what no behaviour took."""
        if not self.unmatched:
            return
        call, binder = self.call, self.call.processor.binder
        arguments = [
            Argument(binder.metadata.parameters[key].name, value)
            for key, value in binder.command_line.items()
        ]
        _run_original(call, self.command, arguments, self.left if call.expects_input else None)


@cmdlet("Invoke-PesterMock")
class InvokePesterMock(Cmdlet):
    """What runs instead of a command without declared parameters."""

    accepts = ("InputObject", "Module", "Name", "Arguments")

    def begin(self) -> None:
        """Collect the input."""
        self.values: list[Any] = []

    def process(self) -> None:
        """Keep one input object."""
        if self.call.input_object is not UNBOUND:
            self.values.append(self.call.input_object)

    def end(self) -> None:
        """One call."""
        from emulator.powershell.modules.pester.state import run_of

        call = self.call
        run = run_of(call)
        key = (to_text(call.get("Module")).lower(), to_text(call.get("Name")).lower())
        rest = tuple(call.get("Arguments") or ())
        command = run.mocks.commands.get(key)
        if command is None:
            raise call.failure(
                "System.Management.Automation.RuntimeException",
                f"Internal error detected:  Mock for '{key[1]}' in module '{key[0]}' was called, "
                "but does not exist.",
                "RuntimeException",
                "OperationStopped",
            )
        if not respond(call, run, command, {}, rest):
            arguments = [Argument(None, one) for one in rest]
            _run_original(call, command, arguments, self.values or None)


def _run_original(
    call: CmdletCall, command: MockedCommand, arguments: list[Argument], source: list[Any] | None
) -> None:
    from emulator.powershell.runtime.compiler.commands import stage

    invocation = InvocationInfo(command.original, call.invocation.extent, command.name)
    started = stage(
        call.frame, command.original, arguments, call.write, call.streams, invocation, source is not None
    )
    run_pipeline(call.engine, [started], source)


def respond(
    call: CmdletCall, run: Run, command: MockedCommand, bound: dict[str, Any], rest: tuple[Any, ...]
) -> bool:
    """Answer a call by the behaviour that fits. False when none does."""
    owners: tuple[Owner, ...] = tuple(run.block.ancestors) if run.block is not None else ()
    if run.test is not None:
        owners = (*owners, run.test)
    if len(command.calls) < MAXIMUM_CALLS:
        command.calls.append(Called(bound, rest, owners))
    chosen = None
    for one in reversed(command.behaviours):
        if one.filter is not None and accepts(one.filter, one.scope, bound, rest, call):
            chosen = one
            break
    if chosen is None:
        chosen = next((one for one in reversed(command.behaviours) if one.filter is None), None)
    if chosen is None:
        return False
    chosen.called = True
    _evaluate(call, chosen.body, chosen.scope, bound, rest, call.write)
    return True


def accepts(
    script: ScriptBlock,
    scope: Scope,
    bound: dict[str, Any],
    rest: tuple[Any, ...],
    call: CmdletCall,
) -> bool:
    """Whether a filter of parameters takes a call with these arguments."""
    from emulator.powershell.modules.pester.state import run_of

    out: list[Any] = []
    # Pester 3 and 4 give a filter the parameters as its own, so $PSBoundParameters has them.
    has_own = run_of(call).version < FIRST_WITH_DISCOVERY
    _evaluate(call, script, scope, bound, rest, out.append, True, has_own)
    return to_bool(out[0] if len(out) == 1 else PSArray(out)) if out else False


def _evaluate(
    call: CmdletCall,
    script: ScriptBlock,
    scope: Scope,
    bound: dict[str, Any],
    rest: tuple[Any, ...],
    write: Any,
    is_filter: bool = False,
    has_own: bool = False,
) -> None:
    from emulator.powershell.runtime.commands import ScriptInfo
    from emulator.powershell.runtime.engine import Frame
    from emulator.powershell.runtime.script_processor import ScriptProcessor

    engine = call.engine
    metadata = script.metadata(engine)
    known = metadata is not None or has_own
    inner = Scope(scope)
    if is_filter:
        inner.strict = 0
    # What runs instead of an advanced function has its common parameters: -ErrorAction and the like.
    set_preferences(call.options.bound, inner)
    for name, value in bound.items():
        inner.set(name, value)
    inner.set("PesterBoundParameters", bound_parameters(bound))
    inner.set("PSBoundParameters", bound_parameters(bound if known else {}))
    inner.set("args", PSArray(rest))
    if call.input_object is not UNBOUND:
        inner.set("_", call.input_object)
    arguments = [Argument(None, one) for one in rest]
    if metadata is not None:
        arguments += [Argument(name, value) for name, value in bound.items()]
    info = ScriptInfo(script)
    frame = Frame(engine, inner, call.streams, script, call.invocation)
    invocation = InvocationInfo(info, None, "")
    outer, engine.frame = engine.frame, frame
    try:
        bare = ScriptBlock(script.compiled, engine, inner.home, script.is_filter)
        run_pipeline(
            engine,
            [ScriptProcessor(frame, info, bare, arguments, write, call.streams, invocation, False, True)],
            None,
        )
    finally:
        engine.frame = outer
