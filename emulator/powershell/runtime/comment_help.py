"""Comment-based help (about_Comment_Based_Help): the comments of a function or script, read into sections."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from emulator.powershell.parser import ast

_KEYWORD = re.compile(r"\s*\.([A-Za-z]+)(?:[ \t]+(\S.*?))?\s*")
_RULE = re.compile(r"\s*#+\s*")
"""A line of number signs, which people draw around a comment."""
_ONE_COMMENT = re.compile(r"<\#(?P<block>.*?)\#>|\#(?P<line>[^\r\n]*)", re.DOTALL)
_BLANKS = re.compile(r"[ \t]*(\r\n|\r|\n)?")
_SINGLE = frozenset(
    {
        *("synopsis", "description", "notes", "component", "role", "functionality", "externalhelp"),
        *("forwardhelptargetname", "forwardhelpcategory", "remotehelprunspace"),
    }
)
_MANY = frozenset({"link", "example", "inputs", "outputs"})


@dataclass(slots=True)
class CommentHelp:
    """The sections. ``parameters`` are by lower-case name; examples, links ... in their order."""

    sections: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)


def help_of_function(node: ast.FunctionDefinitionAst) -> CommentHelp | None:
    """The help in the body, at its beginning or end, or right before the function."""
    body = node.body
    text = body.extent.source.text
    start, end = body.extent.start_offset, body.extent.end_offset
    if text[start : start + 1] == "{":
        start, end = start + 1, end - 1
    return (
        _after(text, start, end)
        or _before(text, end, start)
        or _before(text, node.extent.start_offset, 0, near=True)
    )


def help_of_script(node: ast.ScriptBlockAst) -> CommentHelp | None:
    """The help of a script file or a script block: at its beginning or end.

    A comment that stands right before a function at the beginning is the function's.
    """
    text = node.extent.source.text
    start, end = node.extent.start_offset, node.extent.end_offset
    if text[start : start + 1] == "{" and end > start + 1:
        start, end = start + 1, end - 1
    return _after(text, start, end, script=node) or _before(text, end, start)


def _after(text: str, start: int, end: int, script: ast.ScriptBlockAst | None = None) -> CommentHelp | None:
    place = start
    while True:
        place = _skip_blank(text, place, end)
        comments, stop = _run_of_comments(text, place, end)
        if not comments:
            return None
        found = parse_comment(comments)
        if found is not None:
            if script is not None and _belongs_to_function(text, stop, script):
                return None
            return found
        place = stop


def _belongs_to_function(text: str, stop: int, script: ast.ScriptBlockAst) -> bool:
    block = script.end_block
    first = block.statements[0] if block is not None and block.statements else None
    if not isinstance(first, ast.FunctionDefinitionAst):
        return False
    gap = text[stop : first.extent.start_offset]
    return not gap.strip() and len(re.findall(r"\r\n|\r|\n", gap)) <= _NEAR


_NEAR = 2


def _before(text: str, end: int, start: int, *, near: bool = False) -> CommentHelp | None:
    """The last comments before a position."""
    last: list[str] = []
    last_end = start
    for comments, stop in _all_comments(text, start, end):
        last, last_end = comments, stop
    gap = text[last_end:end]
    if not last or gap.strip() or (near and len(re.findall(r"\r\n|\r|\n", gap)) > _NEAR):
        return None
    return parse_comment(last)


def _all_comments(text: str, start: int, end: int) -> list[tuple[list[str], int]]:
    # Only what reaches back from the end without code in between counts.
    lines_start = max(text.rfind("}", start, end), text.rfind(";", start, end), start - 1) + 1
    found: list[tuple[list[str], int]] = []
    place = lines_start
    while place < end:
        match = _ONE_COMMENT.search(text, place, end)
        if match is None:
            break
        comments, stop = _run_of_comments(text, match.start(), end)
        if not comments:
            break
        found.append((comments, stop))
        place = stop
    return found


def _skip_blank(text: str, place: int, end: int) -> int:
    while place < end and text[place].isspace():
        place += 1
    return place


def _run_of_comments(text: str, place: int, end: int) -> tuple[list[str], int]:
    """Comment lines that stand directly below one another, or one block comment."""
    lines: list[str] = []
    while True:
        found = _ONE_COMMENT.match(text, place, end)
        if found is None:
            return lines, place
        if found["block"] is not None:
            if lines:
                return lines, place
            return found["block"].splitlines(), found.end()
        lines.append(found["line"])
        place = found.end()
        gap = _BLANKS.match(text, place, end)
        assert gap is not None  # noqa: S101 - it matches the empty text
        following = gap.end()
        again = _BLANKS.match(text, following, end)
        while following < end and text[following] in " \t":
            following += 1
        if again is None or text[following : following + 1] != "#" or text[following : following + 2] == "<#":
            return lines, place
        place = following


def comment_of_parameter(node: ast.ParameterAst) -> str | None:
    """The comments inside or right before a parameter, which describe it where no .PARAMETER does."""
    text = node.extent.source.text
    start, end = node.extent.start_offset, node.name.extent.start_offset
    inside = [found for found in _ONE_COMMENT.finditer(text, start, end) if _is_gap(node, found.start())]
    before = _comments_before(text, start)
    lines = [line for one in (*before, *inside) for line in _lines_of(one)]
    return _dedented(lines) or None


def _is_gap(node: ast.ParameterAst, place: int) -> bool:
    return all(not one.extent.start_offset <= place < one.extent.end_offset for one in node.attributes)


def _lines_of(found: re.Match[str]) -> list[str]:
    return found["block"].splitlines() if found["block"] is not None else [found["line"]]


def _comments_before(text: str, end: int) -> list[re.Match[str]]:
    """The last comments before a position that nothing but one line end parts from it."""
    start = max(text.rfind(",", 0, end), text.rfind("(", 0, end)) + 1
    kept: list[re.Match[str]] = []
    place = start
    for found in _ONE_COMMENT.finditer(text, start, end):
        if len(re.findall(r"\r\n|\r|\n", text[place : found.start()])) >= _NEAR:
            kept.clear()
        kept.append(found)
        place = found.end()
    return kept


def parse_comment(lines: list[str]) -> CommentHelp | None:
    """The sections of a comment; None when it is no help."""
    made = CommentHelp()
    name, argument = "", ""
    held: list[str] = []
    seen = False
    for line in lines:
        if _RULE.fullmatch(line):
            continue
        found = _KEYWORD.fullmatch(line)
        word = found[1].lower() if found is not None else ""
        if found is None or not (word in _SINGLE or word in _MANY or word == "parameter"):
            if not seen and line.strip():
                return None
            held.append(line)
            continue
        if seen:
            _keep(made, name, argument, held)
        name, argument, held, seen = word, found[2] or "", [], True
    if not seen:
        return None
    _keep(made, name, argument, held)
    return made


def _keep(made: CommentHelp, name: str, argument: str, lines: list[str]) -> None:
    text = _dedented(lines)
    if name == "parameter":
        made.parameters[argument.lower()] = text
    elif name in _MANY:
        made.lists.setdefault(name, []).append(text if text else argument)
    else:
        made.sections[name] = text or argument


def _dedented(lines: list[str]) -> str:
    kept = [line.rstrip() for line in lines]
    while kept and not kept[0]:
        kept.pop(0)
    while kept and not kept[-1]:
        kept.pop()
    depth = min((len(line) - len(line.lstrip()) for line in kept if line), default=0)
    return "\n".join(line[depth:] for line in kept)
