"""Exceptions of .NET as values, and the Python exception that carries one."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.types import PSType, builtin

CRYPTOGRAPHIC = "System.Security.Cryptography.CryptographicException"

LONGEST_MESSAGE = 100_000
"""Characters of a message. Messages quote values, and a value may be all the errors before: without a bound
each could be longer than the sum of them."""


class ExceptionObject:
    """An exception: its type, text, inner exception and what else its type has (``extra``, by lower-case
    name).
    """

    __slots__ = (
        "_message",
        "extra",
        "hresult",
        "inner",
        "made_in",
        "parameter",
        "ps_type",
        "source",
        "stack_trace",
    )

    made_in: Any
    """Where methods of a class of a script run, for an exception of one."""

    def __init__(
        self,
        kind: str | PSType,
        message: str | None = None,
        inner: ExceptionObject | None = None,
        *,
        parameter: str | None = None,
        hresult: int = -2146233088,
        **extra: Any,
    ) -> None:
        self.ps_type = builtin(kind) if isinstance(kind, str) else kind
        if message is not None and len(message) > LONGEST_MESSAGE:
            message = message[:LONGEST_MESSAGE] + "..."
        self._message = message
        self.inner = inner
        self.parameter = parameter
        self.hresult = hresult
        self.source: str | None = None
        self.stack_trace: str | None = None
        self.extra = extra

    @property
    def message(self) -> str:
        """The text; an argument's name is added on a line of its own, as .NET Framework does."""
        text = self._message
        if text is None:
            text = f"Exception of type '{self.ps_type.name}' was thrown."
        return f"{text}\r\nParameter name: {self.parameter}" if self.parameter else text

    def is_a(self, kind: PSType) -> bool:
        """True when the exception is of the type or of one derived from it."""
        return self.ps_type.is_assignable_to(kind)

    def chain(self) -> list[ExceptionObject]:
        """This exception and its inner ones."""
        found: list[ExceptionObject] = []
        item: ExceptionObject | None = self
        while item is not None and len(found) < 64:
            found.append(item)
            item = item.inner
        return found

    def __str__(self) -> str:
        return f"{self.ps_type.name}: {self.message}"


class NetError(Exception):
    """Raised by the functions behind .NET members; becomes a MethodInvocationException where a script
    called it.
    """

    def __init__(
        self, kind: str, message: str | None = None, *, parameter: str | None = None, **extra: Any
    ) -> None:
        self.exception = ExceptionObject(kind, message, parameter=parameter, **extra)
        super().__init__(self.exception.message)


def argument_error(message: str, parameter: str | None = None) -> NetError:
    """System.ArgumentException."""
    return NetError("System.ArgumentException", message, parameter=parameter)


def out_of_range(message: str, parameter: str | None = None) -> NetError:
    """System.ArgumentOutOfRangeException."""
    return NetError("System.ArgumentOutOfRangeException", message, parameter=parameter)


def null_argument(parameter: str) -> NetError:
    """System.ArgumentNullException."""
    return NetError("System.ArgumentNullException", "Value cannot be null.", parameter=parameter)


def format_error(message: str = "Input string was not in a correct format.") -> NetError:
    """System.FormatException."""
    return NetError("System.FormatException", message)
