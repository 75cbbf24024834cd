"""The certificate stores of the machine (``Cert:\\LocalMachine``) and of its users (``Cert:\\CurrentUser``).

A certificate is in a store with its key or without. Whoever holds certificates from the start (the HTTPS
listener its own, a test those of an authority) registers a source, which is asked when somebody looks for the
first time; those are no state of the machine, and are back after a reset.
"""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from emulator.host.errors import AccessDenied, NotFound, QuotaExceeded
from emulator.host.security.callers import may_administer
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.account import Account

#: The stores that every machine and user has, as Windows writes them.
STORES = (
    *("TrustedPublisher", "ClientAuthIssuer", "Remote Desktop", "Root", "TrustedDevices", "CA", "REQUEST"),
    *("AuthRoot", "TrustedPeople", "My", "SmartCardRoot", "Trust", "Disallowed"),
)
MACHINE = ""
"""Owner of the stores of the machine; those of a user are owned by his SID."""
_MOST_IN_A_STORE, _MOST_STORES = 10_000, 1000


class Certificate(Record):
    """A certificate as a store holds it.

    ``thumbprint``: SHA-1 in upper-case hexadecimal. ``common_name``: the CN of its subject. ``store``: its
    name (My: own ones, Root and CA: authorities). ``names``: the DNS names that it is good for. The flags
    tell what its key may be used for. ``encoded``: the certificate itself (DER), empty where only facts are
    known. ``key``: its private key (PKCS #8, DER), empty where the machine has none; ``exportable`` says
    whether it may leave the machine, ``key_provider`` which provider keeps it.
    """

    thumbprint: str
    common_name: str
    store: str = "My"
    names: tuple[str, ...] = ()
    for_servers: bool = True
    for_signing: bool = False
    encoded: bytes = b""
    key: bytes = b""
    exportable: bool = False
    key_provider: str = ""
    friendly_name: str = ""

    def is_for(self, host_name: str) -> bool:
        """Whether its common name or one of its names is the host's; ``*.`` stands for one label."""
        wanted = host_name.casefold()
        parent = "*." + wanted.partition(".")[2]
        return any(name.casefold() in (wanted, parent) for name in (self.common_name, *self.names))


class Certificates:
    """All certificates, by owner and store, then by thumbprint."""

    def __init__(self, host: "Host") -> None:
        self.host = host
        self._given: dict[str, Certificate] = {}
        self._stores: dict[tuple[str, str], dict[str, Certificate]] = {}
        self._sources: list[Callable[[], Iterable[Certificate]]] = []

    def seed(self) -> None:
        """Forget what was put into the stores and removed from them."""
        self._stores.clear()
        for certificate in self._given.values():
            self._place(MACHINE, certificate)

    def add_source(self, source: Callable[[], Iterable[Certificate]]) -> None:
        """Ask ``source`` for certificates when somebody next looks."""
        self._sources.append(source)

    def add(self, certificate: Certificate) -> None:
        """A certificate that the machine has from the start; one of the same thumbprint is replaced."""
        self._given[certificate.thumbprint.upper()] = certificate
        self._place(MACHINE, certificate)

    def put(self, owner: str, certificate: Certificate, account: "Account | None" = None) -> Certificate:
        """Put a certificate into a store of the machine or of a user, for somebody or for the system.

        One that is there keeps its key and its friendly name unless the new one brings others. Gives what the
        store holds now. Raises AccessDenied, QuotaExceeded.
        """
        with self.host.looking():
            _require_right(owner, account)
            old = self.in_store(owner, certificate.store, certificate.thumbprint)
            if old is None:
                self._require_room(owner, certificate.store)
            else:
                certificate = certificate.replaced(
                    key=certificate.key or old.key,
                    exportable=certificate.exportable if certificate.key else old.exportable,
                    key_provider=certificate.key_provider if certificate.key else old.key_provider,
                    friendly_name=certificate.friendly_name or old.friendly_name,
                )
            self._place(owner, certificate)
            self.host.next_revision()
            return certificate

    def remove(
        self, owner: str, store: str, thumbprint: str, account: "Account | None" = None
    ) -> Certificate:
        """Take a certificate out of a store. Raises AccessDenied, NotFound."""
        with self.host.looking():
            _require_right(owner, account)
            found = self.in_store(owner, store, thumbprint)
            if found is None:
                raise NotFound("Cannot find object or property.", hresult=0x80092004)
            del self._stores[owner, store.casefold()][found.thumbprint.upper()]
            self.host.next_revision()
            return found

    def find(self, thumbprint: str, *wanted: str) -> Certificate | None:
        """The machine's certificate of a thumbprint, in any case and with blanks between its digits, in the
        stores that are named, else in any, the own ones (My) first."""
        self._ask_sources()
        digits = normal_thumbprint(thumbprint) or ""
        held = (store for owner, store in list(self._stores) if owner == MACHINE)
        stores = [one.casefold() for one in wanted] or sorted(held, key="my".__ne__)
        return next(
            (found for one in stores if (found := self._stores.get((MACHINE, one), {}).get(digits))), None
        )

    def for_server(self, host_name: str) -> Certificate | None:
        """A certificate with which a server of this name can serve TLS."""
        return next((one for one in self.own() if one.for_servers and one.is_for(host_name)), None)

    def own(self) -> list[Certificate]:
        """The certificates of the computer itself (store My)."""
        return self.of_store("My")

    def of_store(self, store: str, owner: str = MACHINE) -> list[Certificate]:
        """The certificates of a store, in any case; a user's store shows the machine's authorities too,
        which every user trusts."""
        self._ask_sources()
        found = dict(self._stores.get((owner, store.casefold()), {}))
        if owner != MACHINE and store.casefold() in _INHERITED:
            found = {**self._stores.get((MACHINE, store.casefold()), {}), **found}
        return list(found.values())

    def in_store(self, owner: str, store: str, thumbprint: str) -> Certificate | None:
        """A certificate of one store itself, or None."""
        self._ask_sources()
        return self._stores.get((owner, store.casefold()), {}).get(thumbprint.upper())

    def _require_room(self, owner: str, store: str) -> None:
        held = self._stores.get((owner, store.casefold()))
        if (len(self._stores) >= _MOST_STORES) if held is None else (len(held) >= _MOST_IN_A_STORE):
            raise QuotaExceeded(f"There are too many certificates or stores for {store[:64]}.")

    def _place(self, owner: str, certificate: Certificate) -> None:
        held = self._stores.setdefault((owner, certificate.store.casefold()), {})
        held[certificate.thumbprint.upper()] = certificate

    def _ask_sources(self) -> None:
        if self._sources:
            with self.host.looking():
                while self._sources:
                    for certificate in self._sources[0]():
                        self.add(certificate)
                    del self._sources[0]


#: Stores of which users see what is in the machine's store too (documented for the Root store and its like).
_INHERITED = frozenset({"root", "ca", "authroot", "trustedpublisher", "trustedpeople", "disallowed", "trust"})


def has_right(owner: str, account: "Account | None") -> bool:
    """Whether somebody may change the stores of an owner, and use the keys in them: those of the machine are
    for administrators."""
    return owner != MACHINE or may_administer(account)


def _require_right(owner: str, account: "Account | None") -> None:
    if not has_right(owner, account):
        raise AccessDenied


def normal_thumbprint(text: str) -> str | None:
    """Forty hexadecimal digits in upper case without blanks; None for anything else."""
    digits = "".join(text.split()).upper()
    return digits if re.fullmatch("[0-9A-F]{40}", digits) else None
