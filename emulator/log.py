"""The emulator's own log: Python's ``logging``, which is loaded with the first message."""

from __future__ import annotations


class Log:
    """The log of a module; `name` is the logger's. Arguments go into the message as ``logging`` does it."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def debug(self, message: str, *arguments: object) -> None:
        """What only a developer asks for."""
        self._say("DEBUG", message, arguments)

    def info(self, message: str, *arguments: object) -> None:
        """What happened as it should."""
        self._say("INFO", message, arguments)

    def warning(self, message: str, *arguments: object) -> None:
        """What the user may want to mend."""
        self._say("WARNING", message, arguments)

    def exception(self, message: str, *arguments: object) -> None:
        """A fault of the emulator, with the traceback of the exception that is being handled."""
        self._say("ERROR", message, arguments, exc_info=True)

    def _say(
        self, level: str, message: str, arguments: tuple[object, ...], *, exc_info: bool = False
    ) -> None:
        import logging

        number: int = getattr(logging, level)
        logging.getLogger(self.name).log(number, message, *arguments, exc_info=exc_info, stacklevel=3)
