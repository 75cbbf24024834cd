"""The elements of a page that is only text."""

from __future__ import annotations

import pytest

from emulator.powershell.modules.management.web_text import elements

PAGES = {
    ("A", '<a href="x">one</a> <A\nid=2>two</A>'): ['<a href="x">one</a>', "<A\nid=2>two</A>"],
    ("A", "<a x/>y<a z>t</a>"): ["<a x/>y<a z>t</a>"],
    ("A", "<a x>one</a> <a y/> <a z>"): ["<a x>one</a>", "<a y/>"],
    ("A", "<ab>x</a><a>y</a>"): [],
    ("IMG", "<img src=1><img src=2 /><img"): ["<img src=1>", "<img src=2 />"],
    ("INPUT", "<input name=a>b</input>"): ["<input name=a>"],
}


@pytest.mark.parametrize("tag_and_page", PAGES)
def test_an_element_is_its_tag_and_a_link_all_up_to_its_end(tag_and_page):
    tag, page = tag_and_page
    found = [one.members["outerhtml"].value for one in elements(page, tag)]
    assert found == PAGES[tag_and_page]


@pytest.mark.parametrize(
    "page", ["<a " * 60_000, "<a >" * 60_000, "<a" + " " * 200_000, "<a b=" + '"' * 60_000]
)
def test_tags_without_end_cost_no_backtracking(page):
    assert len(elements(page, "A")) == 0
