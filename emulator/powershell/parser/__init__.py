"""The parser of Windows PowerShell 5.1: text to syntax tree, with the errors that 5.1 reports.

`parse` never raises. Tokens come from `emulator.powershell.parser.tokens`, checks of data files from
`emulator.powershell.parser.restricted_language`.
"""

from emulator.powershell.parser.dump import dump
from emulator.powershell.parser.errors import ParseError
from emulator.powershell.parser.extents import Extent, Source
from emulator.powershell.parser.parser import ParseResult, parse, parse_cached
from emulator.powershell.parser.token_kinds import TokenKind

__all__ = ["Extent", "ParseError", "ParseResult", "Source", "TokenKind", "dump", "parse", "parse_cached"]
