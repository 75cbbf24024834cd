"""CompletionResult and CommandCompletion."""

from __future__ import annotations

import re

from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.dotnet.regex import is_wildcard, like
from emulator.powershell.parser import quoting
from emulator.powershell.runtime.errors import PSError
from emulator.record import MutableRecord, Record, field

TEXT, HISTORY, COMMAND = "Text", "History", "Command"
ITEM, CONTAINER = "ProviderItem", "ProviderContainer"
PROPERTY, METHOD = "Property", "Method"
PARAMETER, VALUE = "ParameterName", "ParameterValue"
VARIABLE, NAMESPACE, TYPE = "Variable", "Namespace", "Type"
KEYWORD, DYNAMIC_KEYWORD = "Keyword", "DynamicKeyword"

KINDS: dict[str, int] = {
    name: number
    for number, name in enumerate(
        [
            *(TEXT, HISTORY, COMMAND, ITEM, CONTAINER, PROPERTY, METHOD, PARAMETER),
            *(VALUE, VARIABLE, NAMESPACE, TYPE, KEYWORD, DYNAMIC_KEYWORD),
        ]
    )
}
"""Names and numbers of CompletionResultType."""

_NEEDS_QUOTES = re.compile(r"[\s'\"`&|;,(){}<>$]|^[@#]")


class Completion(Record):
    """CompletionResult: what is typed, what a list shows, of what kind it is, and its description."""

    text: str
    shown: str
    kind: str
    tip: str


class Completions(MutableRecord, eq=False):
    """CommandCompletion: the results and the part of the text that they replace."""

    matches: list[Completion] = field(default_factory=list)
    index: int = -1
    length: int = -1
    current: int = -1

    def following(self, forward: bool) -> Completion | None:
        """GetNextResult: the next or previous one, round and round."""
        if not self.matches:
            return None
        self.current += 1 if forward else -1
        if self.current >= len(self.matches):
            self.current = 0
        elif self.current < 0:
            self.current = len(self.matches) - 1
        return self.matches[self.current]


def begins(text: str, word: str) -> bool:
    """Whether a text begins with a word, which may have wildcards."""
    if is_wildcard(word):
        try:
            return like(text, word if word.endswith("*") else f"{word}*")
        except (PSError, NetError):
            return False
    return text.lower().startswith(word.lower())


def value(text: str, shown: str | None = None, tip: str | None = None, quote: str = "") -> Completion:
    """A value of a parameter, in quotes when it needs or had them."""
    return Completion(quoted(text, quote), shown or text, VALUE, tip or text)


def quoted(text: str, quote: str = "") -> str:
    """A text as an argument: in the quotes that were typed, or in single ones when it needs some."""
    if quote == '"':
        return '"' + re.sub(r'([`$"])', r"`\1", text) + '"'
    if quote or _NEEDS_QUOTES.search(text):
        return quoting.quoted(text)
    return text
