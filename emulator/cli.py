"""`hyperv-emulator`: serve a profile, look at the profiles, wait until a host answers.

Exit codes: 0 done, 1 the thing asked for is not so (`wait` timed out), 2 the request cannot be carried out
(bad option, bad profile, port taken). Every option has an environment variable; the option wins.
"""

from __future__ import annotations

import gc
import json
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

import click

from emulator import __version__

if TYPE_CHECKING:
    from emulator.server import HyperVHost

_DEFAULT_PROFILE = "windows-server-2022-datacenter"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hyperv-emulator")
def main() -> None:
    """A fake Windows machine with Hyper-V that answers WinRM like a real one."""


@main.command()
@click.argument("profile", default=_DEFAULT_PROFILE, envvar="HYPERV_EMULATOR_PROFILE")
@click.option(
    "--http-port",
    type=click.IntRange(0, 65535),
    envvar="HYPERV_EMULATOR_HTTP_PORT",
    help="Port of the HTTP listener (default: the profile's, 5985); 0 takes a free one.",
)
@click.option(
    "--https-port",
    type=click.IntRange(0, 65535),
    envvar="HYPERV_EMULATOR_HTTPS_PORT",
    help="Port of the HTTPS listener (default: the profile's, 5986); 0 takes a free one.",
)
@click.option(
    "--bind",
    default="127.0.0.1",
    show_default=True,
    envvar="HYPERV_EMULATOR_BIND",
    help="Address that the WinRM listeners bind.",
)
@click.option(
    "--control-port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    envvar="HYPERV_EMULATOR_CONTROL_PORT",
    help="Port of the control API; 0 takes a free one.",
)
@click.option(
    "--control-bind",
    default="127.0.0.1",
    show_default=True,
    envvar="HYPERV_EMULATOR_CONTROL_BIND",
    help="Address that the control API binds. It asks for no password: keep it on loopback.",
)
@click.option(
    "--user", envvar="HYPERV_EMULATOR_USER", help="An administrator to add, or whose password to set."
)
@click.option("--password", envvar="HYPERV_EMULATOR_PASSWORD", help="The password of that administrator.")
@click.option(
    "--clock",
    type=click.Choice(["real", "fast", "manual"]),
    envvar="HYPERV_EMULATOR_CLOCK",
    help="real: as on hardware. fast: waits jump ahead. manual: only the control API moves time.",
)
@click.option(
    "--certificate",
    type=click.Path(exists=True, dir_okay=False),
    envvar="HYPERV_EMULATOR_CERTIFICATE",
    help="Certificate of the HTTPS listener, PEM or PFX (default: the profile's, else one is made).",
)
@click.option(
    "--key",
    type=click.Path(exists=True, dir_okay=False),
    envvar="HYPERV_EMULATOR_KEY",
    help="PEM file of its key, when that is not in the certificate's file.",
)
@click.option(
    "--key-password", envvar="HYPERV_EMULATOR_KEY_PASSWORD", help="Password of the key or of the PFX file."
)
@click.option(
    "--keytab",
    type=click.Path(exists=True, dir_okay=False),
    envvar="HYPERV_EMULATOR_KEYTAB",
    help="Keytab for Kerberos; needs the extra hyperv-emulator[kerberos].",
)
def serve(
    profile: str,
    http_port: int | None,
    https_port: int | None,
    bind: str,
    control_port: int,
    control_bind: str,
    user: str | None,
    password: str | None,
    clock: str | None,
    certificate: str | None,
    key: str | None,
    key_password: str | None,
    keytab: str | None,
) -> None:
    """Serve PROFILE (a built-in name or a YAML file) until Ctrl-C or SIGTERM."""
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    # Nothing made while starting is garbage: collecting it would only delay the first answer.
    gc.disable()
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    with _one_clear_line():
        from emulator.profile import load
        from emulator.server import HyperVHost

        checked = load(profile)
        host = HyperVHost(
            checked,
            user=user,
            password=password,
            clock=clock,
            bind=bind,
            http_port=checked.winrm.http_port if http_port is None else http_port,
            https_port=checked.winrm.https_port if https_port is None else https_port,
            control_port=control_port,
            control_bind=control_bind,
            certificate=certificate,
            key=key,
            key_password=key_password,
            keytab=keytab,
        )
        host.start()
    gc.freeze()
    gc.enable()
    try:
        click.echo(_banner(host))
        sys.stdout.flush()
        stopped.wait()
    finally:
        host.stop()


@main.command()
@click.argument("url", default="http://127.0.0.1:5985/wsman", envvar="HYPERV_EMULATOR_URL")
@click.option("--timeout", type=click.FloatRange(min=0), default=10.0, show_default=True, help="Seconds.")
def wait(url: str, timeout: float) -> None:
    """Wait until the host at URL answers Identify; exit 1 when it does not in time."""
    from emulator.identify_probe import identify

    product = identify(url, timeout)
    if product is None:
        click.echo(f"hyperv-emulator: nothing answered Identify at {url} within {timeout:g} s", err=True)
        sys.exit(1)
    click.echo(product)


