"""Shipped profiles are kept ready for use, and never used when anything that made them has changed."""

import sys

import pytest

from emulator.profile import builtin_path, compiled, release
from emulator.profile.reading import read_profile
from emulator.profile.release import Release

NAME = "windows-server-2012r2-datacenter"


@pytest.fixture
def source(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "cache"))
    folder = tmp_path / "profiles"
    folder.mkdir()
    path = folder / "machine.yaml"
    path.write_bytes(builtin_path(NAME).read_bytes())
    return path


class Maker:
    def __init__(self, value):
        self.value = value
        self.calls = 0

    def __call__(self):
        self.calls += 1
        return self.value


def test_a_profile_comes_back_as_it_was_and_is_made_once(source):
    profile = read_profile(builtin_path(NAME))
    maker = Maker((profile, profile.release))
    first = compiled.load(source, maker)
    again, facts = compiled.load(source, maker)
    assert maker.calls == 1
    assert first[0] == again == profile
    assert isinstance(facts, Release)
    assert facts == release("2012R2")
    with pytest.raises(TypeError):
        facts.editions["Other"] = None


def test_a_changed_file_is_read_again(source):
    maker = Maker("old")
    compiled.load(source, maker)
    source.write_text(source.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    maker.value = "new"
    assert compiled.load(source, maker) == "new"
    assert maker.calls == 2


@pytest.mark.parametrize("content", [b"", b"no pickle", b"\x80\x05N."])
def test_a_spoilt_file_is_made_anew(source, content):
    compiled.load(source, Maker("value"))
    (kept,) = (source.parents[1] / "cache").rglob("machine*.pyc")
    kept.write_bytes(content)
    maker = Maker("value")
    assert compiled.load(source, maker) == "value"
    assert maker.calls == 1


def test_nothing_is_written_where_python_may_write_no_byte_code(source, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert compiled.load(source, Maker("value")) == "value"
    assert not (source.parents[1] / "cache").exists()


def test_a_folder_that_cannot_be_written_does_not_matter(source, monkeypatch):
    monkeypatch.setattr(sys, "pycache_prefix", str(source))  # a file, so that no folder can be made in it
    assert compiled.load(source, Maker("value")) == "value"
