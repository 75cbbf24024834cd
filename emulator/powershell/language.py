"""Which version of Windows PowerShell brought what of the language.

Sources: Microsoft, "What's New in Windows PowerShell 5.0" with its sections on 4.0 and 3.0, and the about_
topics that say "beginning in Windows PowerShell 3.0" (about_Arrays, about_Hash_Tables, about_Methods,
about_Properties, about_Operators, about_Redirection, about_Parsing, about_CommonParameters).
"""

from __future__ import annotations

from typing import Final

Version = tuple[int, int]

CURRENT: Final[Version] = (5, 1)
SEVEN: Final[Version] = (7, 0)
"""PowerShell 7, which is installed beside Windows PowerShell."""

PIPELINE_VARIABLE_OF_ALL_BLOCKS: Final[Version] = (7, 2)
"""Before, -PipelineVariable of a script got only what the first block that ran wrote (about_CommonParameters,
PowerShell issue 10932)."""

KEYWORDS: Final[dict[str, Version]] = {
    "class": (5, 0),
    "configuration": (4, 0),
    "enum": (5, 0),
    "using": (5, 0),
    "workflow": (3, 0),
}
"""Before, each is the name of a command."""

OPERATORS: Final[dict[str, Version]] = dict.fromkeys(
    ("in", "iin", "cin", "notin", "inotin", "cnotin", "shl", "shr"), (3, 0)
)
"""Operators with a dash, without it."""

REDIRECTED_STREAMS: Final[dict[str, Version]] = {
    "*": (3, 0),
    "3": (3, 0),
    "4": (3, 0),
    "5": (3, 0),
    "6": (5, 0),
}
"""What a redirection may begin with."""

COMMON_PARAMETERS: Final[dict[str, Version]] = {
    "InformationAction": (5, 0),
    "InformationVariable": (5, 0),
    "PipelineVariable": (4, 0),
}

VARIABLES: Final[dict[str, Version]] = {
    "InformationPreference": (5, 0),
    "IsCoreCLR": (6, 0),
    "IsLinux": (6, 0),
    "IsMacOS": (6, 0),
    "IsWindows": (6, 0),
    "PSDefaultParameterValues": (3, 0),
    "PSEdition": (5, 1),
}
"""Variables that a session starts with."""

FUNCTIONS: Final[dict[str, Version]] = {"TabExpansion2": (3, 0)}
"""Functions that a session starts with."""

_SEVEN_COMMANDS = """
ConvertFrom-CliXml ConvertFrom-Markdown ConvertTo-CliXml Disable-ExperimentalFeature
Enable-ExperimentalFeature Get-Error Get-ExperimentalFeature Get-MarkdownOption Get-PSSubsystem
Get-SecureRandom Get-Uptime Join-String Remove-Alias Remove-Service Set-MarkdownOption Show-Markdown
Start-ThreadJob Switch-Process Test-Json
"""
SEVEN_COMMANDS: Final = frozenset(_SEVEN_COMMANDS.lower().split())
"""Commands that only PowerShell 7 has, in lower case (Microsoft, "Release history of modules and cmdlets").
None is emulated."""

STOP_PARSING: Final[Version] = (3, 0)
"""``--%``."""
ORDERED: Final[Version] = (3, 0)
"""``[ordered]@{ }``; before, no type has that name."""
CUSTOM_OBJECT_CAST: Final[Version] = (3, 0)
"""``[pscustomobject]@{ }``; before, it stays a hash table."""
CURRENT_ITEM_NAME: Final[Version] = (3, 0)
"""``$PSItem``; before, a variable like any other."""
MEMBER_ENUMERATION: Final[Version] = (3, 0)
"""A member of a list that it has not itself is looked for in its items."""
MODULE_AUTOLOADING: Final[Version] = (3, 0)
"""A command loads the module that has it, from the folders of PSModulePath."""
SINGLE_IS_LIST: Final[Version] = (3, 0)
"""A single value has Count and Length, and is its own first item."""
CUSTOM_OBJECT_IS_LIST: Final[Version] = (6, 1)
"""A custom object has Count and Length, ForEach and Where like any other single value."""
NULL_IS_EMPTY: Final[Version] = (3, 0)
"""``foreach ($x in $null)`` does nothing; before, it runs once."""
SCRIPT_OF_TEXT: Final[Version] = (3, 0)
"""A text becomes a script block where one is wanted."""
COLLECTION_METHODS: Final[Version] = (4, 0)
"""``.Where({ })`` and ``.ForEach({ })``."""
NEW_METHOD: Final[Version] = (5, 0)
"""``[type]::new()``."""

_BY_RELEASE: Final[dict[str, Version]] = {"2008R2": (2, 0), "2012": (3, 0), "2012R2": (4, 0)}


def of_release(release: str) -> Version:
    """The version that came with a release of Windows Server, by the key of the cmdlet tables."""
    return _BY_RELEASE.get(release, CURRENT)


def parse_version(text: str) -> Version:
    """Major and minor number of ``5.1.20348.1``."""
    major, _, rest = text.partition(".")
    return int(major), int(rest.partition(".")[0] or 0)
