"""Regular expressions: .NET patterns translated for Python, with budgets.

The size of a pattern and of the text that it searches are bounded, and so is the time that a search takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from math import factorial
from typing import Any

from emulator.powershell.dotnet.exceptions import NetError, argument_error
from emulator.powershell.late_pattern import late_pattern

MAXIMUM_PATTERN = 20_000
MAXIMUM_TEXT = 8_000_000
MAXIMUM_MATCHES = 1_000_000
SECONDS = 2.0
"""How long one search may take; in .NET whoever makes an expression says so, and else it has no end."""
# Steps that Python's engine takes in about a second, and the length up to which it does any pattern in less.
_CHEAP = 50_000_000
_SHORT = 12
_FLAGS = re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE
_UNBOUNDED = late_pattern(r"[*+]|\{\d*,\}")
_QUANTIFIER = late_pattern(r"\{\d+(?:,\d*)?\}")

IGNORE_CASE, MULTILINE, EXPLICIT, COMPILED, SINGLELINE, IGNORE_WHITESPACE = 1, 2, 4, 8, 16, 32
RIGHT_TO_LEFT, ECMA_SCRIPT, CULTURE_INVARIANT = 64, 256, 512

_CLASSES = {
    "L": r"A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u1fff\u3040-\ud7ff",
    "Lu": r"A-Z\u00c0-\u00d6\u00d8-\u00de",
    "Ll": r"a-z\u00df-\u00f6\u00f8-\u00ff",
    "N": r"0-9",
    "Nd": r"0-9",
    "P": r"!-#%-*,-/:;?@\[-\]_{}\u00a1\u00a7\u00ab\u00b6\u00b7\u00bb\u00bf",
    "S": r"$+<=>\^`|~",
    "Z": r"\s",
    "IsBasicLatin": r"\x00-\x7f",
    "Cc": r"\x00-\x1f\x7f-\x9f",
}

_TOKEN = late_pattern(
    r"""
      (?P<class>\[\^?\]?(?:\\.|\[:\w+:\]|[^\]\\])*\])
    | (?P<escape>\\(?:p\{\^?\w+\}|P\{\w+\}|k<\w+>|k'\w+'|k\{\w+\}|c[A-Za-z]|.))
    | (?P<name>\(\?(?:<[A-Za-z_]\w*>|'[A-Za-z_]\w*'))
    | (?P<number>\(\?<\d+>)
    | (?P<balance>\(\?(?:<\w*-\w+>|'\w*-\w+'))
    | (?P<flags>\(\?[imnsx]*-?[imnsx]*[:)])
    | (?P<lazy>[*+?}]\+)
    | (?P<open>\[)
    | (?P<end>\$)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


def _repeats(pattern: str) -> tuple[int, bool]:
    """How many repeats without an upper bound a pattern has, and whether one repeats a choice or a repeat."""
    count, nested = 0, False
    groups = [False]  # of each open group, whether it has a choice or a repeat inside
    place = 0
    while place < len(pattern):
        character = pattern[place]
        place += 1
        if character == "\\":
            place += 1
        elif character == "[":
            place = _end_of_set(pattern, place)
        elif character == "(":
            groups.append(False)
            place += pattern.startswith("?", place)
        elif character == "|":
            groups[-1] = True
        elif character == ")" and len(groups) > 1:
            varies = groups.pop()
            groups[-1] |= varies
            nested |= varies and _UNBOUNDED.match(pattern, place) is not None
        elif character in "*+" or (character == "{" and _UNBOUNDED.match(pattern, place - 1)):
            count += 1
            groups[-1] = True
    return count, nested


def _end_of_set(pattern: str, place: int) -> int:
    """Behind the bracket that closes a set; a bracket right at its start is one of its characters."""
    place += pattern.startswith("^", place)
    place += pattern.startswith("]", place)
    while place < len(pattern) and pattern[place] != "]":
        place += 2 if pattern[place] == "\\" else 1
    return place + 1


class Regex:
    """System.Text.RegularExpressions.Regex.

    Python's engine cannot be stopped, and holds up everybody. Where a pattern and the length of a text allow
    many ways to fail, the package regex searches instead, with a limit of time.
    """

    __slots__ = ("_compiled", "_nested", "_repeats", "_stoppable", "again", "flags", "groups", "pattern")

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self.pattern = pattern
        self.flags = flags
        self._compiled, self.groups = _compile(pattern, flags)
        self.again = _again(self._compiled.groupindex)
        """Group of a name that stands several times -> the other ones."""
        self._repeats, self._nested = _repeats(self._compiled.pattern)
        self._stoppable: Any = None

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """The first match from a position on. Raises TimedOut."""
        if self._is_cheap(text):
            return self._compiled.search(text, start)
        try:
            found: re.Match[str] | None = self._engine().search(text, start, timeout=SECONDS, concurrent=True)
        except TimeoutError:
            raise TimedOut() from None
        return found

    def matches(self, text: str) -> list[re.Match[str]]:
        """All matches. Raises TimedOut."""
        found = list(islice(self._each(text), MAXIMUM_MATCHES + 1))
        if len(found) > MAXIMUM_MATCHES:
            raise TimedOut()
        return found

    def replaced(self, text: str, replacement: Callable[[re.Match[str]], str], count: int = 0) -> str:
        """The text with its first `count` matches, or all for 0, replaced. Raises TimedOut."""
        if self._is_cheap(text):
            return self._compiled.sub(replacement, text, count)
        pieces: list[str] = []
        end = 0
        # What the replacements take is not to count as time of the search.
        for found in self.matches(text)[: count or None]:
            pieces += text[end : found.start()], replacement(found)
            end = found.end()
        return "".join((*pieces, text[end:]))

    def _each(self, text: str) -> Iterator[re.Match[str]]:
        if self._is_cheap(text):
            yield from self._compiled.finditer(text)
            return
        try:
            yield from self._engine().finditer(text, timeout=SECONDS, concurrent=True)
        except TimeoutError:
            raise TimedOut() from None

    def _is_cheap(self, text: str) -> bool:
        """Whether even the worst text of that length is soon searched. Raises TimedOut for a huge one."""
        length = len(text)
        if length > MAXIMUM_TEXT:
            raise TimedOut()
        if self._nested:
            return length <= _SHORT
        repeats = self._repeats + 1
        return length <= _SHORT or repeats == 1 or length**repeats / factorial(repeats) <= _CHEAP

    def _engine(self) -> Any:
        """The same expression for the engine that can be stopped."""
        if self._stoppable is None:
            import regex

            self._stoppable = regex.compile(self._compiled.pattern, self._compiled.flags & _FLAGS)
        return self._stoppable

    def __str__(self) -> str:
        return self.pattern


class TimedOut(NetError):
    """RegexMatchTimeoutException."""

    def __init__(self) -> None:
        super().__init__(
            "System.Text.RegularExpressions.RegexMatchTimeoutException",
            "The RegEx engine has timed out while trying to match a pattern to an input string.",
        )


class Match:
    """System.Text.RegularExpressions.Match; ``found`` is None for a match that failed."""

    __slots__ = ("found", "regex", "text")

    def __init__(self, regex: Regex, text: str, found: re.Match[str] | None) -> None:
        self.regex = regex
        self.text = text
        self.found = found

    @property
    def value(self) -> str:
        """What matched, empty for no match."""
        return self.found.group() if self.found else ""

    def taken(self, index: int) -> int:
        """Of the groups that share a name, the one that took part last."""
        found = self.found
        others = self.regex.again.get(index, ())
        if found is None or not others:
            return index
        took = [one for one in (index, *others) if found.start(one) >= 0]
        return max(took, key=found.end) if took else index

    def groups(self) -> list[Group]:
        """Group 0 and the others, unnamed ones first as .NET orders them."""
        return (
            [Group(self, index) for index in self.regex.groups.values()] if self.found else [Group(self, 0)]
        )

    def group(self, key: int | str) -> Group:
        """A group by number or name; a failed group when there is none."""
        names = self.regex.groups
        if isinstance(key, int):
            index = list(names.values())[key] if 0 <= key < len(names) else -1
        else:
            index = names.get(key, names.get(str(key), -1))
        return Group(self, index)


class Group:
    """System.Text.RegularExpressions.Group."""

    __slots__ = ("index", "match")

    def __init__(self, match: Match, index: int) -> None:
        self.match = match
        self.index = match.taken(index) if match.regex.again else index

    @property
    def success(self) -> bool:
        """True when the group took part in the match."""
        found = self.match.found
        return found is not None and self.index >= 0 and found.start(self.index) >= 0

    @property
    def value(self) -> str:
        """What the group matched, empty otherwise."""
        return str(self.match.found.group(self.index)) if self.success and self.match.found else ""

    @property
    def start(self) -> int:
        """Where the group starts, 0 for a failed one."""
        return self.match.found.start(self.index) if self.success and self.match.found else 0


_LONGEST_KEPT = 1_000
_LONGEST_KEPT_LAST = 10_000
"""Characters of a pattern that is compiled once: a compiled one takes many times its text."""


def regex(pattern: str, flags: int = IGNORE_CASE) -> Regex:
    """A shared expression. Raises ArgumentException for a bad pattern."""
    return _kept_regex(pattern, flags) if len(pattern) <= _LONGEST_KEPT else Regex(pattern, flags)


_kept_regex = lru_cache(maxsize=512)(Regex)


_UNNAMED_GROUP = late_pattern(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?)|\(", re.DOTALL)
"""Escapes, character classes and other groups first; then an unnamed group, which ExplicitCapture ignores."""


_AGAIN = late_pattern(r"_d\d+_(.+)")


def _again(named: Mapping[str, int]) -> dict[int, tuple[int, ...]]:
    found: dict[int, tuple[int, ...]] = {}
    for name, index in named.items():
        match = _AGAIN.match(name)
        if match is not None:
            first = named[match[1]]
            found[first] = (*found.get(first, ()), index)
    return found


def _compile(pattern: str, flags: int) -> tuple[re.Pattern[str], dict[str, int]]:
    if len(pattern) > MAXIMUM_PATTERN:
        raise argument_error(f'parsing "{pattern[:40]}..." - the pattern is too long.')
    python_flags = 0
    for bit, flag in (
        (IGNORE_CASE, re.IGNORECASE),
        (MULTILINE, re.MULTILINE),
        (SINGLELINE, re.DOTALL),
        (IGNORE_WHITESPACE, re.VERBOSE),
    ):
        if flags & bit:
            python_flags |= flag
    try:
        text = translate(pattern, bool(flags & MULTILINE))
        if flags & EXPLICIT:
            text = _UNNAMED_GROUP.sub(lambda found: found[1] or "(?:", text)
        compiled = _compiled(text, python_flags)
    except (re.error, OverflowError, RecursionError) as problem:
        raise argument_error(f'parsing "{pattern}" - {_reason(problem)}') from None
    named = compiled.groupindex
    order = {str(i): i for i in range(compiled.groups + 1) if i not in named.values()}
    result = {
        **order,
        **{
            name: index
            for name, index in named.items()
            if not name.startswith("_n") and not _AGAIN.match(name)
        },
    }
    for name, index in named.items():
        if name.startswith("_n") and name[2:].isdigit():
            result[name[2:]] = index
    return compiled, result


def _compiled(text: str, flags: int) -> re.Pattern[str]:
    """The expression for Python's engine; for the other one when a look-behind has no fixed width, which only
    that one takes. Raises re.error."""
    try:
        return re.compile(text, flags)
    except re.error as problem:
        if "look-behind" not in str(problem):
            raise
    import regex

    try:
        other: re.Pattern[str] = regex.compile(text, flags & _FLAGS)
    except regex.error as problem:
        raise re.error(str(problem)) from None
    return other


_REASONS = {
    "unterminated character set": "Unterminated [] set.",
    "missing ), unterminated subpattern": "Not enough )'s.",
    "unbalanced parenthesis": "Too many )'s.",
    "nothing to repeat": "Quantifier {x,y} following nothing.",
    "multiple repeat": "Nested quantifier.",
    "bad escape (end of pattern)": "Illegal \\ at end of pattern.",
}


def _reason(problem: Exception) -> str:
    message = getattr(problem, "msg", str(problem))
    return next((text for key, text in _REASONS.items() if message.startswith(key)), f"{message}.")


def translate(pattern: str, multiline: bool = False) -> str:
    """A .NET pattern in Python's syntax. Raises ArgumentException for what Python's engine cannot do."""
    out: list[str] = []
    seen: set[str] = set()
    for found in _TOKEN.finditer(pattern):
        kind, token = found.lastgroup, found.group()
        if kind == "class":
            out.append(_class(token))
        elif kind == "escape":
            out.append(_escape(token))
        elif kind == "name":
            name = token[3:-1]
            if name in seen:
                # A name that stands again means the same group in .NET; Python wants another one.
                name = f"_d{len(seen)}_{name}"
            seen.add(name)
            out.append(f"(?P<{name}>")
        elif kind == "number":
            out.append(f"(?P<_n{token[3:-1]}>")
        elif kind == "balance":
            raise NetError("System.NotSupportedException", f"balancing group {token} in a regular expression")
        elif kind == "flags":
            out.append(_inline_flags(token))
        elif kind == "end":
            out.append(r"(?=\n|\Z)" if multiline else r"(?=\n?\Z)")
        elif kind == "open":
            raise argument_error(f'parsing "{pattern}" - Unterminated [] set.')
        elif kind == "lazy":
            # .NET has no possessive quantifiers: a++ is an error there and must stay one here.
            raise argument_error(f'parsing "{pattern}" - Nested quantifier {token[1]}.')
        elif token.startswith("{") and _QUANTIFIER.match(pattern, found.start()) is None:
            out.append(r"\{")
        else:
            out.append(token)
    return _hoist(out)


def _hoist(parts: list[str]) -> str:
    # Python wants global flags first; in .NET they may stand anywhere and hold from there to the group's end.
    closing = ""
    for index, part in enumerate(parts):
        if part.startswith("(?") and part.endswith("\0"):
            parts[index] = part[:-1] + ":"
            # A comment of an extended pattern ends with its line.
            closing += "\n)" if "x" in part.partition("-")[0] else ")"
    return "".join(parts) + closing


def _inline_flags(token: str) -> str:
    flags = token[2:-1].replace("n", "")
    if token.endswith(":"):
        return f"(?{flags}:" if flags.strip("-") else "(?:"
    return f"(?{flags}\0" if flags.strip("-") else ""


def _escape(token: str) -> str:
    letter = token[1]
    if letter == "p":
        return f"[{'^' if token[3] == '^' else ''}{_unicode(token[3:-1].lstrip('^'))}]"
    if letter == "P":
        return f"[^{_unicode(token[3:-1])}]"
    if letter == "k":
        return f"(?P={token[3:-1]})"
    if letter == "z":
        return r"\Z"
    if letter == "Z":
        return r"(?=\n?\Z)"
    if letter == "e":
        return r"\x1b"
    if letter == "c":
        return f"\\x{ord(token[2].upper()) - 64:02x}"
    if letter == "G":
        raise NetError("System.NotSupportedException", r"\G in a regular expression")
    if letter.isalpha() and letter not in "AbBdDsSwWafnrtvxuN" and letter.isascii():
        raise argument_error(f'parsing "{token}" - Unrecognized escape sequence {token}.')
    return token if letter.isascii() and (letter.isalnum() or letter in "\\") else "\\" + letter


def _unicode(name: str) -> str:
    try:
        return _CLASSES[name]
    except KeyError:
        raise NetError("System.NotSupportedException", rf"\p{{{name}}} in a regular expression") from None


def _class_part(found: re.Match[str]) -> str:
    text = found.group()
    if text == "[":
        return r"\["
    return r"\x1b" if text == r"\e" else text


def _class(token: str) -> str:
    subtraction = re.search(r"-\[[^\]]+\]\]$", token)
    if subtraction:
        raise NetError("System.NotSupportedException", "character class subtraction in a regular expression")
    body = re.sub(r"\\p\{(\w+)\}", lambda found: _unicode(found[1]), token[1:-1])
    body = re.sub(r"\\.|\[", _class_part, body, flags=re.DOTALL)
    body = re.sub(r"(\\[wWdDsS])-", r"\1\\-", body)  # behind a class a dash begins no range
    # Python warns of what may one day be set operations; .NET has none of these.
    body = re.sub(r"(?<!\\)(?:--|&&|\|\||~~)", lambda pair: f"{pair[0][0]}\\{pair[0][1]}", body)
    return f"[{body}]"


_SUBSTITUTION = late_pattern(r"\$(?:(\d+)|\{(\w+)\}|([$&`'+_]))")


def expand(found: re.Match[str], replacement: str, groups: dict[str, int]) -> str:
    """The replacement text of one match: ``$1``, ``${name}``, ``$&``, ``$$`` and the like."""
    if "$" not in replacement:
        return replacement

    def one(part: re.Match[str]) -> str:
        digits, name, special = part.groups()
        if digits is not None:
            while digits and digits not in groups and len(digits) > 1:
                return one_number(digits, part.group())
            return _group_text(found, groups[digits]) if digits in groups else part.group()
        if name is not None:
            return _group_text(found, groups[name]) if name in groups else part.group()
        return {
            "$": "$",
            "&": found.group(),
            "`": found.string[: found.start()],
            "'": found.string[found.end() :],
            "_": found.string,
            "+": _group_text(found, len(found.groups())),
        }[special]

    def one_number(digits: str, whole: str) -> str:
        for size in range(len(digits) - 1, 0, -1):
            if digits[:size] in groups:
                return _group_text(found, groups[digits[:size]]) + digits[size:]
        return whole

    return _SUBSTITUTION.sub(one, replacement)


def _group_text(found: re.Match[str], index: int) -> str:
    return found.group(index) or ""


def escape(text: str) -> str:
    """The text with the characters that mean something in a pattern escaped (Regex.Escape)."""
    special = {"\n": r"\n", "\r": r"\r", "\t": r"\t", "\f": r"\f"}
    return "".join(special.get(c) or ("\\" + c if c in "\\*+?|{[()^$.# " else c) for c in text)


_SET_CHARACTER = late_pattern(r"[\\^\[&~|]")
"""What means something in a set of a Python expression and not in one of a wildcard."""


def wildcard(pattern: str, ignore_case: bool = True) -> re.Pattern[str]:
    """A WildcardPattern (``*``, ``?``, ``[a-z]``, backtick escapes) as a compiled Python expression."""
    if len(pattern) <= _LONGEST_KEPT:
        return _kept_wildcard(pattern, ignore_case)
    # A long one is kept only as long as it is asked for again and again, by a loop over many names.
    return (_last_wildcard if len(pattern) <= _LONGEST_KEPT_LAST else _wildcard)(pattern, ignore_case)


def _wildcard(pattern: str, ignore_case: bool) -> re.Pattern[str]:
    pieces: list[list[str]] = [[]]  # what stands between the stars
    index = 0
    while index < len(pattern):
        character = pattern[index]
        if character == "`" and index + 1 < len(pattern):
            index += 1
            pieces[-1].append(re.escape(pattern[index]))
        elif character == "*":
            if len(pieces) == 1 or pieces[-1]:
                pieces.append([])
        elif character == "?":
            pieces[-1].append(".")
        elif character == "[":
            end = pattern.find("]", index + 2)
            if end < 0:
                raise NetError(
                    "System.Management.Automation.WildcardPatternException",
                    f"The specified wildcard character pattern is not valid: {pattern}",
                )
            inside = _SET_CHARACTER.sub(r"\\\g<0>", pattern[index + 1 : end]).replace("--", r"-\-")
            pieces[-1].append(f"[{inside}]")
            index = end
        else:
            pieces[-1].append(re.escape(character))
        index += 1
    first, *others = ("".join(piece) for piece in pieces)
    # The first place where a piece fits is as good as any later one, so nothing is tried twice.
    middle = "".join(f"(?>.*?{piece})" for piece in others[:-1])
    text = first + middle + (f".*{others[-1]}" if others else "")
    try:
        return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))
    except re.error:
        raise NetError(
            "System.Management.Automation.WildcardPatternException",
            f"The specified wildcard character pattern is not valid: {pattern}",
        ) from None


_kept_wildcard = lru_cache(maxsize=1024)(_wildcard)
_last_wildcard = lru_cache(maxsize=1)(_wildcard)


def is_wildcard(pattern: Any) -> bool:
    """True when the text holds an unescaped wildcard character."""
    return isinstance(pattern, str) and _WILDCARD.search(pattern) is not None


def like(text: str, pattern: str, ignore_case: bool = True) -> bool:
    """True when the whole text matches the wildcard pattern."""
    if _NO_WILDCARD.fullmatch(pattern):
        return text == pattern or (ignore_case and text.lower() == pattern.lower())
    return wildcard(pattern, ignore_case).fullmatch(text) is not None


_WILDCARD = late_pattern(r"(?<!`)[*?\[]")
_NO_WILDCARD = late_pattern(r"[^*?\[\]`]*")
"""A pattern that stands for itself."""
