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
from typing import Any, NamedTuple

import pytest

from emulator.console.programs.powershell.session import installed_modules
from emulator.host import Host
from emulator.powershell.modules.tables import WITHOUT_EFFECT
from emulator.powershell.runtime.module import CmdletBehaviour, Module, cmdlet, squeeze
from emulator.powershell.runtime.module_tables import behaviour_index, makes_no_difference
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


class _Parts(NamedTuple):
    """A module of Python by its names: what it defines, and where the names come from that it imports."""

    defined: dict[str, ast.AST]
    imported: dict[str, tuple[str, str]]
    values: dict[str, Any]


@cache
def _parts(path: str) -> _Parts:
    module = import_module(path)
    tree = ast.parse(inspect.getsource(module))
    defined: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            defined[node.name] = node
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            defined[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            defined[node.target.id] = node.value
    imported = {
        one.asname or one.name: (str(node.module), one.name)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_OURS)
        for one in node.names
    }
    return _Parts(defined, imported, vars(module))


def _ignored(node: ast.AST) -> Iterator[ast.AST]:
    """What names a parameter and reads none: declarations, annotations and documentation."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield from node.decorator_list
    if isinstance(node, ast.FunctionDef) and node.returns is not None:
        yield node.returns
    if isinstance(node, ast.arg) and node.annotation is not None:
        yield node.annotation
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        yield node.value
    if _is_reading(node):
        yield node


@cache
def _words(path: str, name: str) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """What a function, class or constant names where it does something, and the others that it uses."""
    defined, imported, values = _parts(path)
    if name in imported:
        return frozenset(), frozenset({imported[name]})
    root = defined.get(name)
    if root is None:
        held = values.get(name)
        return frozenset({squeeze(held)} if isinstance(held, str) else ()), frozenset()
    left_out = {id(each) for node in ast.walk(root) for part in _ignored(node) for each in ast.walk(part)}
    words: set[str] = set()
    used: set[tuple[str, str]] = set()
    for node in ast.walk(root):
        if id(node) in left_out:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            words.update(squeeze(one) for one in re.findall(r"\w+", node.value))
        elif isinstance(node, ast.Name):
            used.add((path, node.id))
            held = values.get(node.id)
            if isinstance(held, dict | tuple):
                words.update(squeeze(one) for one in held if isinstance(one, str))
        elif isinstance(node, ast.Attribute):
            words.add(squeeze(node.attr))
        elif isinstance(node, ast.keyword) and node.arg:
            words.add(squeeze(node.arg))
    return frozenset(words), frozenset(used)


def _reachable(*starts: tuple[str, str]) -> set[str]:
    """The words of a behaviour and of all in the modules of cmdlets that it uses."""
    words: set[str] = set()
    seen: set[tuple[str, str]] = set()
    left = list(starts)
    while left:
        one = left.pop()
        if one not in seen:
            seen.add(one)
            found, used = _words(*one)
            words |= found
            left += used
    return words


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
    target = behaviour.target
    home = target.__module__
    if target.__name__ == "run":  # made from tables of the module that declares it
        homes = {home, behaviour_index()[behaviour.name.lower()]}
        starts = [(each, name) for each in homes for name in _parts(each).defined]
    elif behaviour.is_class:
        starts = [(each.__module__, each.__name__) for each in target.__mro__ if each is not object]
    else:
        starts = [(home, target.__name__)]
    words = _reachable(*((path, name) for path, name in starts if path.startswith((_OURS, __name__))))
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


@cmdlet("Get-HotFix", reads=("Id", "Description", "ComputerName", "Credential"))
def _silent_hot_fixes(call):
    """It says -Description, and reads -Id and what its helper reads."""
    call.write((call.get("Id"), _computer(call)))


def _computer(call):
    return call.get("ComputerName")


def test_the_check_finds_a_parameter_that_nobody_reads(modules):
    (module,) = (one for one in modules if one.has_cmdlet("Get-HotFix", "2022"))

    (behaviour,) = _silent_hot_fixes.__cmdlet__
    assert _silent(module, behaviour) == {"description", "credential"}


def test_the_check_finds_an_argument_that_the_function_does_not_use(modules):
    (module,) = (one for one in modules if one.has_cmdlet("Get-HotFix", "2022"))

    @cmdlet("Get-HotFix")
    def silent(call, credential=None, description=None):  # noqa: ARG001 - which is the point
        call.write(description)

    (behaviour,) = silent.__cmdlet__
    assert _silent(module, behaviour) == {next(iter(behaviour.arguments))}


def test_what_makes_no_difference_is_a_parameter_and_is_not_read_at_the_same_time(modules):
    known = {each.name.lower(): (module, each) for module, each in _behaviours(modules)}
    for row in json.loads(WITHOUT_EFFECT.read_text(encoding="utf-8")):
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
    (module,) = (one for one in modules if one.has_cmdlet("Out-GridView", "2022"))
    behaviour = module.behaviour("Out-GridView")
    assert "title" not in behaviour.arguments
    assert makes_no_difference("Out-GridView", "Title")
    assert not makes_no_difference("Out-GridView", "Anything")
