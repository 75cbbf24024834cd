"""A real Kerberos realm for a test: MIT's KDC of the system on a free loopback port, with its own files."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

REALM = "CORP.EXAMPLE"
PASSWORD = "K3rb3ros!"
_PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")
_FOLDERS = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
_ENCRYPTION = "aes256-cts-hmac-sha1-96 aes128-cts-hmac-sha1-96"


def missing_piece() -> str | None:
    """What a realm or Kerberos itself needs and this machine has not."""
    for name in ("gssapi", "krb5"):
        if find_spec(name) is None:
            return f"the Python package {name} (extra kerberos) is not installed"
    for name in _PROGRAMS:
        if shutil.which(name, path=_FOLDERS) is None:
            return f"{name} of MIT Kerberos is not installed (krb5-kdc, krb5-admin-server, krb5-user)"
    return None


@dataclass
class KerberosRealm:
    """`start`, then `add_user` and `add_service`; `environment` makes programs use this realm."""

    folder: Path
    port: int = 0
    environment: dict[str, str] = field(default_factory=dict)
    keytab: Path | None = None
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> KerberosRealm:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (self.folder / "krb5.conf").write_text(
            f"[libdefaults]\n default_realm = {REALM}\n dns_lookup_kdc = false\n dns_lookup_realm = false\n"
            " dns_canonicalize_hostname = false\n rdns = false\n udp_preference_limit = 1\n"
            f" default_ccache_name = FILE:{self.folder}/ccache\n"
            f"[realms]\n {REALM} = {{\n  kdc = 127.0.0.1:{self.port}\n }}\n"
            f"[domain_realm]\n .corp.example = {REALM}\n localhost = {REALM}\n"
        )
        (self.folder / "kdc.conf").write_text(
            f"[kdcdefaults]\n kdc_listen = 127.0.0.1:{self.port}\n kdc_tcp_listen = 127.0.0.1:{self.port}\n"
            f"[realms]\n {REALM} = {{\n  database_name = {self.folder}/principal\n"
            f"  key_stash_file = {self.folder}/stash\n  acl_file = {self.folder}/kadm5.acl\n"
            f"  supported_enctypes = {' '.join(name + ':normal' for name in _ENCRYPTION.split())}\n }}\n"
            f"[logging]\n kdc = FILE:{self.folder}/kdc.log\n"
        )
        self.environment = {
            "KRB5_CONFIG": str(self.folder / "krb5.conf"),
            "KRB5_KDC_PROFILE": str(self.folder / "kdc.conf"),
            "KRB5CCNAME": f"FILE:{self.folder}/ccache",
            "KRB5RCACHENAME": "none:",
        }
        self._run("kdb5_util", "create", "-s", "-r", REALM, "-P", "master")
        self._process = subprocess.Popen(
            [self._program("krb5kdc"), "-n", "-r", REALM],
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._wait()
        return self

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def add_user(self, name: str, password: str = PASSWORD) -> str:
        """A principal with a password."""
        self._run("kadmin.local", "-r", REALM, "-q", f"addprinc -pw {password} {name}@{REALM}")
        return f"{name}@{REALM}"

    def add_services(self, *hosts: str) -> Path:
        """A keytab with the keys of ``HTTP/host`` for each host."""
        keytab = self.folder / "http.keytab"
        for host in hosts:
            self._run("kadmin.local", "-r", REALM, "-q", f"addprinc -randkey HTTP/{host}@{REALM}")
            self._run("kadmin.local", "-r", REALM, "-q", f"ktadd -k {keytab} HTTP/{host}@{REALM}")
        return keytab

    def log_on(self, principal: str, password: str = PASSWORD) -> None:
        """Get a ticket-granting ticket into the credential cache."""
        self._run("kinit", principal, text=password + "\n")

    def _run(self, program: str, *arguments: str, text: str = "") -> None:
        done = subprocess.run(
            [self._program(program), *arguments],
            env=os.environ | self.environment,
            input=text,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr + done.stdout

    @staticmethod
    def _program(name: str) -> str:
        return shutil.which(name, path=_FOLDERS) or name

    def _wait(self) -> None:
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("the KDC does not answer")
