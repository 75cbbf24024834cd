"""The two views of the registry of a 64-bit Windows: which keys a 32-bit process has for itself.

From "Registry Keys Affected by WOW64", as it is since Windows 7.
"""

from emulator.host.windows.registry import CLASSES_ROOT, CURRENT_USER, LOCAL_MACHINE

NODE = "WOW6432Node"
#: Below HKLM\SOFTWARE, what every process sees alike.
_COMMON_KEYS = tuple(
    tuple(line.split("\\"))
    for line in r"""
classes
clients
microsoft\com3
microsoft\cryptography\calais\current
microsoft\cryptography\calais\readers
microsoft\cryptography\services
microsoft\ctf\systemshared
microsoft\ctf\tip
microsoft\dfs
microsoft\driver signing
microsoft\enterprisecertificates
microsoft\eventsystem
microsoft\msmq
microsoft\non-driver signing
microsoft\notepad\defaultfonts
microsoft\ole
microsoft\ras
microsoft\rpc
microsoft\shared tools\msinfo
microsoft\systemcertificates
microsoft\termservlicensing
microsoft\transactionserver
microsoft\windows\currentversion\control panel\cursors\schemes
microsoft\windows\currentversion\explorer\autoplayhandlers
microsoft\windows\currentversion\explorer\driveicons
microsoft\windows\currentversion\explorer\kindmap
microsoft\windows\currentversion\group policy
microsoft\windows\currentversion\policies
microsoft\windows\currentversion\previewhandlers
microsoft\windows\currentversion\setup
microsoft\windows\currentversion\telephony\locations
microsoft\windows nt\currentversion\console
microsoft\windows nt\currentversion\fontdpi
microsoft\windows nt\currentversion\fontlink
microsoft\windows nt\currentversion\fontmapper
microsoft\windows nt\currentversion\fonts
microsoft\windows nt\currentversion\fontsubstitutes
microsoft\windows nt\currentversion\gre_initialize
microsoft\windows nt\currentversion\image file execution options
microsoft\windows nt\currentversion\languagepack
microsoft\windows nt\currentversion\networkcards
microsoft\windows nt\currentversion\perflib
microsoft\windows nt\currentversion\ports
microsoft\windows nt\currentversion\print
microsoft\windows nt\currentversion\profilelist
microsoft\windows nt\currentversion\time zones
policies
registeredapplications
""".strip().splitlines()
)
#: Below the classes of the machine and of each user, what a 32-bit process has for itself.
_OWN_CLASSES = frozenset({"clsid", "directshow", "interface", "media type", "mediafoundation"})
_WITH_CLASSES = (LOCAL_MACHINE, CURRENT_USER)


def redirected_key(hive: int, path: str) -> str:
    """The path of a key below a hive as the 32-bit view has it."""
    parts = [part for part in path.split("\\") if part]
    names = tuple(part.casefold() for part in parts)
    below_classes = 0 if hive == CLASSES_ROOT else 2
    if hive == CLASSES_ROOT or (hive in _WITH_CLASSES and names[:2] == ("software", "classes")):
        if _OWN_CLASSES.intersection(names[below_classes : below_classes + 1]):
            parts.insert(below_classes, NODE)
    elif hive == LOCAL_MACHINE and names[:1] == ("software",) and not _is_common(names[1:]):
        parts.insert(1, NODE)
    return "\\".join(parts)


def _is_common(names: tuple[str, ...]) -> bool:
    return names[:1] == (NODE.casefold(),) or any(names[: len(one)] == one for one in _COMMON_KEYS)
