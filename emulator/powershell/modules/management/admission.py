"""-Credential, -Filter and -UseTransaction of the cmdlets over providers, which most providers refuse."""

from __future__ import annotations

from collections.abc import Callable

from emulator.powershell.dotnet.credentials import Credential
from emulator.powershell.dotnet.exceptions import NetError
from emulator.powershell.providers.paths import Place
from emulator.powershell.providers.provider import Provider
from emulator.powershell.providers.registry import RegistryProvider
from emulator.powershell.providers.transactions import Transaction
from emulator.powershell.runtime.cmdlet_call import CmdletCall
from emulator.powershell.runtime.errors import PSError, error

Admit = Callable[[Place], Place]

#: Parameters that every cmdlet over providers reads by what it shares with the others.
SHARED = ("Credential", "UseTransaction")
_ONLY_FOR_DRIVES = (
    "The FileSystem provider supports credentials only on the New-PSDrive cmdlet. Perform the operation "
    "again without specifying credentials."
)
#: Capability -> what a provider without it says (SessionStateStrings).
_REFUSALS = {
    "Credentials": "The provider does not support the use of credentials. Perform the operation again "
    "without specifying credentials.",
    "Filter": "Cannot call method. The provider does not support the use of filters.",
    "Transactions": "The provider does not support transactions. Perform the operation again without the "
    "-UseTransaction parameter.",
}


def transaction_of(call: CmdletCall) -> Transaction | None:
    """The transaction of -UseTransaction, or None without it. Raises InvalidOperationException."""
    if not call.get("UseTransaction"):
        return None
    try:
        return call.engine.paths.transactions.require()
    except NetError as problem:
        raise call.failure(problem.exception, error_id=problem.exception.ps_type.name) from None


def admission(call: CmdletCall) -> Admit | None:
    """What asks a provider whether it knows the parameters that were given; None when there are none.

    It raises PSNotSupportedException, and gives the provider of the transaction where there is one.
    """
    transaction = transaction_of(call)
    needed = [
        name
        for name, is_needed in (
            ("Credentials", is_named(call.get("Credential"))),
            ("Filter", bool(call.get("Filter"))),
            ("Transactions", transaction is not None),
        )
        if is_needed
    ]
    if not needed:
        return None

    def admit(place: Place) -> Place:
        provider = place.provider
        for name in needed:
            require_capability(provider, name)
            if name == "Credentials" and provider.name == "FileSystem":
                raise _unsupported(_ONLY_FOR_DRIVES)
        if transaction is None or not isinstance(provider, RegistryProvider):
            return place
        return place._replace(provider=_registry_of(transaction, call))

    return admit


def _registry_of(transaction: Transaction, call: CmdletCall) -> RegistryProvider:
    if transaction.registry is None:
        from emulator.powershell.providers.registry_transaction import TransactedRegistry

        transaction.registry = TransactedRegistry(call.engine)
    return transaction.registry


def is_named(credential: Credential | None) -> bool:
    """Whether a credential is one of somebody: an empty one asks nothing."""
    return credential is not None and bool(credential.user_name)


def require_capability(provider: Provider, name: str, refusal: str | None = None) -> None:
    """Raise PSNotSupportedException, with a text of its own or the usual one, for what a provider cannot."""
    if name not in provider.capabilities:
        raise _unsupported(refusal or _REFUSALS[name])


def _unsupported(text: str) -> PSError:
    kind = "System.Management.Automation.PSNotSupportedException"
    return error(text, "NotSupported", "NotImplemented", kind=kind)


def admitted(call: CmdletCall, path: str | None) -> Place:
    """Where a path leads, when its provider knows the parameters that were given."""
    admit = admission(call)
    place = call.engine.paths.place(path)
    return place if admit is None else admit(place)


def expanded(call: CmdletCall, path: str | None, literal: bool = False) -> list[Place]:
    """The items of a path, when its provider knows the parameters that were given."""
    return call.engine.paths.expand(path, literal, admit=admission(call))
