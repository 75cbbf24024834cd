"""What the user can mend, in one clear line."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


def refuse(text: str) -> NoReturn:
    """Say on stderr why the request cannot be carried out; exit code 2."""
    print(text if "\n" in text or text.startswith("/") else f"hyperv-emulator: {text}", file=sys.stderr)
    sys.exit(2)


@contextmanager
def one_clear_line() -> Iterator[None]:
    """Turn a bad profile and a port that cannot be opened into their texts."""
    from emulator.profile import ProfileError
    from emulator.transport.errors import ListenError

    try:
        yield
    except (ProfileError, ListenError) as error:
        refuse(str(error))
