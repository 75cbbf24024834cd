"""Encodings of code pages and EncodingInfo: what Encoding.GetEncoding knows beyond the everyday ones.

Numbers, names and what they are shown as: the table of the reference of System.Text.Encoding (.NET
Framework). Code pages that Python has no codec for are not among them; NotSupportedException says so, as .NET
does for those that it has not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.powershell.dotnet.collections import PSArray
from emulator.powershell.dotnet.types import PSType, register

if TYPE_CHECKING:
    from emulator.powershell.dotnet.library.text import Encoding

_SINGLE, _DOUBLE = "SBCSCodePageEncoding", "DBCSCodePageEncoding"
#: Code page | name on the web | codec of Python | what it is shown as.
_SINGLE_BYTE = """
37 | IBM037 | cp037 | IBM EBCDIC (US-Canada)
500 | IBM500 | cp500 | IBM EBCDIC (International)
720 | DOS-720 | cp720 | Arabic (DOS)
737 | ibm737 | cp737 | Greek (DOS)
775 | ibm775 | cp775 | Baltic (DOS)
850 | ibm850 | cp850 | Western European (DOS)
852 | ibm852 | cp852 | Central European (DOS)
855 | IBM855 | cp855 | OEM Cyrillic
857 | ibm857 | cp857 | Turkish (DOS)
858 | IBM00858 | cp858 | OEM Multilingual Latin I
860 | IBM860 | cp860 | Portuguese (DOS)
861 | ibm861 | cp861 | Icelandic (DOS)
862 | DOS-862 | cp862 | Hebrew (DOS)
863 | IBM863 | cp863 | French Canadian (DOS)
864 | IBM864 | cp864 | Arabic (864)
865 | IBM865 | cp865 | Nordic (DOS)
866 | cp866 | cp866 | Cyrillic (DOS)
869 | ibm869 | cp869 | Greek, Modern (DOS)
874 | windows-874 | cp874 | Thai (Windows)
875 | cp875 | cp875 | IBM EBCDIC (Greek Modern)
1026 | IBM1026 | cp1026 | IBM EBCDIC (Turkish Latin-5)
1140 | IBM01140 | cp1140 | IBM EBCDIC (US-Canada-Euro)
1250 | windows-1250 | cp1250 | Central European (Windows)
1251 | windows-1251 | cp1251 | Cyrillic (Windows)
1253 | windows-1253 | cp1253 | Greek (Windows)
1254 | windows-1254 | cp1254 | Turkish (Windows)
1255 | windows-1255 | cp1255 | Hebrew (Windows)
1256 | windows-1256 | cp1256 | Arabic (Windows)
1257 | windows-1257 | cp1257 | Baltic (Windows)
1258 | windows-1258 | cp1258 | Vietnamese (Windows)
10000 | macintosh | mac-roman | Western European (Mac)
10006 | x-mac-greek | mac-greek | Greek (Mac)
10007 | x-mac-cyrillic | mac-cyrillic | Cyrillic (Mac)
10029 | x-mac-ce | mac-latin2 | Central European (Mac)
10079 | x-mac-icelandic | mac-iceland | Icelandic (Mac)
10081 | x-mac-turkish | mac-turkish | Turkish (Mac)
20273 | IBM273 | cp273 | IBM EBCDIC (Germany)
20424 | IBM424 | cp424 | IBM EBCDIC (Hebrew)
20866 | koi8-r | koi8-r | Cyrillic (KOI8-R)
21866 | koi8-u | koi8-u | Cyrillic (KOI8-U)
28592 | iso-8859-2 | iso8859-2 | Central European (ISO)
28593 | iso-8859-3 | iso8859-3 | Latin 3 (ISO)
28594 | iso-8859-4 | iso8859-4 | Baltic (ISO)
28595 | iso-8859-5 | iso8859-5 | Cyrillic (ISO)
28596 | iso-8859-6 | iso8859-6 | Arabic (ISO)
28597 | iso-8859-7 | iso8859-7 | Greek (ISO)
28598 | iso-8859-8 | iso8859-8 | Hebrew (ISO-Visual)
28599 | iso-8859-9 | iso8859-9 | Turkish (ISO)
28603 | iso-8859-13 | iso8859-13 | Estonian (ISO)
28605 | iso-8859-15 | iso8859-15 | Latin 9 (ISO)
"""
_DOUBLE_BYTE = """
932 | shift_jis | cp932 | Japanese (Shift-JIS)
936 | gb2312 | gbk | Chinese Simplified (GB2312)
949 | ks_c_5601-1987 | cp949 | Korean
950 | big5 | cp950 | Chinese Traditional (Big5)
1361 | Johab | johab | Korean (Johab)
51949 | euc-kr | euc_kr | Korean (EUC)
51932 | euc-jp | euc_jp | Japanese (EUC)
52936 | hz-gb-2312 | hz | Chinese Simplified (HZ)
54936 | GB18030 | gb18030 | Chinese Simplified (GB18030)
"""


def _rows(table: str, kind: str) -> dict[int, Encoding]:
    from emulator.powershell.dotnet.library.text import Encoding

    found = {}
    for line in table.strip().splitlines():
        page, name, codec, display = (cell.strip() for cell in line.split("|"))
        found[int(page)] = Encoding(kind, codec, name, int(page), display)
    return found


_PAGES = {**_rows(_SINGLE_BYTE, _SINGLE), **_rows(_DOUBLE_BYTE, _DOUBLE)}
_NAMES = {one.web_name.lower(): one for one in _PAGES.values()}


def of_page(page: int) -> Encoding | None:
    """The encoding of a code page."""
    return _PAGES.get(page)


def of_name(name: str) -> Encoding | None:
    """The encoding of a name on the web, in any case."""
    return _NAMES.get(name.lower())


class EncodingInfo:
    """System.Text.EncodingInfo."""

    __slots__ = ("encoding",)

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding


def all_encodings() -> PSArray:
    """Encoding.GetEncodings, in the order of the code pages."""
    from emulator.powershell.dotnet.library.text import EVERYDAY

    every = {one.code_page: one for one in EVERYDAY} | _PAGES
    return PSArray(EncodingInfo(every[page]) for page in sorted(every))


register(
    PSType(
        "System.Text.EncodingInfo",
        instance={
            "CodePage: int": lambda info: info.encoding.code_page,
            "Name: string": lambda info: info.encoding.web_name,
            "DisplayName: string": lambda info: info.encoding.display,
            "GetEncoding()": lambda info: info.encoding,
        },
    ),
    EncodingInfo,
)
