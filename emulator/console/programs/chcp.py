"""chcp.com: show or change the code page of the console."""

from __future__ import annotations

from emulator.console.context import Context
from emulator.console.process import UnknownCodePage, codec_of


def main(context: Context, tail: str) -> int:
    """`chcp` and `chcp number`; the streams of the whole console follow."""
    text = tail.strip()
    if not text:
        context.line(f"Active code page: {context.console.code_page}")
        return 0
    try:
        number = int(text)
        codec_of(number)
    except (ValueError, UnknownCodePage):
        context.error("Parameter format not correct - " + text if not text.isdigit() else "Invalid code page")
        return 1
    context.console.change_code_page(number)
    context.line(f"Active code page: {number}")
    return 0
