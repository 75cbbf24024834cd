"""Cultures as .NET Framework has them on Windows 10: names, and how each writes numbers and dates.

The values are those of Windows (NLS), which .NET Framework asks, not of CLDR. ``cultures.jsonl`` holds them;
`tools/build_cultures.py` writes it and names the sources. English (United States) and the invariant culture
are code, so that a script that knows no other reads no table.
"""
