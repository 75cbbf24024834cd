"""The machines that can be served: built-in ones and your own YAML."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from emulator.cli.arguments import DEFAULT_PROFILE


def declare(parser: ArgumentParser) -> None:
    """Its commands."""
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, run, help in (
        ("list", _list, "List the built-in profiles."),
        ("show", _show, "Print PROFILE with everything that it inherits, as YAML."),
        ("check", _check, "Check each PROFILE; exit 2 and name file, line and field when one is wrong."),
        ("schema", _schema, "Print the JSON Schema of a profile, for editors to complete YAML with."),
    ):
        command = commands.add_parser(name, help=help, description=help, allow_abbrev=False)
        command.set_defaults(run=run)
        if name == "show":
            command.add_argument("profile", metavar="PROFILE", nargs="?", default=DEFAULT_PROFILE)
        if name == "check":
            command.add_argument("profile", metavar="PROFILE", nargs="+")


def _list(_options: Namespace) -> int:
    from emulator.profile import builtin_names, load

    width = max(len(name) for name in builtin_names())
    for name in builtin_names():
        print(f"{name:{width}}  {load(name).description.splitlines()[0]}")
    return 0


def _show(options: Namespace) -> int:
    from emulator.profile import load
    from emulator.profile.text import as_yaml

    print(as_yaml(load(options.profile)), end="")
    return 0


def _check(options: Namespace) -> int:
    from emulator.profile import ProfileError, load

    code = 0
    for name in options.profile:
        try:
            load(name)
        except ProfileError as error:
            code = 2
            print(str(error), file=sys.stderr)
        else:
            print(f"{name}: ok")
    return code


def _schema(_options: Namespace) -> int:
    import json

    from emulator.profile import json_schema

    print(json.dumps(json_schema(), indent=2))
    return 0
