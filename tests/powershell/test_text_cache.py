"""What is remembered of texts is bounded by their length."""

from __future__ import annotations

from emulator.powershell.text_cache import TextCache


def test_the_texts_used_last_are_kept_up_to_a_total_length():
    cache: TextCache[int] = TextCache(total_length=1000, longest=400)
    for number in range(4):
        cache.add((str(number) * 200, None, None), number)
    cache.get(("1" * 200, None, None))
    cache.add(("4" * 300, None, None), 4)
    kept = [
        number for number in range(5) if cache.get((str(number) * (300 if number == 4 else 200), None, None))
    ]
    assert kept == [1, 3, 4]


def test_a_long_text_is_not_kept_and_empty_ones_do_not_add_up():
    cache: TextCache[int] = TextCache(total_length=1000, longest=400)
    cache.add(("a" * 401, None, None), 1)
    assert len(cache) == 0
    for number in range(1000):
        cache.add(("", str(number), None), number)
    assert len(cache) < 20
