"""System.Management.Automation.CommandCompletion and CompletionResult."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.completion.analysis import complete
from emulator.powershell.completion.results import KINDS, Completion, Completions
from emulator.powershell.dotnet.collections import GenericList, PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.dotnet.library.syntax_tokens import ScriptToken
from emulator.powershell.dotnet.library.syntax_trees import Position
from emulator.powershell.dotnet.tuples import TupleValue
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.parser.node import Ast
from emulator.powershell.parser.parser import parse
from emulator.powershell.runtime.scalars import to_integer
from emulator.powershell.runtime.type_finder import construct_generic

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_A = "System.Management.Automation."
_KIND = EnumType(f"{_A}CompletionResultType", KINDS)
register(_KIND)


def _null(name: str) -> NetError:
    return NetError(
        f"{_A}PSArgumentNullException",
        f'Cannot process argument because the value of argument "{name}" is null. Change the value of '
        f'argument "{name}" to a non-null value.',
        errorid="ArgumentNull",
    )


def _wrong(name: str) -> NetError:
    return NetError(
        f"{_A}PSArgumentException",
        f'Cannot process argument because the value of argument "{name}" is not valid. Change the value of '
        f'the "{name}" argument and run the operation again.',
        errorid="Argument",
    )


def _new(_type: PSType, text: str, shown: str, kind: Any, tip: str) -> Completion:
    for name, one in (("completionText", text), ("listItemText", shown), ("toolTip", tip)):
        if not one:
            raise _null(name)
    return Completion(text, shown, str(kind), tip)


def _of_text(_type: PSType, text: str) -> Completion:
    return _new(_type, text, text, "Text", text)


register(
    PSType(
        f"{_A}CompletionResult",
        instance={
            "CompletionText: string": lambda c: c.text,
            "ListItemText: string": lambda c: c.shown,
            f"ResultType: {_A}CompletionResultType": lambda c: _KIND[c.kind],
            "ToolTip: string": lambda c: c.tip,
        },
        construct={
            "new(string completionText, string listItemText, "
            f"{_A}CompletionResultType resultType, string toolTip)": _new,
            "new(string completionText)": _of_text,
        },
    ),
    Completion,
)


def _matches(found: Completions) -> GenericList:
    kind = construct_generic(
        builtin("System.Collections.ObjectModel.Collection`1"), (builtin(f"{_A}CompletionResult"),)
    )
    return GenericList(found.matches, kind)


def _set(name: str) -> Any:
    return lambda found, number: setattr(found, name, number)


def _complete(engine: Engine, text: str | None, offset: int, _options: Any = None) -> Completions:
    if text is None or text == "":
        return Completions()
    if not 0 <= offset <= len(text):
        raise _wrong("cursorIndex")
    return complete(engine, text, offset)


def _complete_tree(
    engine: Engine, tree: Any, tokens: Any, position: Any, _options: Any = None
) -> Completions:
    for name, one in (("ast", tree), ("tokens", tokens), ("positionOfCursor", position)):
        if one is None:
            raise _null(name)
    return _at(engine, tree, position)


def _at(engine: Engine, tree: Any, position: Any) -> Completions:
    if not isinstance(tree, Ast) or not isinstance(position, Position):
        raise argument_error("The arguments are no syntax tree with a position in it.")
    return complete(engine, tree.extent.source.text, position.offset)


def _with_powershell(engine: Engine, text: str | None, offset: int, options: Any, shell: Any) -> Completions:
    if text and not 0 <= offset <= len(text):
        raise _wrong("cursorIndex")
    if shell is None:
        raise _null("powershell")
    return _complete(engine, text, offset, options)


def _tree_with_powershell(
    engine: Engine, tree: Any, tokens: Any, position: Any, options: Any, shell: Any
) -> Completions:
    for name, one in (("ast", tree), ("tokens", tokens), ("cursorPosition", position), ("powershell", shell)):
        if one is None:
            raise _null(name)
    return _complete_tree(engine, tree, tokens, position, options)


def _four(engine: Engine, first: Any, second: Any, third: Any, fourth: Any) -> Completions:
    """The two forms with four arguments: a text, an index, options and a PowerShell; or a tree."""
    if isinstance(first, str):
        return _with_powershell(engine, first, to_integer(second, int, "System.Int32"), third, fourth)
    return _complete_tree(engine, first, second, third, fourth)


def _map(engine: Engine, text: str, offset: int) -> TupleValue:
    if not 0 <= offset <= len(text):
        raise _wrong("cursorIndex")
    result = parse(text, language_version=engine.language)
    tokens = PSArray(ScriptToken(one) for one in result.tokens)
    return TupleValue(result.ast, tokens, Position(result.ast.extent.source, offset))


register(
    PSType(
        f"{_A}CommandCompletion",
        instance={
            "CurrentMatchIndex: int": lambda c: c.current,
            "CurrentMatchIndex=": _set("current"),
            "ReplacementIndex: int": lambda c: c.index,
            "ReplacementIndex=": _set("index"),
            "ReplacementLength: int": lambda c: c.length,
            "ReplacementLength=": _set("length"),
            "CompletionMatches": _matches,
            "GetNextResult(bool forward)": lambda c, forward: c.following(forward),
        },
        static={
            "@CompleteInput(string input, int cursorIndex, hashtable options)": _complete,
            "@CompleteInput(object ast, object tokens, object positionOfCursor, object options)": _four,
            "@CompleteInput(object ast, object tokens, object cursorPosition, hashtable options,"
            " object powershell)": _tree_with_powershell,
            "@MapStringInputToParsedInput(string input, int cursorIndex)": _map,
        },
    ),
    Completions,
)
