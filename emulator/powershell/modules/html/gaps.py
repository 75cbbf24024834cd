"""Members of mshtml that are not emulated: whoever asks for one hears so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.powershell.modules.html.tags import words
from emulator.powershell.runtime.errors import not_emulated

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine

_NAMES = words(
    """
    addbehavior addfilter addreadrequest appendchild applyelement atomic attachevent backgroundcolor blur
    canhavechildren canhavehtml cellindex click clientheight clientleft clienttop clientwidth clonenode
    compatible componentfrompoint cookie createattribute createcomment createdocumentfragment
    createdocumentfromurl createelement createeventobject createrange createstylesheet createtextnode
    currentstyle defaultvalue detachevent dispatchevent docheck domain doscroll dragdrop elementfrompoint
    execcommand execcommandshowhelp filters fireevent focus frames getadjacenttext getboundingclientrect
    getclientrects getexpression hasfocus hostname importnode insertadjacentelement insertadjacenthtml
    insertadjacenttext insertbefore iscontenteditable istextedit lastmodified location mergeattributes
    nameprop namespaces normalize offsetheight offsetleft offsetparent offsettop offsetwidth onclick
    onload parentwindow pathname plugins protocol querycommandenabled queryselector queryselectorall
    referrer releasecapture removebehavior removechild removeexpression removenode replaceadjacenttext
    replacechild replacenode reset rowindex runtimestyle scrollheight scrollintoview scrollleft scrolltop
    scrollwidth select selectedindex selection setactive setcapture setexpression sourceindex style
    stylesheets submit swapnode tfoot thead uniqueid uniquenumber
    """
)


class ComMembers:
    """An object of mshtml: what its type does not have is a gap when mshtml has it."""

    __slots__ = ()

    def dynamic_property(self, name: str, missing: Any = None) -> Any:
        """A property that the type does not have. Raises the typed gap."""
        if name.lower() in _NAMES:
            raise not_emulated(f"mshtml: {name}")
        return missing

    def set_dynamic_property(self, name: str, _value: Any) -> bool:
        """The same for one that is written."""
        if name.lower() in _NAMES:
            raise not_emulated(f"mshtml: {name}")
        return False

    def call_dynamic_method(self, _engine: Engine, name: str, _arguments: list[Any]) -> tuple[bool, Any]:
        """The same for a method."""
        if name.lower() in _NAMES:
            raise not_emulated(f"mshtml: {name}()")
        return False, None
