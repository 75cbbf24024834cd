"""Describe, Context, It, BeforeAll and the like, InModuleScope and the ways to end a test early."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import DICTIONARY_TYPES, PSArray
from emulator.powershell.dotnet.exceptions import ExceptionObject
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.modules.pester.cases import cases_of
from emulator.powershell.modules.pester.mock_assertions import COUNTED, assert_called, assert_verifiable
from emulator.powershell.modules.pester.mocks import module_scope
from emulator.powershell.modules.pester.model import FIRST_WITH_DISCOVERY, Block, Case, Container, Test
from emulator.powershell.modules.pester.state import run_of
from emulator.powershell.modules.pester.thrown import thrown
from emulator.powershell.modules.pester.user_code import run_dot
from emulator.powershell.modules.utility.invoking import values_of_command
from emulator.powershell.runtime.binder import Argument
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.conversion import to_text
from emulator.powershell.runtime.errors import ErrorRecord, PSError
from emulator.powershell.runtime.module import cmdlet
from emulator.powershell.runtime.scope import Scope
from emulator.powershell.runtime.script_block import ScriptBlock
from emulator.powershell.runtime.services import FileStore


@cmdlet("Describe")
@cmdlet("Context")
def describe(
    call: CmdletCall,
    name: str,
    fixture: ScriptBlock | None = None,
    tag: list[str] | None = None,
    for_each: Any = None,
    skip: bool = False,
    pending: bool = False,  # noqa: ARG001 - Pester 4 has it for Describe and pays no heed to it
    allow_null_or_empty_for_each: bool = False,
) -> None:
    """A group of tests."""
    if fixture is None:
        has_lines = "\n" in name
        raise thrown(
            "Test fixture name has multiple lines and no test fixture is provided. (Have you provided a name "
            "for the test group?)"
            if has_lines
            else "No test fixture is provided. (Have you put the open curly brace on the next line?)"
        )
    run = run_of(call)
    cases = _cases(call, "ForEach", for_each, allow_null_or_empty_for_each)
    blocks = [
        Block(name, call.name, script=fixture, case=case, tags=tuple(tag or ()), skip=skip)
        for case in (cases if cases is not None else [None])
    ]
    if blocks and run.block is None and run.version < FIRST_WITH_DISCOVERY and call.name == "Describe":
        from emulator.powershell.modules.pester.legacy import describe_alone

        describe_alone(call, blocks)
        return
    for block in blocks:
        run.declare_block(call.frame, block)


def _cases(call: CmdletCall, parameter: str, values: Any, may_be_empty: bool) -> list[Case] | None:
    """The cases of a block or test; None when it has none. Raises when they are none and that is refused."""
    if not call.has(parameter):
        return None
    found = cases_of(values) or []
    if not found and not (may_be_empty or run_of(call).allows_no_cases):
        raise call.failure(
            "System.ArgumentException",
            "Value can not be null or empty array. If this is expected, use -AllowNullOrEmptyForEach on "
            f"this {call.name}, or set the Run.FailOnNullOrEmptyForEach configuration option to $false to "
            "allow it for the whole run.",
            "System.ArgumentException",
            "OperationStopped",
        )
    return found


@cmdlet("It")
def it(
    call: CmdletCall,
    name: str,
    test: ScriptBlock | None = None,
    test_cases: Any = None,
    tag: list[str] | None = None,
    skip: bool = False,
    pending: bool = False,
    allow_null_or_empty_for_each: bool = False,
) -> None:
    """A test, or one for each case."""
    run = run_of(call)
    if test is None and not (skip or pending):
        has_lines = "\n" in name
        raise thrown(
            "Test name has multiple lines and no test scriptblock is provided. (Did you provide the test "
            "name?)"
            if has_lines
            else "No test scriptblock is provided. (Have you put the open curly brace on the next line?)"
        )
    script = test or call.engine.script_block("")
    cases = _cases(call, "TestCases", test_cases, allow_null_or_empty_for_each)
    if cases is not None and not cases and run.version < FIRST_WITH_DISCOVERY:
        cases = None
    for case in cases if cases is not None else [None]:
        made = Test(name, run.present, script, case, tuple(tag or ()), skip, pending)
        run.declare_test(call.frame, made)


@cmdlet("BeforeAll")
@cmdlet("BeforeEach")
@cmdlet("AfterAll")
@cmdlet("AfterEach")
def setup(call: CmdletCall, scriptblock: ScriptBlock) -> None:
    """What runs before or after the tests of the block."""
    run_of(call).declare_setup(call.name.lower(), scriptblock)


@cmdlet("BeforeDiscovery")
def before_discovery(call: CmdletCall, script_block: ScriptBlock) -> None:
    """Runs at once, in the scope of the file or block."""
    run_dot(call.engine, script_block, call.frame.scope, call.streams)


@cmdlet("InModuleScope")
def in_module_scope(
    call: CmdletCall,
    module_name: str,
    script_block: ScriptBlock,
    parameters: Any = None,
    argument_list: list[Any] | None = None,
) -> None:
    """Run a block inside of a module."""
    run = run_of(call)
    home = module_scope(call, module_name)
    scope = Scope(home)
    held = unwrap(parameters)
    pieces = [Argument(None, one) for one in argument_list or ((None,) if call.has("ArgumentList") else ())]
    if type(held) in DICTIONARY_TYPES:
        for key, value in held.items():
            scope.set(to_text(key), value)
            if script_block.metadata(call.engine) is not None:
                pieces.append(Argument(to_text(key), value))
    with run.inside_module(home):
        bare = ScriptBlock(script_block.compiled, call.engine, None, script_block.is_filter)
        run_dot(call.engine, bare, scope, call.streams, pieces, write=call.write)


def _ended(error_id: str, text: str) -> PSError:
    return PSError(ErrorRecord(ExceptionObject("System.Exception", text), error_id, "InvalidResult"))


@cmdlet("Set-ItResult")
def set_it_result(
    _call: CmdletCall,
    inconclusive: bool = False,
    pending: bool = False,
    skipped: bool = False,  # noqa: ARG001 - what remains when the others are not given
    because: str | None = None,
) -> None:
    """End the test as skipped, pending or inconclusive."""
    word = "inconclusive" if inconclusive else "pending" if pending else "skipped"
    reason = f", because {because}" if because else ""
    raise _ended(f"PesterTest{word.capitalize()}", f"is {word}{reason}")


@cmdlet("Set-TestInconclusive")
def set_test_inconclusive(_call: CmdletCall, message: str = "") -> None:
    """End the test as inconclusive."""
    raise _ended("PesterTestInconclusive", message)


@cmdlet("Assert-MockCalled", reads=COUNTED)
def assert_mock_called(call: CmdletCall) -> None:
    """The older name of Should -Invoke."""
    message = assert_called(call, run_of(call))
    if message is not None:
        raise call.complete(_ended("PesterAssertionFailed", message))


@cmdlet("Assert-VerifiableMock")
@cmdlet("Assert-VerifiableMocks")
def assert_verifiable_mock(call: CmdletCall) -> None:
    """The older name of Should -InvokeVerifiable."""
    message = assert_verifiable(run_of(call))
    if message is not None:
        raise call.complete(_ended("PesterAssertionFailed", message))


@cmdlet("Setup", reads=("File",))
def make_test_drive_item(
    call: CmdletCall, path: str = "", content: Any = None, dir: bool = False, pass_thru: bool = False
) -> None:
    """A file or folder in TestDrive: (Pester 3 and 4)."""
    kind = "Directory" if dir else "File"
    target = f"TestDrive:\\{path}"
    made = values_of_command(call, "New-Item", [("Path", target), ("ItemType", kind), ("Force", True)])
    if content is not None and not dir:
        values_of_command(call, "Set-Content", [("Path", target), ("Value", content)])
    if pass_thru:
        call.write_all(PSArray(made))


@cmdlet("Get-TestDriveItem")
def get_test_drive_item(call: CmdletCall, path: str = "") -> None:
    """An item of TestDrive: (Pester 3 and 4)."""
    for one in values_of_command(call, "Get-Item", [("Path", f"TestDrive:\\{path}")]):
        call.write(one)


@cmdlet("Invoke-PesterContainer")
def invoke_pester_container(call: CmdletCall, path: str) -> None:
    """Run one file; the suite calls it."""
    text = call.service(FileStore).read_text(path)
    run_of(call).run_container(call.engine, call.streams, Container(path, "Container", text=text))
