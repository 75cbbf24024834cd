"""The listeners of the WinRM service (`winrm/config/listener`; MS-WSMV 2.2.4.19 and 3.1.4.1.29.5).

A listener is a statement: on which addresses of the machine and on which port the service is to listen.
Whoever opens the real ports follows the collection.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from emulator.host.errors import AlreadyExists, InvalidParameter, NotFound, QuotaExceeded
from emulator.host.host_object import operation
from emulator.host.security.certificates import normal_thumbprint
from emulator.host.winrm.address_filter import Address, parse_filter
from emulator.host.winrm.winrm_errors import ConfigurationRefused, Refusal
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.winrm.winrm_configuration import WinrmConfiguration

MAXIMUM_LISTENERS = 64
Transport = Literal["HTTP", "HTTPS"]

_MAC_ADDRESS = r"[0-9A-F]{2}(?:-[0-9A-F]{2}){5}(?:-[0-9A-F]{2}){0,2}"
_URL_PREFIX = r"[A-Za-z0-9_]+(?:/[A-Za-z0-9_]+)*"
#: The path of WinRM where nobody has said another one.
OWN_PREFIX = "wsman"
_PROPERTIES = ("Port", "Hostname", "Enabled", "URLPrefix", "CertificateThumbprint", "ListeningOn")
_LONGEST_NAME = 255


class Listener(Record):
    """One listener; a change puts another one in its place.

    ``address`` is ``*``, ``IP:`` with an address or ``MAC:`` with that of an adapter. ``source`` is empty,
    ``GPO`` for one that Group Policy states or ``Compatibility`` for those of the old ports.
    """

    address: str
    transport: Transport
    port: int
    hostname: str = ""
    enabled: bool = True
    url_prefix: str = OWN_PREFIX
    certificate_thumbprint: str = ""
    source: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells listeners apart."""
        return self.address.casefold(), self.transport


