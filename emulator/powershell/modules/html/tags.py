"""What the elements of HTML have to do with each other, and how the engine of Internet Explorer writes them.

Sources: the HTML standard for what closes what; outputs of Invoke-WebRequest that users of 5.1 have published
for names, order and quotes of attributes.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


VOID = words(
    """
    area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr
    """
)
"""Elements without content."""
RAW = words(
    """
    iframe noembed noframes script style xmp
    """
)
"""Elements whose content is a text in which nothing has a meaning but their own end."""
PLAIN_TEXT = RAW | {"textarea", "title"}
"""Elements whose content is a text."""
PREFORMATTED = PLAIN_TEXT | {"listing", "plaintext", "pre"}
"""Elements in which blanks count."""
OF_HEAD = words(
    """
    base basefont bgsound link meta script style title
    """
)
TABLE_PARTS = words(
    """
    caption col colgroup table tbody td tfoot th thead tr
    """
)
PARAGRAPHS = words(
    """
    address article aside blockquote center dd dir div dl dt fieldset figcaption figure footer form h1
    h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section table ul
    """
)
"""Elements that stand on lines of their own."""
BLOCKS = PARAGRAPHS | OF_HEAD | TABLE_PARTS | {"body", "head", "html", "option", "select"}
"""Elements that the engine begins on a new line."""
_CELLS = {"td", "th"}
_ROWS = {"tr", *_CELLS}
_GROUPS = {"tbody", "tfoot", "thead", "caption", "colgroup", *_ROWS}
_IN_TABLE = frozenset({"table"})
CLOSED_BY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    **dict.fromkeys(PARAGRAPHS, (frozenset({"p"}), frozenset({"button", "caption", "table", *_CELLS}))),
    "li": (frozenset({"li"}), frozenset({"dir", "menu", "ol", "ul", "table"})),
    **dict.fromkeys(("dd", "dt"), (frozenset({"dd", "dt"}), frozenset({"dl", "table"}))),
    "option": (frozenset({"option"}), frozenset({"select"})),
    "optgroup": (frozenset({"optgroup", "option"}), frozenset({"select"})),
    **dict.fromkeys(_CELLS, (frozenset({*_CELLS, "caption"}), _IN_TABLE)),
    "tr": (frozenset({*_ROWS, "caption", "colgroup"}), _IN_TABLE),
    **dict.fromkeys(("tbody", "tfoot", "thead", "colgroup", "caption"), (frozenset(_GROUPS), _IN_TABLE)),
}
"""What the beginning of an element ends, and inside what it looks for that."""
ROW_PARENTS = frozenset({"tbody", "tfoot", "thead"})
FENCES = frozenset({"caption", "table", *_CELLS})
"""What the end of an element that is no part of a table does not reach across."""

ATTRIBUTE_NAMES = {
    one.lower(): one
    for one in words(
        """
    accessKey allowTransparency bgColor cellPadding cellSpacing colSpan encType frameBorder hideFocus
    longDesc marginHeight marginWidth maxLength noShade noWrap readOnly rowSpan tabIndex useMap vAlign
    """
    )
}
"""Attributes that are written with capitals."""
FIRST_ATTRIBUTES = {
    name: place
    for place, name in enumerate(
        (
            *("id", "onload", "title", "class", "style", "alt", "maxlength", "size"),
            *("src", "href", "type", "value", "name"),
        ),
        start=1,
    )
}
"""In which order these come; handlers of events stand before them, the rest comes as in the source."""
ADDRESSES = words(
    """
    action background cite codebase data href longdesc src
    """
)
"""Attributes that are always in quotes."""
FLAGS = words(
    """
    checked compact declare defer disabled ismap multiple nohref noresize noshade nowrap readonly
    required selected
    """
)
"""Attributes without a value."""
KNOWN_ATTRIBUTES = words(
    """
    abbr accept accesskey align alink alt axis bgcolor border cellpadding cellspacing char charset class
    clear color cols colspan content coords datetime dir enctype face for frame frameborder headers
    height hspace http-equiv id label lang language link marginheight marginwidth maxlength media method
    name rel rev rows rowspan rules scheme scope scrolling shape size span start style summary tabindex
    target text title type usemap valign value valuetype version vlink vspace width
    """
)
"""Attributes that are in quotes only where their value asks for it; others always are."""
