"""The certificate stores of the local machine (``Cert:\\LocalMachine``), as far as WinRM asks for them.

The machine knows only facts of a certificate. Whoever holds certificates (the HTTPS listener its own, a test
those of an authority) registers a source, which is asked when somebody looks for the first time.
"""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal

from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host

Store = Literal["My", "Root", "CA"]


class Certificate(Record):
    """Facts of a certificate.

    ``thumbprint``: SHA-1 in upper-case hexadecimal. ``common_name``: the CN of its subject. ``names``: the
    DNS names that it is good for. ``store``: My (own), Root or CA (authorities). The flags tell what its key
    may be used for. ``encoded``: the certificate itself (DER), empty where only facts are known.
    """

    thumbprint: str
    common_name: str
    store: Store = "My"
    names: tuple[str, ...] = ()
    for_servers: bool = True
    for_signing: bool = False
    encoded: bytes = b""

    def is_for(self, host_name: str) -> bool:
        """Whether its common name or one of its names is the host's; ``*.`` stands for one label."""
        wanted = host_name.casefold()
        parent = "*." + wanted.partition(".")[2]
        return any(name.casefold() in (wanted, parent) for name in (self.common_name, *self.names))


class Certificates:
    """All certificates by thumbprint. They are no state of the machine: a reset leaves them alone."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._found: dict[str, Certificate] = {}
        self._sources: list[Callable[[], Iterable[Certificate]]] = []

    def add_source(self, source: Callable[[], Iterable[Certificate]]) -> None:
        """Ask ``source`` for certificates when somebody next looks."""
        self._sources.append(source)

    def add(self, certificate: Certificate) -> None:
        """Put a certificate into its store; one of the same thumbprint is replaced."""
        self._found[certificate.thumbprint.upper()] = certificate

    def find(self, thumbprint: str) -> Certificate | None:
        """The certificate of a thumbprint, in any case and with blanks between its digits."""
        return self._all().get(normal_thumbprint(thumbprint) or "")

    def for_server(self, host_name: str) -> Certificate | None:
        """A certificate with which a server of this name can serve TLS."""
        found = (one for one in self._all().values() if one.store == "My" and one.for_servers)
        return next((one for one in found if one.is_for(host_name)), None)

    def own(self) -> list[Certificate]:
        """The certificates of the computer itself (store My)."""
        return self.of_store("My")

    def of_store(self, store: Store) -> list[Certificate]:
        """The certificates of a store."""
        return [one for one in self._all().values() if one.store == store]

    def _all(self) -> dict[str, Certificate]:
        if self._sources:
            with self.host.looking():
                while self._sources:
                    for certificate in self._sources[0]():
                        self.add(certificate)
                    del self._sources[0]
        return self._found


def normal_thumbprint(text: str) -> str | None:
    """Forty hexadecimal digits in upper case without blanks; None for anything else."""
    digits = "".join(text.split()).upper()
    return digits if re.fullmatch("[0-9A-F]{40}", digits) else None
