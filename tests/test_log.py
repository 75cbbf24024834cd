"""The emulator's log reaches whoever listens to Python's logging."""

from __future__ import annotations

import logging

from emulator.log import Log


def test_a_message_has_its_place_its_arguments_and_the_traceback(caplog):
    caplog.set_level(logging.DEBUG)
    log = Log("emulator.example")
    log.debug("%d opened", 3)
    log.info("quiet")
    log.warning("mind %s", "this")
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        log.exception("broke")
    assert [(one.name, one.levelname, one.getMessage()) for one in caplog.records] == [
        ("emulator.example", "DEBUG", "3 opened"),
        ("emulator.example", "INFO", "quiet"),
        ("emulator.example", "WARNING", "mind this"),
        ("emulator.example", "ERROR", "broke"),
    ]
    assert all(one.filename == "test_log.py" for one in caplog.records)
    assert caplog.records[3].exc_info[0] is ZeroDivisionError
