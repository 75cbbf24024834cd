"""Say which WMI classes, properties and methods a host shows, and name the rest."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from emulator.cli.arguments import DEFAULT_PROFILE


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    parser.add_argument(
        "--profile", default=DEFAULT_PROFILE, help=f"Whose host is looked at (default: {DEFAULT_PROFILE})."
    )
    parser.add_argument("--furnished", action="store_true", help="Put one of everything on the host first.")
    parser.add_argument("--json", action="store_true", help="Print JSON.")
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Make a host and look at it."""
    import json

    from emulator.host import Host
    from emulator.profile import load
    from emulator.wmi import WmiService
    from emulator.wmi.coverage import coverage, text
    from emulator.wmi.furnishing import furnish

    host = Host(load(options.profile), clock_mode="manual")
    if options.furnished:
        furnish(host)
    rows = coverage(WmiService(host))
    print(json.dumps([row.as_dict() for row in rows], indent=2) if options.json else text(rows))
    return 0
