"""Names of enumerations with equal members, as the public documentation of 5.1 prints them (about_Enum)."""

from __future__ import annotations

_MEDIA = (
    "enum MediaTypes { unknown; music = 10; mp3; aac; ogg = 15; oga = 15; mogg = 15; picture = 20; jpg; jpeg = 21; "
    "png; video = 40; mpg; mpeg = 41; avi; m4v }; "
)
_SEASON = "enum Season { Unknown; Spring; Summer; Autumn; Winter; Fall = 3 }; "


def test_values_show_the_name_that_the_search_meets_first(shell) -> None:
    shown = shell.texts(_MEDIA + "[MediaTypes].GetEnumValues()")
    assert shown == [
        "unknown",
        "music",
        "mp3",
        "aac",
        "oga",
        "oga",
        "oga",
        "picture",
        "jpeg",
        "jpeg",
        "png",
        "video",
        "mpeg",
        "mpeg",
        "avi",
        "m4v",
    ]
    assert shell.texts(_MEDIA + "[MediaTypes].GetEnumName(15)") == ["oga"]


def test_names_are_sorted_by_their_numbers_and_equal_ones_are_not_kept_in_order(shell) -> None:
    assert shell.texts(_SEASON + "[Season].GetEnumNames()") == [
        "Unknown",
        "Spring",
        "Summer",
        "Fall",
        "Autumn",
        "Winter",
    ]


def test_flags_are_joined_from_the_largest_down(shell) -> None:
    script = "[Flags()] enum P { None = 0; Read = 1; Write = 2; Both = 3; Run = 4 }; "
    assert shell.texts(script + "[P]0; [P]3; [P]7; [P]5; [P]8") == [
        "None",
        "Both",
        "Both, Run",
        "Read, Run",
        "8",
    ]


def test_negative_numbers_stand_behind_the_others(shell) -> None:
    assert shell.texts("enum N { Less = -1; None; More }; [N].GetEnumNames(); [N](-1)") == [
        "None",
        "More",
        "Less",
        "Less",
    ]
