"""How a culture writes numbers: the values of System.Globalization.NumberFormatInfo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Of the invariant culture. Sizes of groups are lists; the patterns are numbers into the tables below.
DEFAULTS: Mapping[str, Any] = {
    "CurrencyDecimalDigits": 2,
    "CurrencyDecimalSeparator": ".",
    "CurrencyGroupSeparator": ",",
    "CurrencyGroupSizes": [3],
    "CurrencyNegativePattern": 0,
    "CurrencyPositivePattern": 0,
    "CurrencySymbol": "\u00a4",
    "NaNSymbol": "NaN",
    "NegativeInfinitySymbol": "-Infinity",
    "NegativeSign": "-",
    "NumberDecimalDigits": 2,
    "NumberDecimalSeparator": ".",
    "NumberGroupSeparator": ",",
    "NumberGroupSizes": [3],
    "NumberNegativePattern": 1,
    "PercentDecimalDigits": 2,
    "PercentDecimalSeparator": ".",
    "PercentGroupSeparator": ",",
    "PercentGroupSizes": [3],
    "PercentNegativePattern": 0,
    "PercentPositivePattern": 0,
    "PercentSymbol": "%",
    "PerMilleSymbol": "\u2030",
    "PositiveInfinitySymbol": "Infinity",
    "PositiveSign": "+",
}

#: Of each pattern number what stands around the digits ``n``: the sign, the symbol ``$`` or ``%``
#: (documented with NumberNegativePattern and the like of NumberFormatInfo).
NUMBER_NEGATIVE = ("(n)", "-n", "- n", "n-", "n -")
CURRENCY_POSITIVE = ("$n", "n$", "$ n", "n $")
CURRENCY_NEGATIVE = (
    *("($n)", "-$n", "$-n", "$n-", "(n$)", "-n$", "n-$", "n$-", "-n $", "-$ n", "n $-", "$ n-", "$ -n"),
    *("n- $", "($ n)", "(n $)"),
)
PERCENT_POSITIVE = ("n %", "n%", "%n", "% n")
PERCENT_NEGATIVE = (
    *("-n %", "-n%", "-%n", "%-n", "%n-", "n-%", "n%-", "-% n", "n %-", "% n-", "% -n", "n- %"),
)


class NumberInfo:
    """NumberFormatInfo: `values` by the names of its properties. One that is read only refuses changes."""

    __slots__ = ("is_plain", "is_read_only", "values")

    def __init__(self, values: Mapping[str, Any] | None = None, *, is_read_only: bool = False) -> None:
        self.values = {**DEFAULTS, **(values or {})}
        self.is_read_only = is_read_only
        self.is_plain = self._is_plain()

    def _is_plain(self) -> bool:
        """Whether finite numbers without groups look as in the invariant culture."""
        values = self.values
        return bool(
            values["NumberDecimalSeparator"] == "."
            and values["NegativeSign"] == "-"
            and values["PositiveSign"] == "+"
        )

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def change(self, name: str, value: Any) -> None:
        """Set a property. It must not be read only."""
        self.values[name] = value
        self.is_plain = self._is_plain()

    def copy(self, *, is_read_only: bool = False) -> NumberInfo:
        """Another one with the same values."""
        return NumberInfo(self.values, is_read_only=is_read_only)


#: Windows 8 and later write infinity as a sign in every culture but the invariant one.
WINDOWS = {"PositiveInfinitySymbol": "\u221e", "NegativeInfinitySymbol": "-\u221e"}
ENGLISH = {**WINDOWS, "CurrencySymbol": "$", "PercentNegativePattern": 1, "PercentPositivePattern": 1}


def from_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a line of the table."""
    values: dict[str, Any] = dict(WINDOWS)
    for kind, key in (("Number", "number"), ("Percent", "percent"), ("Currency", "currency")):
        decimal, group, sizes, digits, *symbol = facts[key]
        values |= {
            f"{kind}DecimalSeparator": decimal,
            f"{kind}GroupSeparator": group,
            f"{kind}GroupSizes": sizes,
            f"{kind}DecimalDigits": digits,
        }
        if symbol:
            values[f"{kind}Symbol"] = symbol[0]
    values["NumberNegativePattern"] = facts["negative"]
    values["PercentNegativePattern"], values["PercentPositivePattern"] = facts["percents"]
    values["CurrencyNegativePattern"], values["CurrencyPositivePattern"] = facts["currencies"]
    return values
