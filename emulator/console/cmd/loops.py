"""What a `for` loop runs over: a list of words and files, numbers (/l), lines or text (/f), folders (/d)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import repeat

from emulator.console.cmd.state import State
from emulator.console.cmd.syntax import For
from emulator.console.cmd.wildcards import is_pattern, matches
from emulator.console.process import codec_of
from emulator.console.streams import Collector
from emulator.host import InvalidParameter, NotSupported

_OPTION = re.compile(
    r"(?i)(eol|skip|delims|tokens)=(.*?)(?=\s+(?:eol|skip|delims|tokens)=|\s+usebackq|$)|usebackq"
)
_WORD = re.compile(r'"[^"]*"|[^\s,;=]+')


def items(state: State, node: For) -> Iterator[dict[str, str]]:
    """The values of the loop's variables, one mapping an iteration."""
    text = state.with_for_variables(node.items)
    if node.switch == "/l":
        yield from ({node.variable: str(number)} for number in _numbers(text))
    elif node.switch == "/f":
        yield from _lines(state, node, text.strip())
    elif node.switch == "/r":
        raise NotSupported("FOR /R is not emulated.")
    else:
        yield from ({node.variable: word} for word in _words(state, text, folders=node.switch == "/d"))


def _numbers(text: str) -> Iterable[int]:
    parts = [part.strip() for part in text.split(",")]
    try:
        start, step, end = (int(part, 0) for part in parts)
    except ValueError:
        raise InvalidParameter("The syntax of the command is incorrect.") from None
    if not step:
        # A step of zero never comes to its end.
        return repeat(start) if start <= end else ()
    return range(start, end + (1 if step > 0 else -1), step)


def _words(state: State, text: str, *, folders: bool) -> Iterator[str]:
    for word in _WORD.findall(text):
        if not is_pattern(word):
            yield word
            continue
        bare = word.strip('"')
        prefix = bare[: bare.rfind("\\") + 1]
        for entry in matches(state.context, state.context.path(bare)):
            if entry.is_directory == folders:
                yield prefix + entry.name


def _lines(state: State, node: For, text: str) -> Iterator[dict[str, str]]:
    """`for /f`: the tokens of each line of a file, a string or a command's output."""
    options = {"eol": ";", "skip": "0", "delims": " \t", "tokens": "1"}
    back_quotes = False
    for match in _OPTION.finditer(node.options):
        if match[1]:
            options[match[1].lower()] = match[2]
        else:
            back_quotes = True
    quote, command = ("'", "`") if back_quotes else ('"', "'")
    if len(text) > 1 and text[0] == text[-1] == quote:
        content = text[1:-1]
    elif len(text) > 1 and text[0] == text[-1] == command:
        content = _output(state, text[1:-1])
    else:
        files = state.context.files
        data = b"".join(files.read(state.context.path(name)) for name in _WORD.findall(text))
        content = data.decode(codec_of(state.context.console.code_page), "replace")
    wanted, rest_of_line = _tokens(options["tokens"])
    for line in content.splitlines()[int(options["skip"] or 0) :]:
        if not line or (options["eol"] and line.lstrip(options["delims"]).startswith(options["eol"])):
            continue
        values = _split(line, options["delims"], wanted, rest_of_line)
        if values:
            yield {chr(ord(node.variable) + number): value for number, value in enumerate(values)}


def _output(state: State, line: str) -> str:
    from emulator.console.cmd.interpreter import CommandProcessor

    collected = Collector(state.context.console.code_page)
    processor = CommandProcessor(state.context.child(stdout=collected))
    processor.state.echo = state.echo
    processor.run_to_exit(line)
    return collected.value().decode(codec_of(state.context.console.code_page), "replace")


def _tokens(text: str) -> tuple[list[int], bool]:
    """`1,3-5*` as the numbers of the tokens, and whether the rest of the line is one more."""
    rest = text.endswith("*")
    numbers: list[int] = []
    for part in filter(None, text.rstrip("*").split(",")):
        first, _, last = part.partition("-")
        if not first.isdigit() or (last and not last.isdigit()) or int(last or first) > 31:
            raise InvalidParameter("The syntax of the command is incorrect.")
        numbers += range(int(first), int(last or first) + 1)
    return numbers, rest


def _split(line: str, delimiters: str, wanted: list[int], rest_of_line: bool) -> list[str]:
    if not delimiters:
        return [line]
    split = re.compile(f"[{re.escape(delimiters)}]+")
    tokens: list[str] = []
    remainder = line.lstrip(delimiters)
    for _ in range(max(wanted, default=0)):
        parts = split.split(remainder, maxsplit=1)
        tokens.append(parts[0])
        remainder = parts[1] if len(parts) > 1 else ""
    values = [tokens[number - 1] for number in wanted]
    if rest_of_line:
        values.append(remainder)
    return values if values and (values[0] or len(values) > 1) else []
