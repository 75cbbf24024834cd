"""Wait until the host at URL answers Identify; exit 1 when it does not in time."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from emulator.cli.arguments import add_with_variable, seconds


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    url = "http://127.0.0.1:5985/wsman"
    add_with_variable(parser, "url", "URL", f"Default: {url}.", metavar="URL", nargs="?", default=url)
    parser.add_argument("--timeout", type=seconds, default=10.0, help="Seconds (default: 10).")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Ask until there is an answer."""
    from emulator.identify_probe import identify

    product = identify(options.url, options.timeout)
    if product is None:
        print(
            f"hyperv-emulator: nothing answered Identify at {options.url} within {options.timeout:g} s",
            file=sys.stderr,
        )
        return 1
    print(product)
    return 0
