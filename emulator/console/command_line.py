"""Splitting a Windows command line into arguments, as the C run-time library does.

Source: Microsoft Learn, "main function and command-line arguments", section "Parsing C command-line
arguments": 2n backslashes before a quote give n backslashes and a delimiter, 2n+1 give n and a quote;
a doubled quote inside quotes is one quote.
"""

from __future__ import annotations

import re

_INSIDE_QUOTES, _PLAIN = re.compile(r'[^\\"]+'), re.compile(r'[^\\" \t]+')


def split_arguments(text: str) -> list[str]:
    """The arguments of `text` (the program's own name must be gone already)."""
    arguments: list[str] = []
    current: list[str] = []
    started = quoted = False
    position, end = 0, len(text)
    while position < end:
        plain = (_INSIDE_QUOTES if quoted else _PLAIN).match(text, position)
        if plain is not None:
            current.append(plain[0])
            started = True
            position = plain.end()
            continue
        character = text[position]
        if character == "\\":
            slashes = 1
            while position + slashes < end and text[position + slashes] == "\\":
                slashes += 1
            position += slashes
            started = True
            if position < end and text[position] == '"':
                current.append("\\" * (slashes // 2))
                if slashes % 2:
                    current.append('"')
                    position += 1
            else:
                current.append("\\" * slashes)
            continue
        if character == '"':
            started = True
            if quoted and text[position + 1 : position + 2] == '"':
                current.append('"')
                position += 2
                continue
            quoted = not quoted
        elif started:  # a blank outside of quotes
            arguments.append("".join(current))
            current, started = [], False
        position += 1
    if started:
        arguments.append("".join(current))
    return arguments