@main.command()
@click.option("--profile", default=_DEFAULT_PROFILE, show_default=True, help="Whose host is looked at.")
@click.option("--furnished", is_flag=True, help="Put one of everything on the host first.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def coverage(profile: str, furnished: bool, as_json: bool) -> None:
    """Say which WMI classes, properties and methods a host shows, and name the rest."""
    with _one_clear_line():
        from emulator.host import Host
        from emulator.profile import load
        from emulator.wmi import WmiService
        from emulator.wmi.coverage import coverage as covered
        from emulator.wmi.coverage import text
        from emulator.wmi.furnishing import furnish

        host = Host(load(profile), clock_mode="manual")
        if furnished:
            furnish(host)
        rows = covered(WmiService(host))
    click.echo(json.dumps([row.as_dict() for row in rows], indent=2) if as_json else text(rows))


@main.command()
@click.argument("path", type=click.Path(exists=True))
@click.option("--profile", default=_DEFAULT_PROFILE, show_default=True, help="The host the tests run on.")
@click.option(
    "--root",
    type=click.Path(exists=True, file_okay=False),
    help="The folder that is copied to the host (default: that of PATH), for tests that load ..\\src.",
)
@click.option(
    "--pester-version",
    type=click.Choice(["3", "4", "5"]),
    default="5",
    show_default=True,
    help="Whose rules hold: 5 discovers before it runs, 3 and 4 run tests where they stand.",
)
@click.option("--tag", multiple=True, help="Run only tests with this tag (wildcards allowed; repeatable).")
@click.option("--exclude-tag", multiple=True, help="Leave out tests with this tag (repeatable).")
@click.option("--full-name", help="Run only tests whose block and test names, joined by dots, are like this.")
@click.option(
    "--output-nunit", type=click.Path(dir_okay=False, writable=True), help="Write an NUnit 2.5 report."
)
@click.option(
    "--clock",
    type=click.Choice(["real", "fast"]),
    default="fast",
    show_default=True,
    help="fast: waits inside the host jump ahead.",
)
def pester(
    path: str,
    profile: str,
    root: str | None,
    pester_version: str,
    tag: tuple[str, ...],
    exclude_tag: tuple[str, ...],
    full_name: str | None,
    output_nunit: str | None,
    clock: str,
) -> None:
    """Run the Pester tests of PATH on a fake host; exit with the number of failed tests (at most 255)."""
    with _one_clear_line():
        from pathlib import Path

        from emulator.host import Host
        from emulator.powershell.loading import load_engine
        from emulator.profile import load

        load_engine()
        from emulator.pester.model import Selection
        from emulator.pester.suite import SuiteError, run_suite

        host = Host(load(profile), clock_mode=clock)
        try:
            result = run_suite(
                host,
                Path(path),
                root=Path(root) if root else None,
                version=int(pester_version),
                selection=Selection(tag, exclude_tag, full_name),
                write=lambda text: click.echo(text, nl=False),
                line=lambda text, colour: click.secho(text, fg=colour),
            )
        except SuiteError as problem:
            _refuse(str(problem))
        if output_nunit:
            Path(output_nunit).write_text(result.nunit, encoding="utf-8")
    sys.exit(min(result.failed, 255))


@main.group()
def profiles() -> None:
    """The machines that can be served: built-in ones and your own YAML."""


@profiles.command("list")
def list_profiles() -> None:
    """List the built-in profiles."""
    from emulator.profile import builtin_names, load

    width = max(len(name) for name in builtin_names())
    for name in builtin_names():
        click.echo(f"{name:{width}}  {load(name).description.splitlines()[0]}")


@profiles.command("show")
@click.argument("profile", default=_DEFAULT_PROFILE)
def show_profile(profile: str) -> None:
    """Print PROFILE with everything that it inherits, as YAML."""
    with _one_clear_line():
        from emulator.profile import load
        from emulator.profile.text import as_yaml

        click.echo(as_yaml(load(profile)), nl=False)


@profiles.command("check")
@click.argument("profile", nargs=-1, required=True)
def check_profiles(profile: tuple[str, ...]) -> None:
    """Check each PROFILE; exit 2 and name file, line and field when one is wrong."""
    from emulator.profile import ProfileError, load

    wrong = False
    for name in profile:
        try:
            load(name)
        except ProfileError as error:
            wrong = True
            click.echo(str(error), err=True)
        else:
            click.echo(f"{name}: ok")
    if wrong:
        sys.exit(2)


@profiles.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of a profile, for editors to complete YAML with."""
    from emulator.profile import json_schema

    click.echo(json.dumps(json_schema(), indent=2))


@contextmanager
def _one_clear_line() -> Iterator[None]:
    """Turn what the user can mend into its text on stderr and exit code 2."""
    from emulator.profile import ProfileError
    from emulator.transport.errors import ListenError

    try:
        yield
    except (ProfileError, ListenError) as error:
        _refuse(str(error))


def _refuse(text: str) -> NoReturn:
    click.echo(text if "\n" in text or text.startswith("/") else f"hyperv-emulator: {text}", err=True)
    sys.exit(2)


def _banner(host: HyperVHost) -> str:
    """What is served and how to reach it, ready to paste."""
    profile = host.profile
    user = profile.users[0]
    session = f"{host.http_url or host.https_url}"
    pywinrm = (
        f"import winrm; print(winrm.Session('{session}', auth=({user.name!r}, {user.password!r}), "
        "transport='ntlm', server_cert_validation='ignore').run_ps('hostname').std_out.decode())"
    )
    port = host.http_port if host.http_url else host.https_port
    pypsrp = (
        f"from pypsrp.client import Client; print(Client({host.bind!r}, port={port}, "
        f"ssl={host.http_url is None}, cert_validation=False, username={user.name!r}, "
        f"password={user.password!r}).execute_cmd('hostname')[0])"
    )
    rows = [
        f"hyperv-emulator {__version__}: {host.machine.name}, {profile.edition.caption.strip()}",
        f"  profile   {profile.name}",
        *(f"  WinRM     {url}" for url in (host.http_url, host.https_url) if url),
        f"  control   {host.control_url}",
        f"  user      {user.name}",
        f"  password  {user.password}",
        "",
        f'  python -c "{pywinrm}"',
        f'  python -c "{pypsrp}"',
        "",
        "Ctrl-C stops it.",
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    main()
