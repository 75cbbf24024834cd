"""Run the Pester tests of PATH on a fake host; exit with the number of failed tests (at most 255)."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from emulator.cli.arguments import DEFAULT_PROFILE, folder, path
from emulator.cli.refusal import refuse

_COLOURS = {"red": 31, "green": 32, "yellow": 33, "magenta": 35, "cyan": 36, "white": 37}


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    add = parser.add_argument
    add("path", metavar="PATH", type=path, help="A test file or a folder of them.")
    add(
        "--profile",
        default=DEFAULT_PROFILE,
        help=f"The host that the tests run on (default: {DEFAULT_PROFILE}).",
    )
    add(
        "--root",
        type=folder,
        help="The folder that is copied to the host (default: that of PATH), for tests that load ..\\src.",
    )
    add(
        "--module-path",
        action="append",
        default=[],
        metavar="FOLDER",
        type=folder,
        help="A folder of modules inside of the root that comes first in PSModulePath (repeatable).",
    )
    add(
        "--pester-version",
        choices=("3", "4", "5"),
        default="5",
        help="Whose rules hold: 5 discovers before it runs, 3 and 4 run tests where they stand (default: 5).",
    )
    add(
        "--tag",
        action="append",
        default=[],
        help="Run only tests with this tag (wildcards allowed; repeatable).",
    )
    add("--exclude-tag", action="append", default=[], help="Leave out tests with this tag (repeatable).")
    add("--full-name", help="Run only tests whose block and test names, joined by dots, are like this.")
    add("--output-nunit", metavar="FILE", type=Path, help="Write an NUnit 2.5 report.")
    add(
        "--clock",
        choices=("real", "fast"),
        default="fast",
        help="fast: waits inside the host jump ahead (default: fast).",
    )
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Make a host, run the tests there, report."""
    report: Path | None = options.output_nunit
    if report is not None and (report.is_dir() or not report.absolute().parent.is_dir()):
        refuse(f"the report cannot be written to {report}")
    from emulator.host import Host
    from emulator.powershell.loading import load_engine
    from emulator.profile import load
    from emulator.shells.service import ShellService

    load_engine()
    from emulator.pester.suite import SuiteError, run_suite
    from emulator.powershell.modules.pester.model import Selection

    host = Host(load(options.profile), clock_mode=options.clock)
    ShellService(host)  # opens the sessions that tests ask for
    try:
        result = run_suite(
            host,
            Path(options.path),
            root=Path(options.root) if options.root else None,
            version=int(options.pester_version),
            module_paths=tuple(Path(one) for one in options.module_path),
            selection=Selection(
                tuple(options.tag),
                tuple(options.exclude_tag),
                (options.full_name,) if options.full_name else (),
            ),
            write=lambda text: print(text, end="", flush=True),
            line=_print_line,
        )
    except SuiteError as problem:
        refuse(str(problem))
    if report is not None:
        report.write_text(result.nunit, encoding="utf-8")
    return min(result.failed, 255)


def _print_line(text: str, colour: str) -> None:
    """Colours are for people: not for files and pipes (https://no-color.org)."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    print(f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m" if coloured else text, flush=True)
