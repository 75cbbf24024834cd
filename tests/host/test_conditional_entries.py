"""Conditional entries of security descriptors in SDDL."""

from __future__ import annotations

import pytest

from emulator.host.security.security_descriptor import parse_security_descriptor

ADMINISTRATORS, USERS, GUESTS = "S-1-5-32-544", "S-1-5-32-545", "S-1-5-32-546"


def grants(condition: str, *sids: str, kind: str = "XA") -> bool:
    return parse_security_descriptor(f"O:NSG:BAD:P({kind};;GA;;;BU;{condition})").grants({USERS, *sids})


def test_a_condition_asks_for_groups() -> None:
    assert not grants("(Member_of {SID(BA)})")
    assert grants("(Member_of {SID(BA)})", ADMINISTRATORS)
    assert not grants("(Member_of {SID(BA), SID(BG)})", ADMINISTRATORS)
    assert grants("(Member_of_Any {SID(BA), SID(BG)})", GUESTS)
    both = "(Member_of {SID(BA)} && (Member_of {SID(BG)} || Member_of {SID(S-1-5-32-551)}))"
    assert not grants(both, ADMINISTRATORS)
    assert grants(both, ADMINISTRATORS, GUESTS)
    assert grants("(!(Member_of {SID(BG)}))")
    assert not grants("(!(Member_of {SID(BG)}))", GUESTS)


def test_an_entry_whose_condition_fails_leaves_the_next_one_to_decide() -> None:
    text = "D:(XD;;GA;;;BU;(Member_of {SID(BG)}))(A;;GA;;;BU)S:(AU;FA;GA;;;WD)"
    assert parse_security_descriptor(text).grants({USERS})
    assert not parse_security_descriptor(text).grants({USERS, GUESTS})


@pytest.mark.parametrize(
    "entry",
    [
        "(XA;;GA;;;BU)",
        "(A;;GA;;;BU;(Member_of {SID(BA)}))",
        "(XA;;GA;;;BU;())",
        "(XA;;GA;;;BU;(Member_of {SID(XX)}))",
        "(XA;;GA;;;BU;(Member_of {SID(BA)})",
        "(XA;;GA;;;BU;(Member_of {SID(BA)} &&))",
        f"(XA;;GA;;;BU;{'(' * 40}Member_of {{SID(BA)}}{')' * 40})",
    ],
)
def test_what_is_no_condition_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_security_descriptor(f"D:{entry}")
