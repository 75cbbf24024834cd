"""The system audit policy: which categories of events are audited (auditpol).

Nothing of the machine writes audits of its own accord: the policy is kept and told.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from emulator.host.errors import NotFound
from emulator.host.host_object import HostObject, operation
from emulator.record import Record

if TYPE_CHECKING:
    from emulator.host.host import Host

_SUBCATEGORY, _CATEGORY = "-69AE-11D9-BED3-505054503030", "-797A-11D9-BED3-505054503030"
SUCCESS, FAILURE = 1, 2
_MOST = SUCCESS | FAILURE
#: Categories (last digits of the first part of their GUID) with their subcategories, those likewise, and what
#: a server audits without being told (MS-GPAC 2.2.1.2; defaults from memory of servers).
_TABLE = """
System | 48
  Security State Change | 10 | 1
  Security System Extension | 11 | 0
  System Integrity | 12 | 3
  IPsec Driver | 13 | 0
  Other System Events | 14 | 3
Logon/Logoff | 49
  Logon | 15 | 3
  Logoff | 16 | 1
  Account Lockout | 17 | 1
  IPsec Main Mode | 18 | 0
  IPsec Quick Mode | 19 | 0
  IPsec Extended Mode | 1A | 0
  Special Logon | 1B | 1
  Other Logon/Logoff Events | 1C | 0
  Network Policy Server | 43 | 3
  User / Device Claims | 47 | 0 | 9200
  Group Membership | 49 | 0 | 10240
Object Access | 4A
  File System | 1D | 0
  Registry | 1E | 0
  Kernel Object | 1F | 0
  SAM | 20 | 0
  Certification Services | 21 | 0
  Application Generated | 22 | 0
  Handle Manipulation | 23 | 0
  File Share | 24 | 0
  Filtering Platform Packet Drop | 25 | 0
  Filtering Platform Connection | 26 | 0
  Other Object Access Events | 27 | 0
  Detailed File Share | 44 | 0
  Removable Storage | 45 | 0 | 9200
  Central Policy Staging | 46 | 0 | 9200
Privilege Use | 4B
  Non Sensitive Privilege Use | 29 | 0
  Other Privilege Use Events | 2A | 0
  Sensitive Privilege Use | 28 | 0
Detailed Tracking | 4C
  Process Creation | 2B | 0
  Process Termination | 2C | 0
  DPAPI Activity | 2D | 0
  RPC Events | 2E | 0
  Plug and Play Events | 48 | 0 | 10240
  Token Right Adjusted Events | 4A | 0 | 10240
Policy Change | 4D
  Audit Policy Change | 2F | 1
  Authentication Policy Change | 30 | 1
  Authorization Policy Change | 31 | 0
  MPSSVC Rule-Level Policy Change | 32 | 0
  Filtering Platform Policy Change | 33 | 0
  Other Policy Change Events | 34 | 0
Account Management | 4E
  Computer Account Management | 36 | 1
  Security Group Management | 37 | 1
  Distribution Group Management | 38 | 0
  Application Group Management | 39 | 0
  Other Account Management Events | 3A | 0
  User Account Management | 35 | 1
DS Access | 4F
  Directory Service Access | 3B | 1
  Directory Service Changes | 3C | 0
  Directory Service Replication | 3D | 0
  Detailed Directory Service Replication | 3E | 0
Account Logon | 50
  Kerberos Service Ticket Operations | 40 | 1
  Other Account Logon Events | 41 | 0
  Kerberos Authentication Service | 42 | 1
  Credential Validation | 3F | 1
"""
#: The words of auditpol for what is audited.
SETTINGS = ("No Auditing", "Success", "Failure", "Success and Failure")


class AuditSubcategory(Record):
    """One kind of events that is audited by itself."""

    name: str
    guid: str
    default: int
    first_build: int


class AuditCategory(Record):
    """A group of kinds of events."""

    name: str
    guid: str
    subcategories: tuple[AuditSubcategory, ...]


@cache
def _rows() -> tuple[AuditCategory, ...]:
    made: list[tuple[str, str, list[AuditSubcategory]]] = []
    for line in _TABLE.strip().splitlines():
        name, digits, *rest = (cell.strip() for cell in line.split("|"))
        if rest:
            guid = f"{{0CCE92{digits}{_SUBCATEGORY}}}"
            first = int(rest[1]) if rest[1:] else 0
            made[-1][2].append(AuditSubcategory(name, guid, int(rest[0]), first))
        else:
            made.append((name, f"{{699798{digits}{_CATEGORY}}}", []))
    return tuple(AuditCategory(name, guid, tuple(below)) for name, guid, below in made)


class AuditPolicy(HostObject):
    """What one machine audits."""

    def __init__(self, host: "Host") -> None:
        super().__init__(host)
        self._changed: dict[str, int] = {}

    @property
    def categories(self) -> tuple[AuditCategory, ...]:
        """The categories of this release, in the order of auditpol."""
        build = self.host.release.build
        return tuple(
            one.replaced(subcategories=tuple(each for each in one.subcategories if each.first_build <= build))
            for one in _rows()
        )

    def setting(self, subcategory: AuditSubcategory) -> int:
        """What is audited: SUCCESS, FAILURE, both or nothing."""
        return self._changed.get(subcategory.guid, subcategory.default)

    def category(self, text: str) -> AuditCategory:
        """The category of a name (any case) or GUID. Raises NotFound."""
        for one in self.categories:
            if text.casefold() in (one.name.casefold(), one.guid.casefold()):
                return one
        raise NotFound(hresult=0x80070057)

    def subcategory(self, text: str) -> AuditSubcategory:
        """The subcategory of a name (any case) or GUID. Raises NotFound."""
        for one in self._all():
            if text.casefold() in (one.name.casefold(), one.guid.casefold()):
                return one
        raise NotFound(hresult=0x80070057)

    @operation
    def configure(
        self,
        subcategories: Iterable[AuditSubcategory],
        *,
        success: bool | None = None,
        failure: bool | None = None,
    ) -> None:
        """Audit successes or failures, or no longer; what is None stays."""
        for one in subcategories:
            kept = self.setting(one)
            for bit, wanted in ((SUCCESS, success), (FAILURE, failure)):
                if wanted is not None:
                    kept = kept | bit if wanted else kept & ~bit & _MOST
            self._changed[one.guid] = kept
        self.touch()

    def _all(self) -> Iterator[AuditSubcategory]:
        for one in self.categories:
            yield from one.subcategories
