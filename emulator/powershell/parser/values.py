"""Values in the syntax tree that are no nodes themselves."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class StringConstantType(Enum):
    """How a string was written."""

    SINGLE_QUOTED = "SingleQuoted"
    SINGLE_QUOTED_HERE_STRING = "SingleQuotedHereString"
    DOUBLE_QUOTED = "DoubleQuoted"
    DOUBLE_QUOTED_HERE_STRING = "DoubleQuotedHereString"
    BARE_WORD = "BareWord"


class RedirectionStream(Enum):
    """The streams of a command, by their numbers; ALL is ``*``."""

    ALL = 0
    OUTPUT = 1
    ERROR = 2
    WARNING = 3
    VERBOSE = 4
    DEBUG = 5
    INFORMATION = 6


@dataclass(frozen=True, slots=True)
class ModuleSpecification:
    """A module named by ``#requires`` or ``using module``; versions and guid are as written."""

    name: str
    module_version: str | None = None
    required_version: str | None = None
    maximum_version: str | None = None
    guid: str | None = None


@dataclass(frozen=True, slots=True)
class ScriptRequirements:
    """What the ``#requires`` lines of a script ask for (about_Requires); versions are as written."""

    required_application_id: str | None = None
    required_ps_version: str | None = None
    required_ps_editions: tuple[str, ...] = ()
    required_modules: tuple[ModuleSpecification, ...] = ()
    required_ps_snapins: tuple[ModuleSpecification, ...] = ()
    required_assemblies: tuple[str, ...] = ()
    is_elevation_required: bool = False
