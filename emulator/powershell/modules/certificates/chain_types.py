"""System.Security.Cryptography.X509Certificates: X509Chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.host.security.certificate_chains import STATUSES
from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.enums import EnumType
from emulator.powershell.dotnet.exceptions import argument_error, null_argument
from emulator.powershell.dotnet.library.oids import OidCollection
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, builtin, register
from emulator.powershell.modules.certificates.certificate_object import CertificateObject, utc_moment
from emulator.powershell.modules.certificates.certificate_types import usage_identifiers
from emulator.powershell.modules.certificates.chains import Element, chain_of
from emulator.powershell.modules.certificates.store_types import Certificates
from emulator.powershell.runtime.conversion import convert

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_X = "System.Security.Cryptography.X509Certificates."
STATUS_FLAGS = EnumType(
    f"{_X}X509ChainStatusFlags",
    {"NoError": 0, "Revoked": 4, **{name: number for name, (number, _) in STATUSES.items()}},
    flags=True,
)
_MODES = EnumType(f"{_X}X509RevocationMode", {"NoCheck": 0, "Online": 1, "Offline": 2})
_PARTS = EnumType(f"{_X}X509RevocationFlag", {"EndCertificateOnly": 0, "EntireChain": 1, "ExcludeRoot": 2})
#: Which problems each flag forgives.
_FORGIVEN = {
    "IgnoreNotTimeValid": ("NotTimeValid",),
    "AllowUnknownCertificateAuthority": ("UntrustedRoot", "PartialChain"),
    "IgnoreWrongUsage": ("NotValidForUsage",),
    "IgnoreEndRevocationUnknown": ("RevocationStatusUnknown", "OfflineRevocation"),
    "IgnoreCertificateAuthorityRevocationUnknown": ("RevocationStatusUnknown", "OfflineRevocation"),
    "IgnoreRootRevocationUnknown": (),
    "AllFlags": tuple(STATUSES),
}
_FLAGS = EnumType(
    f"{_X}X509VerificationFlags",
    {
        "NoFlag": 0,
        "IgnoreNotTimeValid": 1,
        "IgnoreCtlNotTimeValid": 2,
        "IgnoreNotTimeNested": 4,
        "IgnoreInvalidBasicConstraints": 8,
        "AllowUnknownCertificateAuthority": 16,
        "IgnoreWrongUsage": 32,
        "IgnoreInvalidName": 64,
        "IgnoreInvalidPolicy": 128,
        "IgnoreEndRevocationUnknown": 256,
        "IgnoreCtlSignerRevocationUnknown": 512,
        "IgnoreCertificateAuthorityRevocationUnknown": 1024,
        "IgnoreRootRevocationUnknown": 2048,
        "AllFlags": 4095,
    },
    flags=True,
)
for _one in (STATUS_FLAGS, _MODES, _PARTS, _FLAGS):
    register(_one)


class Policy:
    """X509ChainPolicy."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {
            "RevocationMode": _MODES["Online"],
            "RevocationFlag": _PARTS["ExcludeRoot"],
            "VerificationFlags": _FLAGS["NoFlag"],
            "VerificationTime": None,
            "ExtraStore": Certificates(),
            "ApplicationPolicy": OidCollection(),
            "CertificatePolicy": OidCollection(),
        }


class Chain:
    """X509Chain: what its last Build found."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.policy = Policy()
        self.reset()

    def reset(self) -> None:
        """Forget what was found."""
        self.elements: list[Element] = []
        self.problems: tuple[str, ...] = ()


class Status:
    """X509ChainStatus."""

    def __init__(self, name: str) -> None:
        self.name = name


def _statuses(names: tuple[str, ...]) -> PSArray:
    return PSArray(Status(one) for one in names)


def _build(chain: Chain, certificate: Any) -> bool:
    held = unwrap(certificate)
    if not isinstance(held, CertificateObject):
        raise argument_error("The certificate is not valid.", "certificate")
    values = chain.policy.values
    moment = values["VerificationTime"]
    chain.elements = chain_of(
        held,
        extra=list(values["ExtraStore"]),
        moment=None if moment is None else utc_moment(chain.engine, moment),
        checks_revocation=values["RevocationMode"] != _MODES["NoCheck"],
    )
    found = dict.fromkeys(name for one in chain.elements for name in one.problems)
    wanted = [one.value for one in values["ApplicationPolicy"]]
    usages = usage_identifiers(held)
    if usages and any(one not in usages for one in wanted):
        found["NotValidForUsage"] = None
    chain.problems = tuple(found)
    flags = int(values["VerificationFlags"].number)
    forgiven = {
        name
        for flag, names in _FORGIVEN.items()
        if flags & _FLAGS[flag].number == _FLAGS[flag].number
        for name in names
    }
    return not set(found) - forgiven


def _value(name: str) -> Any:
    return lambda policy: policy.values[name]


_KINDS: dict[str, PSType] = {
    "RevocationMode": _MODES,
    "RevocationFlag": _PARTS,
    "VerificationFlags": _FLAGS,
    "VerificationTime": builtin("System.DateTime"),
}


def _set_value(name: str) -> Any:
    def write(policy: Policy, value: Any) -> None:
        policy.values[name] = convert(unwrap(value), _KINDS[name])

    return write


def _set_policy(chain: Chain, value: Any) -> None:
    policy = unwrap(value)
    if policy is None:
        raise null_argument("value")
    chain.policy = convert(policy, _POLICY)


_POLICY = register(
    PSType(
        f"{_X}X509ChainPolicy",
        instance={
            **{name: _value(name) for name in Policy().values},
            **{f"{name}=": _set_value(name) for name in _KINDS},
        },
        construct={"new()": lambda _kind: Policy()},
    ),
    Policy,
)
register(
    PSType(
        f"{_X}X509ChainStatus",
        is_value_type=True,
        instance={
            "Status": lambda s: STATUS_FLAGS[s.name],
            "StatusInformation: string": lambda s: STATUSES[s.name][1],
        },
    ),
    Status,
)
register(
    PSType(
        f"{_X}X509ChainElement",
        instance={
            "Certificate": lambda e: e.certificate,
            "ChainElementStatus": lambda e: _statuses(e.problems),
            "Information: string": lambda _e: "",
        },
    ),
    Element,
)
register(
    PSType(
        f"{_X}X509Chain",
        interfaces=("System.IDisposable",),
        instance={
            "ChainElements": lambda c: PSArray(c.elements),
            "ChainPolicy": lambda c: c.policy,
            "ChainPolicy=": _set_policy,
            "ChainStatus": lambda c: _statuses(c.problems),
            f"Build({_X}X509Certificate2 certificate)": _build,
            "Reset()": lambda c: c.reset(),
            "Dispose()": lambda _c: None,
        },
        static={"@Create()": Chain},
        construct={
            "@new()": lambda engine, _kind: Chain(engine),
            "@new(bool useMachineContext)": lambda engine, _kind, _machine: Chain(engine),
        },
    ),
    Chain,
)
