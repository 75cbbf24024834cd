import pytest

from emulator.powershell.dotnet.ordinal_texts import compare_ordinal, large_letters


@pytest.mark.parametrize(
    ("left", "right", "by_case", "without_case"),
    [
        ("a", "a", 0, 0),
        ("a", "A", 1, 0),
        ("B", "a", -1, 1),
        # Without case large letters are compared, which stand before the underscore.
        ("_", "a", -1, 1),
        # Units of UTF-16, not characters: a surrogate stands before the private characters.
        ("\U0001f600", "\ue000", -1, -1),
        ("ß", "SS", 1, 1),
    ],
)
def test_texts_are_compared_by_their_units(left, right, by_case, without_case):
    assert compare_ordinal(left, right) == by_case
    assert compare_ordinal(left, right, ignore_case=True) == without_case
    assert compare_ordinal(right, left) == -by_case


def test_letters_are_mapped_one_for_one():
    assert large_letters("straße") == "STRAßE"
    assert large_letters("naïve") == "NAÏVE"
