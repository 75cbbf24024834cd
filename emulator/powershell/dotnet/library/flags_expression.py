"""System.Management.Automation.FlagsExpression`1: which combinations of flags are meant, as in
``Get-ChildItem -Attributes Hidden+!System,Archive``: an OR (,) of ANDs (+) of names and their opposites (!).
"""

from __future__ import annotations

import re
from typing import Any

from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.types import PSType, register

_TOKEN = re.compile(r"\s*([,+!()]|[^,+!()\s]+)")
#: The beginnings of these names mean them, though others begin so too.
_PREFERRED = {"System.IO.FileAttributes": ("Directory", "ReadOnly", "System")}
_RUNTIME = "System.Management.Automation.RuntimeException"


class FlagsExpression:
    """The expression, taken apart: each term is met when all its (flag, is negated) are."""

    __slots__ = ("_terms",)

    def __init__(self, kind: EnumType, texts: list[str]) -> None:
        """From one text or, for each element of an array, one that is an alternative. Raises RuntimeException
        for what is no expression."""
        if not texts or not all(text.strip() for text in texts):
            raise _no_expression(
                "The input expression must not be empty. Specify at least one identifier name in each "
                "input expression. "
            )
        self._terms = [term for text in texts for term in _terms(kind, text)]

    def fits(self, flags: int) -> bool:
        """Whether a combination of flags is meant."""
        return any(
            all((flags & flag == flag) is not negated for flag, negated in term) for term in self._terms
        )

    def names(self, flag: int) -> bool:
        """Whether a flag occurs in it."""
        return any(flag == each for term in self._terms for each, _ in term)


def _terms(kind: EnumType, text: str) -> list[list[tuple[int, bool]]]:
    terms: list[list[tuple[int, bool]]] = [[]]
    negated, expects_name = False, True
    for part in _TOKEN.findall(text.rstrip()):
        if part in "()":
            raise _no_expression(
                "Use of parentheses is not valid in the expression because identifier grouping is not "
                "allowed. Try removing the parentheses, or if a subexpression is enclosed, try expanding "
                "the expression."
            )
        if part in ",+!" and expects_name and (part != "!" or negated):
            raise _no_name(negated)
        if not expects_name and part not in ",+":
            raise _no_expression(
                "Unable to parse the expression due to an unexpected token. Only an OR (,) operator or "
                "AND (+) operator is expected after an identifier name."
            )
        if part == "!":
            negated = True
        elif part in ",+":
            expects_name = True
            if part == ",":
                terms.append([])
        else:
            terms[-1].append((_number(kind, part), negated))
            negated, expects_name = False, False
    if expects_name:
        raise _no_name(negated)
    return terms


def _number(kind: EnumType, word: str) -> int:
    exact = kind.number_of(word)
    if exact is not None:
        return exact
    found = [name for name in kind.names if name.lower().startswith(word.lower())]
    found = [name for name in found if name in _PREFERRED.get(kind.name, ())] or found
    if len(found) > 1:
        raise _no_expression(
            f"The identifier name {word} cannot be processed because it is either too similar or "
            f"identical to the following enumerator names: {', '.join(found)}. Use a more specific "
            "identifier name."
        )
    if not found:
        raise _no_expression(
            f"Unable to match the identifier name {word} to a valid enumerator name. Specify one of the "
            f"following enumerator names and try again:\r\n{', '.join(kind.names)}"
        )
    return kind.names[found[0]]


def _no_name(negated: bool) -> NetError:
    if negated:
        return _no_expression(
            "Unable to parse the expression due to an unexpected token after a NOT (!) operator. An "
            "identifier name is expected after a NOT (!) operator."
        )
    return _no_expression(
        "Unable to parse the expression due to an unexpected token. An identifier name or a NOT (!) "
        "operator is expected at the start of the expression, or after an OR (,) operator or an AND (+) "
        "operator. Also, an expression must not end with an OR (,), AND (+) or NOT (!) operator."
    )


def _no_expression(text: str) -> NetError:
    return NetError(_RUNTIME, text)


def _evaluate(expression: Any, value: Any) -> bool:
    return bool(expression.fits(value.number))


register(
    PSType(
        "System.Management.Automation.FlagsExpression`1",
        instance={"Evaluate(object value)": _evaluate},
    ),
    FlagsExpression,
)
