"""Every parameter of every cmdlet is read by its behaviour, refused, or named with the reason why it makes no
difference."""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any

import pytest

from emulator.console.programs.powershell.session import installed_modules
from emulator.host import Host
from emulator.powershell.runtime.module import CmdletBehaviour, Module, behaviour_index, cmdlet, squeeze
from emulator.powershell.runtime.without_effect import TABLE, makes_no_difference
from emulator.profile import load

PROFILES = ("windows-server-2008r2-enterprise", "windows-server-2022-datacenter")
RELEASES = ("2008R2", "2012", "2016", "2022", "2025")
_OURS = "emulator.powershell.modules."


@pytest.fixture(scope="module")
def modules() -> tuple[Module, ...]:
    hosts = [Host(load(name), clock_mode="manual") for name in PROFILES]
    return tuple({id(each): each for host in hosts for each in installed_modules(host)}.values())


def _behaviours(modules: tuple[Module, ...]) -> Iterator[tuple[Module, CmdletBehaviour]]:
    for module in modules:
        names = dict.fromkeys(name for each in RELEASES for name in module.cmdlet_names(each))
        for name in names:
            found = module.behaviour(name)
            if found is not None:
                yield module, found


def _parameters(module: Module, name: str) -> set[str]:
    """Squeezed names of the parameters in any release."""
    shapes = [module.cmdlet_metadata(name, each) for each in RELEASES]
    return {squeeze(one.name) for shape in shapes if shape is not None for one in shape.parameters.values()}


def _is_reading(node: ast.AST) -> bool:
    """Whether a part of the syntax says what a behaviour takes: naming is not reading."""
    if isinstance(node, ast.keyword):
        return node.arg == "reads"
    return isinstance(node, ast.Assign) and any(
        isinstance(one, ast.Name) and one.id == "accepts" for one in node.targets
    )


@cache
def _words(path: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """What a module names where it does something, and the modules beside it that it uses."""
    tree = ast.parse(inspect.getsource(import_module(path)))
    stated = {id(part) for node in ast.walk(tree) if _is_reading(node) for part in ast.walk(node)}
    named = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in stated
    }
    for node in tree.body:
        # A tuple of names that only declarations use.
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Tuple)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id not in named
        ):
            stated.update(id(part) for part in ast.walk(node))
    words: set[str] = set()
    beside: list[str] = []
    values = vars(import_module(path))
    for node in ast.walk(tree):
        if id(node) in stated:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.update(squeeze(one) for one in re.findall(r"\w+", node.value))
        elif isinstance(node, ast.Name) and isinstance(values.get(node.id), dict | tuple):
            words.update(squeeze(one) for one in values[node.id] if isinstance(one, str))
        elif isinstance(node, ast.Attribute):
            words.add(squeeze(node.attr))
        elif isinstance(node, ast.keyword) and node.arg:
            words.add(squeeze(node.arg))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_OURS):
            beside.append(str(node.module))
    return frozenset(words), tuple(beside)


@cache
def _reachable(path: str) -> frozenset[str]:
    words, beside = _words(path)
    return words.union(*(_words(one)[0] for one in beside))


def _unused_arguments(behaviour: CmdletBehaviour) -> set[str]:
    """Arguments of a function that its body does not use: what it calls must ask for them."""
    if behaviour.is_class or behaviour.target.__name__ == "run":
        return set()
    function: Any = ast.parse(textwrap.dedent(inspect.getsource(behaviour.target))).body[0]
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    arguments = (*function.args.args[1:], *function.args.kwonlyargs)
    return {squeeze(one.arg) for one in arguments if one.arg not in used}


def _silent(module: Module, behaviour: CmdletBehaviour) -> set[str]:
    """Parameters that are taken and not read."""
    words = _reachable(behaviour.target.__module__)
    if behaviour.target.__name__ == "run":  # made from tables of the module that declares it
        words |= _reachable(behaviour_index()[behaviour.name.lower()])
    unused = _unused_arguments(behaviour)
    asked = {key for key, name in behaviour.arguments.items() if not name or behaviour.is_class}
    return {each for each in asked | unused if not _named(each, words)} & _parameters(module, behaviour.name)


def _named(key: str, words: frozenset[str]) -> bool:
    """Whether the words name a parameter, whole or as f"{noun}Name"."""
    return key in words or any(
        key.endswith(ending) and key.removesuffix(ending) in words
        for ending in ("friendlyname", "uniqueid", "name")
    )


def test_what_a_behaviour_takes_it_reads(modules):
    silent = {
        each.name: sorted(found) for module, each in _behaviours(modules) if (found := _silent(module, each))
    }
    assert not silent


def test_the_check_finds_a_parameter_that_nobody_reads(modules):
    (module,) = (one for one in modules if one.has_cmdlet("Get-HotFix", "2022"))
    named_here = _words(__name__)[0]
    unread = {each for each in _parameters(module, "Get-HotFix") if not _named(each, named_here)}

    @cmdlet("Get-HotFix", reads=tuple(_parameters(module, "Get-HotFix")))
    def silent(call):
        call.write(None)

    (behaviour,) = silent.__cmdlet__
    assert unread
    assert _silent(module, behaviour) == unread


def test_the_check_finds_an_argument_that_the_function_does_not_use(modules):
    (module,) = (one for one in modules if one.has_cmdlet("Get-HotFix", "2022"))

    @cmdlet("Get-HotFix")
    def silent(call, credential=None, description=None):  # noqa: ARG001 - which is the point
        call.write(description)

    (behaviour,) = silent.__cmdlet__
    assert _silent(module, behaviour) == {next(iter(behaviour.arguments))}


def test_what_makes_no_difference_is_a_parameter_and_is_not_read_at_the_same_time(modules):
    known = {each.name.lower(): (module, each) for module, each in _behaviours(modules)}
    for row in json.loads(TABLE.read_text(encoding="utf-8")):
        assert len(row["reason"]) > 10
        used = set()
        everywhere = row["cmdlets"] == "*"
        for name in known if everywhere else row["cmdlets"].split():
            module, behaviour = known[name.lower()]
            there = _parameters(module, name)
            for parameter in row["parameters"].split():
                key = squeeze(parameter)
                if key in there:
                    used.add(parameter)
                    assert everywhere or key not in behaviour.arguments, (name, parameter)
                    assert makes_no_difference(name, parameter)
        assert used == set(row["parameters"].split()), row


def test_what_is_neither_is_refused(modules):
    (module,) = (one for one in modules if one.has_cmdlet("Get-PSBreakpoint", "2022"))
    behaviour = module.behaviour("Get-PSBreakpoint")
    assert set(behaviour.arguments) == {"id"}
    assert makes_no_difference("Get-PSBreakpoint", "Variable")
    assert not makes_no_difference("Get-PSBreakpoint", "Anything")
