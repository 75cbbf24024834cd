import pytest

from emulator.signed_numbers import signed32


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, 0),
        (0x7FFFFFFF, 0x7FFFFFFF),
        (0x80000000, -0x80000000),
        (0x80070005, -2147024891),
        (0xFFFFFFFF, -1),
        (-1, -1),
        (1 << 32 | 5, 5),
        (-0x80000001, 0x7FFFFFFF),
    ],
)
def test_the_lower_32_bits_are_a_number_with_a_sign(number, expected):
    assert signed32(number) == expected
