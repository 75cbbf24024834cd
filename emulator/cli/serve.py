"""Serve PROFILE (a built-in name or a YAML file) until Ctrl-C or SIGTERM."""

from __future__ import annotations

import gc
import signal
import threading
from argparse import ArgumentParser, Namespace
from types import FrameType
from typing import TYPE_CHECKING

from emulator import __version__
from emulator.cli.arguments import DEFAULT_PROFILE, add_with_variable, file, one_of, port

if TYPE_CHECKING:
    from emulator.server import HyperVHost


def declare(parser: ArgumentParser) -> None:
    """Its arguments."""
    add_with_variable(
        parser,
        "profile",
        "PROFILE",
        f"Default: {DEFAULT_PROFILE}.",
        metavar="PROFILE",
        nargs="?",
        default=DEFAULT_PROFILE,
    )
    for name, variable, kind, default, help in (
        (
            "--http-port",
            "HTTP_PORT",
            port,
            None,
            "Port of the HTTP listener (default: the profile's, 5985); 0 takes a free one.",
        ),
        (
            "--https-port",
            "HTTPS_PORT",
            port,
            None,
            "Port of the HTTPS listener (default: the profile's, 5986); 0 takes a free one.",
        ),
        ("--bind", "BIND", str, "127.0.0.1", "Address that the WinRM listeners bind (default: 127.0.0.1)."),
        (
            "--control-port",
            "CONTROL_PORT",
            port,
            8080,
            "Port of the control API (default: 8080); 0 takes a free one.",
        ),
        (
            "--control-bind",
            "CONTROL_BIND",
            str,
            "127.0.0.1",
            "Address that the control API binds (default: 127.0.0.1). "
            "It asks for no password: keep it on loopback.",
        ),
        ("--user", "USER", str, None, "An administrator to add, or whose password to set."),
        ("--password", "PASSWORD", str, None, "The password of that administrator."),
        (
            "--clock",
            "CLOCK",
            one_of("real", "fast", "manual"),
            None,
            "real: as on hardware. fast: waits jump ahead. manual: only the control API moves time.",
        ),
        (
            "--certificate",
            "CERTIFICATE",
            file,
            None,
            "Certificate of the HTTPS listener, PEM or PFX (default: the profile's, else one is made).",
        ),
        ("--key", "KEY", file, None, "PEM file of its key, when that is not in the certificate's file."),
        ("--key-password", "KEY_PASSWORD", str, None, "Password of the key or of the PFX file."),
        (
            "--keytab",
            "KEYTAB",
            file,
            None,
            "Keytab for Kerberos; needs the extra hyperv-emulator[kerberos].",
        ),
    ):
        add_with_variable(parser, name, variable, help, type=kind, default=default)
    parser.set_defaults(run=run)


def run(options: Namespace) -> int:
    """Serve until a signal comes."""
    stopped = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopped.set()

    # Nothing made while starting is garbage: collecting it would only delay the first answer.
    gc.disable()
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    from emulator.profile import load
    from emulator.server import HyperVHost

    profile = load(options.profile)
    host = HyperVHost(
        profile,
        user=options.user,
        password=options.password,
        clock=options.clock,
        bind=options.bind,
        http_port=profile.winrm.http_port if options.http_port is None else options.http_port,
        https_port=profile.winrm.https_port if options.https_port is None else options.https_port,
        control_port=options.control_port,
        control_bind=options.control_bind,
        certificate=options.certificate,
        key=options.key,
        key_password=options.key_password,
        keytab=options.keytab,
    )
    host.start()
    gc.freeze()
    gc.enable()
    try:
        print(_banner(host), flush=True)
        stopped.wait()
    finally:
        host.stop()
    return 0


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
