"""Hash codes and sort keys against what real machines printed."""

from __future__ import annotations

import pytest

from emulator.powershell.dotnet.hash_codes import culture_ignore_case, hash_code, ordinal
from emulator.powershell.dotnet.sort_keys import sort_key

#: ``__VIEWSTATEGENERATOR`` of ASP.NET pages: the hash codes (InvariantCultureIgnoreCase) of the folder and of the
#: page's class, added up.
GENERATORS = [
    ("/", "default_aspx", 0xCA0B0334),
    ("/", "login_aspx", 0xC2EE9ABB),
]


@pytest.mark.parametrize(("folder", "page", "printed"), GENERATORS)
def test_pages_of_asp_net_print_these_hash_codes(folder: str, page: str, printed: int) -> None:
    first, second = culture_ignore_case(folder), culture_ignore_case(page)
    assert first is not None
    assert second is not None
    assert (first + second) & 0xFFFFFFFF == printed


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a", [14, 2, 1, 1, 1, 1, 0]),
        ("A", [14, 2, 1, 1, 1, 1, 0]),
        ("-", [1, 1, 1, 1, 255, 255, 130, 18, 0]),
        ("\u00e6", [14, 2, 14, 33, 1, 1, 1, 1, 0]),
        ("\u00df", [14, 145, 14, 145, 1, 1, 1, 1, 0]),
        ("\u00e9", [14, 33, 1, 14, 1, 1, 1, 0]),
        ("\u00aa", [14, 2, 1, 3, 1, 6, 1, 1, 0]),
        ("\u00ad", [1, 1, 1, 1, 0]),
    ],
)
def test_sort_keys_are_those_of_windows(text: str, key: list[int]) -> None:
    assert list(sort_key(text, ignore_case=True) or b"") == key


def test_case_counts_in_a_sort_key_unless_it_is_ignored() -> None:
    assert sort_key("Ab", ignore_case=False) != sort_key("ab", ignore_case=False)
    assert sort_key("Ab", ignore_case=True) == sort_key("aB", ignore_case=True)


def test_a_character_without_known_weights_gives_no_hash_code() -> None:
    assert culture_ignore_case("\u6f22") is None
    assert ordinal("\u6f22") != ordinal("\u6f23")
    assert hash_code(object()) is None


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("''", 371857150),
        ("7", 7),
        ("-7", -7),
        ("$true", 1),
        ("[char]'a'", 0x610061),
        ("[int16]-1", -1),
        ("[sbyte]-2", 510),
        ("[long]5000000000", 5000000000 & 0xFFFFFFFF ^ 5000000000 >> 32),
        ("1.5", 1073217536),
        ("[single]1.5", 1069547520),
        ("0.0", 0),
        ("[version]'5.1.2.3'", 0x50102003),
        ("[guid]'00000001-0002-0003-0400-050000000006'", 1 ^ (2 << 16 | 3) ^ (5 << 24 | 6)),
        ("[timespan]::FromSeconds(1)", 10000000),
        ("[dayofweek]::Friday", 5),
    ],
)
def test_get_hash_code_follows_the_rules_of_net(shell, expression: str, code: int) -> None:
    wanted = code if code < 1 << 31 else code - (1 << 32)
    assert shell.values(f"({expression}).GetHashCode()") == [wanted]


def test_a_comparer_hashes_as_its_tables_do(shell) -> None:
    script = "[StringComparer]::{}.GetHashCode('aBc') -eq [StringComparer]::{}.GetHashCode('AbC')"
    for name, same in (("OrdinalIgnoreCase", True), ("CurrentCultureIgnoreCase", True), ("Ordinal", False)):
        assert shell.values(script.replace("{}", name)) == [same]