class Listeners:
    """The listeners in order of creation. Changes are checked, told to the observers of the configuration
    and refused for those that Group Policy states."""

    def __init__(self, configuration: "WinrmConfiguration") -> None:
        self.host: Host = configuration.host
        self._configuration = configuration
        self._listeners: dict[tuple[str, str], Listener] = {}

    def seed(self) -> None:
        """Those of the profile: the usual two as far as they are enabled, then the others."""
        winrm = self.host.profile.winrm
        stated: list[Listener] = []
        if winrm.http_enabled:
            stated.append(Listener("*", "HTTP", winrm.http_port))
        if winrm.https_enabled:
            stated.append(Listener("*", "HTTPS", winrm.https_port))
        for one in winrm.listeners:
            port = one.port or (winrm.http_port if one.transport == "HTTP" else winrm.https_port)
            source = "GPO" if one.set_by_policy else ""
            stated.append(
                Listener(
                    one.address,
                    one.transport,
                    port,
                    one.hostname,
                    one.enabled,
                    one.url_prefix,
                    one.certificate_thumbprint,
                    source,
                )
            )
        self._listeners = {listener.key: listener for listener in stated}

    def __iter__(self) -> Iterator[Listener]:
        """Every listener, with those that EnableCompatibilityHttp(s)Listener adds at the end."""
        yield from list(self._listeners.values())
        configuration = self._configuration
        if configuration.enable_compatibility_http_listener:
            yield Listener("*", "HTTP", 80, source="Compatibility")
        if configuration.enable_compatibility_https_listener:
            yield Listener("*", "HTTPS", 443, source="Compatibility")

    def get(self, address: str, transport: str) -> Listener:
        """The listener of an address and a transport, in any case. Raises NotFound."""
        found = self._listeners.get((address.strip().casefold(), transport.strip().upper()))
        if found is None:
            raise NotFound(f"There is no {transport[:8]} listener on {address[:64]}.")
        return found

    def thumbprint(self, listener: Listener) -> str:
        """Of the certificate that an HTTPS listener serves; empty for HTTP and when there is none."""
        if listener.transport == "HTTP":
            return ""
        if listener.certificate_thumbprint:
            return listener.certificate_thumbprint
        chosen = self._configuration.certificate_thumbprint
        found = None if chosen else self.host.certificates.for_server(listener.hostname or self.host.name)
        return chosen or (found.thumbprint if found else "")

    def listening_on(self, listener: Listener) -> tuple[str, ...]:
        """The addresses of the machine that it listens on: those that the filters of the service let through.

        A disabled listener shows the same addresses, as on Windows.
        """
        filters = (
            parse_filter(self._configuration.ipv4_filter, 4),
            parse_filter(self._configuration.ipv6_filter, 6),
        )
        chosen = self._addresses(listener)
        return tuple(str(one) for one in chosen if any(each.accepts(one) for each in filters))

    @operation
    def create(self, address: str, transport: str, properties: Mapping[str, Any] | None = None) -> Listener:
        """A new listener; properties by their Windows names, texts or values.

        Raises InvalidParameter for a key that is none, AlreadyExists, QuotaExceeded, ConfigurationRefused.
        """
        kind = _transport(transport)
        port = self._configuration.http_port if kind == "HTTP" else self._configuration.https_port
        hostname = "" if kind == "HTTP" else self.host.name
        fresh = Listener(self._address(address), kind, port, hostname)
        if fresh.key in self._listeners:
            raise AlreadyExists(f"There is a {kind} listener on {fresh.address} already.")
        if len(self._listeners) >= MAXIMUM_LISTENERS:
            raise QuotaExceeded(f"The service has {MAXIMUM_LISTENERS} listeners already.")
        made = self._checked(self._with(fresh, properties or {}))
        self._listeners[made.key] = made
        self._configuration.changed()
        return made

    @operation
    def change(self, address: str, transport: str, properties: Mapping[str, Any]) -> Listener:
        """Set properties of a listener. Raises NotFound, ConfigurationRefused."""
        present = self.get(address, transport)
        made = self._with(present, properties)
        if made == present:
            return present
        self._require_free(present)
        made = self._checked(made)
        self._listeners[made.key] = made
        self._configuration.changed()
        return made

    @operation
    def delete(self, address: str, transport: str) -> None:
        """Remove a listener. Raises NotFound, ConfigurationRefused."""
        present = self.get(address, transport)
        self._require_free(present)
        del self._listeners[present.key]
        self._configuration.changed()

    def _require_free(self, listener: Listener) -> None:
        if listener.source:
            raise ConfigurationRefused(Refusal.READ_ONLY, f"the listener comes from {listener.source}")

    def _with(self, listener: Listener, properties: Mapping[str, Any]) -> Listener:
        known = {name.lower(): name for name in (*_PROPERTIES, "Address", "Transport")}
        for given, value in properties.items():
            name = known.get(given.lower())
            if name is None:
                raise ConfigurationRefused(Refusal.UNKNOWN_SETTING, f"a listener has no {given[:64]}")
            listener = self._with_one(listener, name, value)
        return listener

    def _with_one(self, listener: Listener, name: str, value: object) -> Listener:
        from emulator.host.winrm.winrm_settings import check_flag, check_port, check_text

        if name == "Port":
            return listener.replaced(port=check_port(name, value))
        if name == "Enabled":
            return listener.replaced(enabled=check_flag(name, value))
        text = check_text(name, value, 8192 if name == "ListeningOn" else _LONGEST_NAME).strip()
        if name == "Hostname":
            return listener.replaced(hostname=text)
        if name == "URLPrefix":
            if not re.fullmatch(_URL_PREFIX, text):
                raise ConfigurationRefused(Refusal.INVALID_VALUE, "URLPrefix: a-z, A-Z, 0-9, _ and / inside")
            return listener.replaced(url_prefix=text)
        if name == "CertificateThumbprint":
            digits = normal_thumbprint(text) if text else ""
            if digits is None:
                raise ConfigurationRefused(Refusal.CERTIFICATE_NOT_FOUND, "no thumbprint")
            return listener.replaced(certificate_thumbprint=digits)
        # What is left is computed or a key: it may be sent back as it is and not changed.
        if name == "ListeningOn":
            if text not in ("", *self.listening_on(listener), ", ".join(self.listening_on(listener))):
                raise ConfigurationRefused(Refusal.READ_ONLY, name)
        elif text.casefold() != (listener.address if name == "Address" else listener.transport).casefold():
            raise ConfigurationRefused(Refusal.KEYS_CANNOT_CHANGE, name)
        return listener

    def _checked(self, listener: Listener) -> Listener:
        """Whether the certificate and the port suit the transport."""
        others = (one for one in self if one.key != listener.key and one.port == listener.port)
        if any(one.transport != listener.transport for one in others):
            raise ConfigurationRefused(Refusal.PORT_SHARED, f"port {listener.port} has the other transport")
        if listener.transport == "HTTP":
            if listener.certificate_thumbprint:
                raise ConfigurationRefused(Refusal.CERTIFICATE_WITH_HTTP)
            return listener
        name = listener.hostname or self.host.name
        if not listener.certificate_thumbprint:
            found = self.host.certificates.for_server(name)
            if found is None:
                raise ConfigurationRefused(Refusal.CERTIFICATE_NEEDED, f"none is for {name[:64]}")
            return listener.replaced(certificate_thumbprint=found.thumbprint)
        certificate = self.host.certificates.find(listener.certificate_thumbprint, "My")
        if certificate is None:
            raise ConfigurationRefused(Refusal.CERTIFICATE_NOT_FOUND, listener.certificate_thumbprint)
        if not certificate.for_servers:
            raise ConfigurationRefused(Refusal.CERTIFICATE_USAGE)
        if not certificate.is_for(name):
            raise ConfigurationRefused(
                Refusal.CERTIFICATE_NAME_MISMATCH, f"{certificate.common_name}, {name}"
            )
        return listener

    def _address(self, text: str) -> str:
        """The normal form of an address. Raises InvalidParameter."""
        text = text.strip()
        kind, _, rest = text.partition(":")
        if text == "*":
            return text
        if kind.upper() == "IP":
            try:
                return f"IP:{ipaddress.ip_address(rest.strip().strip('[]'))}"
            except ValueError:
                raise InvalidParameter(f"'{text[:64]}' is no address of a listener.") from None
        if kind.upper() == "MAC" and re.fullmatch(_MAC_ADDRESS, rest.strip().upper()):
            return f"MAC:{rest.strip().upper()}"
        raise InvalidParameter(f"'{text[:64]}' is no address of a listener.")

    def _addresses(self, listener: Listener) -> list[Address]:
        adapters = self.host.hardware.network_adapters
        kind, _, rest = listener.address.partition(":")
        if kind == "MAC":
            adapters = tuple(adapter for adapter in adapters if adapter.mac_address == rest)
        own: list[Address] = [
            ipaddress.ip_address(str(address)) for adapter in adapters for address in adapter.ipv4_addresses
        ]
        if kind == "MAC":
            return own
        everything = [*own, ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1")]
        if kind == "IP":
            return [address for address in everything if str(address) == rest]
        return everything


def _transport(text: str) -> Transport:
    wanted = text.strip().upper()
    if wanted == "HTTP":
        return "HTTP"
    if wanted == "HTTPS":
        return "HTTPS"
    raise InvalidParameter(f"'{text[:16]}' is no transport: allowed are HTTP and HTTPS.")
