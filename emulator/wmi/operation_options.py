"""Options that a client sends beside an operation, for the provider: MI's custom options, an IWbemContext.

New-NetFirewallRule and New-NetLbfoTeam, for example, say most of what they want in them. A view names those
that its provider knows in ``View.options``; a provider that knows some refuses others, because what it made
would not be what was asked for. Where nothing reads an option it is a gap, and the operation is refused when
the client says that the option must be complied with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from emulator.cim.errors import InvalidParameter, NotSupported, TypeMismatch
from emulator.cim.types import CimType, check_value, parse_value

if TYPE_CHECKING:
    from emulator.cim.types import CimScalar
    from emulator.wmi.namespace import Namespace
    from emulator.wmi.view import View

#: The stores of network settings that the emulator does not tell apart (MSFT_Net* classes).
_STORES = frozenset({"", "activestore", "persistentstore"})
_STORE = "policystore"


class OptionRule(NamedTuple):
    """Where the value of an option goes: the name of the setting, and the value's type."""

    setting: str
    type: CimType = CimType.STRING
    is_array: bool = False


class SentOption(NamedTuple):
    """An option as it was sent: text where the door carries only text. ``value`` is a list for an array."""

    name: str
    value: CimScalar | list[CimScalar]
    must_comply: bool = False


class OperationOptions:
    """The options of one operation."""

    __slots__ = ("_sent",)

    def __init__(self, sent: tuple[SentOption, ...] = ()) -> None:
        self._sent = sent

    def __bool__(self) -> bool:
        return bool(self._sent)

    def settings(self, view: View[Any]) -> dict[str, Any]:
        """The settings that the options ask for, by the names that the view's table gives.

        Raises NotSupported (an option that is not emulated, another policy store), InvalidParameter.
        """
        rules = {name.lower(): rule for name, rule in view.options.items()}
        found: dict[str, Any] = {}
        for option in self._sent:
            rule = rules.get(option.name.lower())
            if rule is not None:
                found[rule.setting] = _value(rule, option)
            else:
                _pass_over(view.namespace, view.class_name, option, refused=bool(rules))
        return found

    def check_unread(self, namespace: Namespace, class_name: str) -> None:
        """The same for an operation whose provider reads no options. Raises NotSupported."""
        for option in self._sent:
            _pass_over(namespace, class_name, option)


def _pass_over(namespace: Namespace, class_name: str, option: SentOption, *, refused: bool = False) -> None:
    """Note an option that is not read."""
    if option.name.lower() == _STORE:
        if str(option.value).lower() in _STORES:
            return
        namespace.service.record_gap(namespace.name, f"{class_name} in a policy store")
        raise NotSupported(f"The policy store '{option.value!s:.64}' is not emulated.")
    namespace.service.record_gap(namespace.name, f"{class_name} option {option.name:.64}")
    if refused or option.must_comply:
        raise NotSupported(f"The option {option.name:.64} of {class_name} is not emulated.")


NO_OPTIONS: Final = OperationOptions()


def _value(rule: OptionRule, option: SentOption) -> Any:
    value = option.value
    elements = value if isinstance(value, list) else [value]
    if not rule.is_array and len(elements) != 1:
        raise InvalidParameter(f"The option {option.name} takes one value.")
    try:
        read = [
            parse_value(rule.type, each) if isinstance(each, str) else check_value(rule.type, each)
            for each in elements
            if each is not None
        ]
    except TypeMismatch as error:
        raise InvalidParameter(f"The option {option.name}: {error}") from None
    return read if rule.is_array else next(iter(read), None)


def as_options(values: Mapping[str, Any]) -> OperationOptions:
    """Options from plain values by name, for callers inside the machine."""
    return OperationOptions(tuple(SentOption(name, value) for name, value in values.items()))
