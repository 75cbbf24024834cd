"""Which local user a client certificate stands for (`winrm/config/service/certmapping`; MS-WSMV 2.2.4.3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from emulator.host.errors import AlreadyExists, NotFound
from emulator.host.host_object import operation
from emulator.host.security.certificates import normal_thumbprint
from emulator.host.winrm.winrm_errors import ConfigurationRefused, Refusal
from emulator.host.winrm.winrm_settings import check_flag, check_text

if TYPE_CHECKING:
    from emulator.host.host import Host
    from emulator.host.security.accounts import Account
    from emulator.host.winrm.winrm_configuration import WinrmConfiguration

MAXIMUM_MAPPINGS = 1000
_LONGEST_KEY = 1023
_LONGEST_PASSWORD = 255


@dataclass(frozen=True, slots=True)
class CertificateMapping:
    """One mapping. ``issuer`` is the thumbprint of the authority, ``subject`` and ``uri`` may hold one ``*``
    at their beginning or end. The password is kept and never shown."""

    issuer: str
    subject: str
    uri: str
    user_name: str
    password: str
    enabled: bool = True

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells mappings apart."""
        return self.issuer, self.subject.casefold(), self.uri.casefold()

    def matches(self, issuer: str, subject: str, uri: str) -> bool:
        """Whether it is for a certificate of this issuer and subject on a resource URI (MS-WSMV 2.2.4.3)."""
        return (
            self.enabled and issuer == self.issuer and _fits(self.subject, subject) and _fits(self.uri, uri)
        )


