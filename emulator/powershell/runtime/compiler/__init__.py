"""Turns syntax trees into Python closures, once per script block.

Expressions become ``value(frame) -> object``, statements ``run(frame, write) -> None``. A closure holds
nothing of a runspace, so compiled scripts are shared.
"""
