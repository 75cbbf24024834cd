"""set, setlocal, endlocal."""

from __future__ import annotations

import re

from emulator.console.cmd.state import State
from emulator.signed_numbers import signed32

_TOKEN = re.compile(r"\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|<<|>>|[-+*/%&|^~!()=,])")
_PRECEDENCE = {"|": 1, "^": 2, "&": 3, "<<": 4, ">>": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}
_MAXIMUM_DEPTH = 60
_MAXIMUM_LOCAL_ENVIRONMENTS = 32
_MAXIMUM_VALUE = 32767


def set_(state: State, tail: str) -> int:
    """`set`, `set prefix`, `set name=value`, `set "name=value"`, `set /a expression`, `set /p name=text`."""
    text = tail.strip()
    environment = state.context.environment
    if text[:2].lower() == "/a":
        return _arithmetic(state, text[2:])
    prompt = text[:2].lower() == "/p"
    # Blanks at the end belong to the value: `set name=value ` keeps them.
    text = (tail.lstrip()[2:] if prompt else tail).lstrip()
    if text.startswith('"'):
        text = text[1 : text.rfind('"')] if text.rfind('"') > 0 else text[1:]
    name, equals, value = text.partition("=")
    if prompt:
        state.context.stdout.write(value)
        line = state.context.stdin.read_line()
        if line is None or not name:
            return 1
        environment[name] = line
        return 0
    if equals:
        if not name:
            state.context.error("The syntax of the command is incorrect.")
            return 1
        if len(value) > _MAXIMUM_VALUE:
            state.context.error("The input line is too long.")
            return 1
        if value:
            environment[name] = value
        else:
            environment.pop(name, None)
        return 0
    prefix = name.strip().lower()
    shown = sorted((key for key in environment if key.lower().startswith(prefix)), key=str.lower)
    for key in shown:
        state.context.line(f"{key}={environment[key]}")
    if not shown:
        state.context.error(f"Environment variable {name.strip()} not defined")
        return 1
    return 0


def setlocal(state: State, tail: str) -> int:
    """Keep changes of the environment until endlocal or the end of the batch file."""
    if state.batch is None:
        return 0
    if len(state.local_environments) >= _MAXIMUM_LOCAL_ENVIRONMENTS:
        state.context.error("Maximum setlocal recursion level reached.")
        return 1
    state.begin_local()
    for word in tail.lower().split():
        if word in ("enabledelayedexpansion", "disabledelayedexpansion"):
            state.delayed_expansion = word.startswith("enable")
    return 0


def endlocal(state: State, _tail: str) -> int:
    """Undo what was changed since setlocal."""
    state.end_local()
    return 0


def _arithmetic(state: State, text: str) -> int:
    try:
        value = _Arithmetic(state, text.replace('"', "")).result()
    except ZeroDivisionError:
        state.context.error("Divide by zero error.")
        return 1073750993
    except ValueError:
        state.context.error("Missing operand.")
        return 1073750988
    if state.batch is None:
        state.context.stdout.write(str(value))
    return 0


class _Arithmetic:
    """32-bit integer expressions of `set /a`, by precedence climbing."""

    def __init__(self, state: State, text: str) -> None:
        self.state = state
        self.tokens: list[str] = []
        position = 0
        text = text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise ValueError(text)
            self.tokens.append(match[1])
            position = match.end()
        self.position = 0
        self.depth = 0

    def result(self) -> int:
        value = self.assignment()
        while self.peek() == ",":
            self.position += 1
            value = self.assignment()
        if self.position != len(self.tokens):
            raise ValueError("unread tokens")
        return value

    def peek(self) -> str:
        return self.tokens[self.position] if self.position < len(self.tokens) else ""

    def assignment(self) -> int:
        start = self.position
        name = self.peek()
        if name[:1].isalpha() or name[:1] == "_":
            self.position += 1
            operator = ""
            if self.peek() in _PRECEDENCE:
                operator = self.peek()
                self.position += 1
            if self.peek() == "=":
                self.position += 1
                value = self.assignment()
                if operator:
                    value = _apply(operator, self.variable(name), value)
                self.state.context.environment[name] = str(value)
                return value
            self.position = start
        return self.expression(1)

    def expression(self, least: int) -> int:
        self.depth += 1
        if self.depth > _MAXIMUM_DEPTH:
            raise ValueError("too deep")
        left = self.operand()
        while _PRECEDENCE.get(self.peek(), 0) >= least:
            operator = self.peek()
            self.position += 1
            left = _apply(operator, left, self.expression(_PRECEDENCE[operator] + 1))
        self.depth -= 1
        return left

    def operand(self) -> int:
        word = self.peek()
        self.position += 1
        if word == "(":
            value = self.expression(1)
            if self.peek() != ")":
                raise ValueError("unbalanced parenthesis")
            self.position += 1
            return value
        if word in ("-", "+", "~", "!"):
            self.depth += 1
            if self.depth > _MAXIMUM_DEPTH:
                raise ValueError("too deep")
            value = self.operand()
            self.depth -= 1
            return signed32({"-": -value, "+": value, "~": ~value, "!": int(not value)}[word])
        if word[:1].isdigit():
            return signed32(int(word, 8 if word.startswith("0") and word.isdigit() and word != "0" else 0))
        if word[:1].isalpha() or word[:1] == "_":
            return self.variable(word)
        raise ValueError(word)

    def variable(self, name: str) -> int:
        match = re.match(r"\s*[-+]?\d+", self.state.context.environment.get(name, "0"))
        return signed32(int(match[0])) if match else 0


def _apply(operator: str, left: int, right: int) -> int:
    match operator:
        case "+":
            value = left + right
        case "-":
            value = left - right
        case "*":
            value = left * right
        case "/":
            value = _quotient(left, right)
        case "%":
            value = left - right * _quotient(left, right)
        case "&":
            value = left & right
        case "|":
            value = left | right
        case "^":
            value = left ^ right
        case "<<":
            value = left << (right & 31)
        case _:
            value = left >> (right & 31)
    return signed32(value)


def _quotient(left: int, right: int) -> int:
    """The quotient without its fraction, towards zero. Raises ZeroDivisionError."""
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient
