"""Percent expansion: `%NAME%`, `%NAME:old=new%`, `%NAME:~start,length%`, and a batch file's `%1`.

It happens before parsing, once a line. On a command line an undefined name stays as typed; in a batch
file it vanishes (Microsoft's Windows commands reference, "set").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_SUBSTRING = re.compile(r"~\s*(-?\d+)?\s*(?:,\s*(-?\d+))?$")
_ARGUMENT = re.compile(r"%(?:~([fdpnx]*))?(\d)", re.IGNORECASE)
_DELAYED = re.compile(r"!([^!\r\n]+)!|!")
_FOR_MODIFIERS = re.compile(r"%(?:~([fdpnxsatz]*))?(\S)", re.IGNORECASE)


def expand(
    text: str,
    lookup: Callable[[str], str | None],
    arguments: Sequence[str] | None = None,
    resolve: Callable[[int, str], str] | None = None,
) -> str:
    """`text` with its percent sequences replaced. `arguments` (%0 first) are given in a batch file only;
    `resolve` makes the full path that the modifiers of `%~dp0` take apart from an argument's number and
    value."""
    if "%" not in text:
        return text
    pieces: list[str] = []
    position = 0
    while True:
        start = text.find("%", position)
        if start < 0:
            pieces.append(text[position:])
            return "".join(pieces)
        pieces.append(text[position:start])
        if arguments is not None:
            following = text[start + 1 : start + 2]
            if following == "%":
                pieces.append("%")
                position = start + 2
                continue
            if following == "*":
                pieces.append(" ".join(arguments[1:]))
                position = start + 2
                continue
            argument = _ARGUMENT.match(text, start)
            if argument is not None:
                index = int(argument[2])
                value = arguments[index] if index < len(arguments) else ""
                if "~" in argument[0]:
                    value = value.strip('"')
                if argument[1]:
                    full = resolve(index, value) if resolve and value else value
                    value = _modified(full, argument[1].lower())
                pieces.append(value)
                position = argument.end()
                continue
        end = text.find("%", start + 1)
        if end < 0:
            pieces.append(text[start:] if arguments is None else "")
            return "".join(pieces)
        found = _variable(text[start + 1 : end], lookup)
        if found is not None:
            pieces.append(found)
            position = end + 1
        elif arguments is None:
            # The closing percent sign may open the next variable: %undefined%PATH%.
            pieces.append(text[start:end])
            position = end
            if end == start + 1:
                pieces.append("%")
                position = end + 1
        else:
            position = end + 1


def expand_delayed(text: str, lookup: Callable[[str], str | None]) -> str:
    """`!NAME!` replaced when a command runs; an undefined name and a lone exclamation mark vanish."""
    return _DELAYED.sub(lambda match: (_variable(match[1], lookup) or "") if match[1] else "", text)


def _variable(name: str, lookup: Callable[[str], str | None]) -> str | None:
    bare, colon, change = name.partition(":")
    if not bare:
        return None
    value = lookup(bare)
    if value is None or not colon:
        return value
    found = _SUBSTRING.match(change)
    if found:
        return _substring(value, int(found[1] or 0), None if found[2] is None else int(found[2]))
    old, equals, new = change.partition("=")
    if not old or not equals:
        return value
    if old.startswith("*"):
        position = value.lower().find(old[1:].lower())
        return value if position < 0 else new + value[position + len(old) - 1 :]
    return re.sub(re.escape(old), lambda _match: new, value, flags=re.IGNORECASE)


def _substring(value: str, start: int, length: int | None) -> str:
    if start < 0:
        start = max(0, len(value) + start)
    if length is None:
        return value[start:]
    return value[start:length] if length < 0 else value[start : start + length]


def replace_for_variable(
    text: str, variable: str, value: str, resolve: Callable[[str], str] | None = None
) -> str:
    """`%i`, `%%i` and `%~nxi` of a `for` body replaced by the item (path modifiers d, p, n, x, f).

    `resolve` makes a full path of an item whose parts are asked for.
    """

    def replaced(match: re.Match[str]) -> str:
        modifiers, name = match[1], match[2]
        if name != variable:
            return match[0]
        if modifiers is None:
            return value
        bare = value.strip('"')
        return _modified(resolve(bare) if resolve and modifiers and bare else bare, modifiers.lower())

    return _FOR_MODIFIERS.sub(replaced, text.replace(f"%%{variable}", f"%{variable}").replace("%%~", "%~"))


def _modified(path: str, modifiers: str) -> str:
    if not modifiers or "f" in modifiers:
        return path
    folder, _, leaf = path.rpartition("\\")
    stem, dot, extension = leaf.rpartition(".")
    if not dot:
        stem, extension = leaf, ""
    drive = path[:2] if path[1:2] == ":" else ""
    parts = {
        "d": drive,
        "p": (folder[len(drive) :] + "\\") if folder else "",
        "n": stem,
        "x": f".{extension}" if extension else "",
    }
    return "".join(parts[letter] for letter in "dpnx" if letter in modifiers)