class CertificateMappings:
    """The mappings in order of creation."""

    def __init__(self, configuration: "WinrmConfiguration") -> None:
        self.host: Host = configuration.host
        self._configuration = configuration
        self._mappings: dict[tuple[str, str, str], CertificateMapping] = {}

    def seed(self) -> None:
        """Those of the profile."""
        self._mappings.clear()
        for stated in self.host.profile.winrm.certificate_mappings:
            issuer = normal_thumbprint(stated.issuer.replace(":", "")) or stated.issuer
            mapping = CertificateMapping(
                issuer, stated.subject, stated.uri, stated.user_name, stated.password
            )
            self._mappings[mapping.key] = mapping

    def __iter__(self) -> Iterator[CertificateMapping]:
        return iter(list(self._mappings.values()))

    def __len__(self) -> int:
        return len(self._mappings)

    def get(self, issuer: str, subject: str, uri: str) -> CertificateMapping:
        """The mapping of three keys. Raises NotFound."""
        key = normal_thumbprint(issuer) or issuer, subject.strip().casefold(), uri.strip().casefold()
        found = self._mappings.get(key)
        if found is None:
            raise NotFound("There is no such certificate mapping.")
        return found

    def account_of(self, issuer: str, subject: str, uri: str) -> "Account | None":
        """Whom a client certificate stands for on a resource URI (MS-WSMV 3.1.4.1.35).

        The longest subject wins, then the longest URI; none when nothing or more than one is left, or when
        the password of the mapping is not the account's any more.
        """
        thumbprint = normal_thumbprint(issuer)
        found = [one for one in self if thumbprint and one.matches(thumbprint, subject, uri)]
        longest = max((len(one.subject) for one in found), default=0)
        found = [one for one in found if len(one.subject) == longest]
        longest = max((len(one.uri) for one in found), default=0)
        found = [one for one in found if len(one.uri) == longest]
        if len(found) != 1:
            return None
        account = self.host.accounts.find(found[0].user_name)
        if account is None or account.disabled or account.password != found[0].password:
            return None
        return account

    @operation
    def create(
        self, issuer: str, subject: str, uri: str, properties: Mapping[str, Any]
    ) -> CertificateMapping:
        """A new mapping; properties are UserName, Password and Enabled.

        Raises AlreadyExists, ConfigurationRefused.
        """
        fresh = CertificateMapping(_issuer(self.host, issuer), _subject(subject), _uri(uri), "", "")
        if fresh.key in self._mappings:
            raise AlreadyExists("There is such a certificate mapping already.")
        if len(self._mappings) >= MAXIMUM_MAPPINGS:
            raise ConfigurationRefused(Refusal.MAPPING_LIMIT)
        made = self._with(fresh, properties)
        if not made.user_name:
            raise ConfigurationRefused(Refusal.MAPPING_CREDENTIAL_PAIR, "UserName and Password are missing")
        return self._put(made)

    @operation
    def change(
        self, issuer: str, subject: str, uri: str, properties: Mapping[str, Any]
    ) -> CertificateMapping:
        """Set properties of a mapping. Raises NotFound, ConfigurationRefused."""
        return self._put(self._with(self.get(issuer, subject, uri), properties))

    @operation
    def delete(self, issuer: str, subject: str, uri: str) -> None:
        """Remove a mapping. Raises NotFound."""
        del self._mappings[self.get(issuer, subject, uri).key]
        self._configuration.changed()

    def _put(self, mapping: CertificateMapping) -> CertificateMapping:
        self._mappings[mapping.key] = mapping
        self._configuration.changed()
        return mapping

    def _with(self, mapping: CertificateMapping, properties: Mapping[str, Any]) -> CertificateMapping:
        known = {name.lower(): (name, value) for name, value in properties.items()}
        keys = (("issuer", mapping.issuer), ("subject", mapping.subject), ("uri", mapping.uri))
        for name, present in keys:
            given = known.pop(name, None)
            if given is not None and str(given[1]).strip().casefold() != present.casefold():
                raise ConfigurationRefused(Refusal.MAPPING_KEYS_CANNOT_CHANGE, name)
        enabled = known.pop("enabled", None)
        user, password = known.pop("username", None), known.pop("password", None)
        if known:
            raise ConfigurationRefused(Refusal.UNKNOWN_SETTING, f"a mapping has no {next(iter(known))[:64]}")
        if enabled is not None:
            mapping = replace(mapping, enabled=check_flag("Enabled", enabled[1]))
        if user is None and password is None:
            return mapping
        if user is not None and password is None and str(user[1]).casefold() == mapping.user_name.casefold():
            return mapping  # sent back as it was read: the password is never shown
        if user is None or password is None:
            raise ConfigurationRefused(Refusal.MAPPING_CREDENTIAL_PAIR)
        return self._with_credentials(mapping, user[1], password[1])

    def _with_credentials(
        self, mapping: CertificateMapping, user: object, password: object
    ) -> CertificateMapping:
        name = check_text("UserName", user, 255)
        if not isinstance(password, str) or not password:
            raise ConfigurationRefused(Refusal.MAPPING_PASSWORD_BLANK)
        if len(password) > _LONGEST_PASSWORD:
            raise ConfigurationRefused(Refusal.MAPPING_PASSWORD_LENGTH)
        account = self.host.accounts.find(name)
        if account is None or account.disabled or account.password != password:
            raise ConfigurationRefused(Refusal.MAPPING_CREDENTIALS, name)
        return replace(mapping, user_name=name, password=password)


def _fits(pattern: str, text: str) -> bool:
    wanted, given = pattern.casefold(), text.casefold()
    if wanted.startswith("*"):
        return given.endswith(wanted[1:])
    if wanted.endswith("*"):
        return given.startswith(wanted[:-1])
    return given == wanted


def _issuer(host: "Host", text: str) -> str:
    thumbprint = normal_thumbprint(text)
    found = host.certificates.find(thumbprint, "Root", "CA") if thumbprint else None
    if thumbprint is None or found is None or not found.for_signing:
        raise ConfigurationRefused(Refusal.MAPPING_ISSUER, text[:64])
    return thumbprint


def _subject(text: str) -> str:
    subject = text.strip()
    stars = subject.count("*")
    misplaced = stars > 1 or (stars == 1 and "*" not in (subject[0], subject[-1]))
    if not subject or len(subject) > _LONGEST_KEY or misplaced:
        raise ConfigurationRefused(Refusal.MAPPING_SUBJECT, subject[:64])
    return subject


def _uri(text: str) -> str:
    uri = text.strip()
    misplaced = "*" in uri[:-1] or "?" in uri or any(character.isspace() for character in uri)
    if not uri or len(uri) > _LONGEST_KEY or misplaced:
        raise ConfigurationRefused(Refusal.MAPPING_URI, uri[:64])
    return uri
