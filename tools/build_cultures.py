"""Writes the table of cultures, `emulator/powershell/dotnet/cultures/cultures.jsonl`.

    python tools/build_cultures.py KENDO_CULTURES LOCALE_DATA CULTURE_DATA GLOBALIZE_CULTURES [--output FILE]

Windows writes dates and numbers by its own tables (NLS), which differ from CLDR in many cultures, so a library
of CLDR data would need a correction for nearly each. What was exported from .NET Framework on Windows 10 says
it directly:

* KENDO_CULTURES: `src/cultures` of telerik/kendo-ui-core (Apache-2.0): formats of dates, numbers and currencies;
* LOCALE_DATA: `IcuLocaleData.cs` of dotnet/corert (MIT): LCIDs, code pages, GeoIDs, Windows' letters;
* CULTURE_DATA: `CultureData.cs` there: the culture that tells a region;
* GLOBALIZE_CULTURES: `lib/cultures` of jquery/globalize v0.1.1 (MIT), exported on Windows 7: genitive months.

What none of them has (names of languages and regions, week rules) is CLDR's, by Babel, with Windows' own words
where they differ; ISO's letters are pycountry's. Both are needed to run this, not to run the emulator.

One culture a line, `name<TAB>JSON`, parents first; a line leaves out what its parent says.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale, UnknownLocaleError

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from emulator.powershell.dotnet.cultures.number_info import (  # noqa: E402 - found by the line above
    CURRENCY_NEGATIVE,
    CURRENCY_POSITIVE,
    NUMBER_NEGATIVE,
    PERCENT_NEGATIVE,
    PERCENT_POSITIVE,
)

OUTPUT = HERE.parent / "emulator/powershell/dotnet/cultures/cultures.jsonl"
PERSIAN_MONTHS = ("\u0641\u0631\u0648\u0631\u062f\u06cc\u0646", "\u062d\u0645\u0644", "\u0648\u0631\u06cc")
HIJRI_MONTH = "\u0645\u062d\u0631\u0645"
#: What Windows calls otherwise than CLDR.
REGIONS = {
    "CD": "Congo DRC",
    "CG": "Congo",
    "CZ": "Czech Republic",
    "HK": "Hong Kong SAR",
    "MK": "North Macedonia",
    "MM": "Myanmar",
    "MO": "Macao SAR",
    "PS": "Palestinian Authority",
    "SZ": "Swaziland",
    "TR": "Turkey",
    "001": "World",
    "029": "Caribbean",
}
SEMICOLON_DESPITE_POINT = ("ar", "am", "de", "fr", "it", "rm", "gsw")
RIGHT_TO_LEFT = (
    "ar",
    "dv",
    "fa",
    "he",
    "ks",
    "ku",
    "lrc",
    "mzn",
    "nqo",
    "prs",
    "ps",
    "sd",
    "syr",
    "ug",
    "ur",
    "yi",
)
CHINESE = {
    "": "\u4e2d\u6587",
    "Simplified": "\u4e2d\u6587(\u7b80\u4f53)",
    "Traditional": "\u4e2d\u6587(\u7e41\u9ad4)",
}


def script_object(text: str) -> Any:
    """A culture's file of kendo, whose body is nearly JSON."""
    start = text.rindex("{", 0, re.search(r"\bname:", text).start())
    depth, end, quoted = 0, start, False
    for end in range(start, len(text)):
        letter = text[end]
        if letter == '"' and text[end - 1] != "\\":
            quoted = not quoted
        elif not quoted and letter in "{}":
            depth += 1 if letter == "{" else -1
            if depth == 0:
                break
    body = text[start : end + 1]
    pieces = re.split(r'("(?:[^"\\]|\\.)*")', body)
    pieces[::2] = [re.sub(r"([A-Za-z_]\w*)\s*:", r'"\1":', piece) for piece in pieces[::2]]
    return json.loads("".join(pieces))


def read_scripts(folder: Path) -> dict[str, Any]:
    """Culture objects by name. That of en-JP is no export."""
    found = {}
    for path in sorted(folder.glob("kendo.culture.*.js")):
        if ".min." not in path.name and "en-JP" not in path.name:
            made = script_object(path.read_text(encoding="utf-8-sig"))
            found[made["name"]] = made
    return found


def read_genitives(folder: Path) -> dict[str, list[str]]:
    """Names of months beside a day, by culture."""
    found = {}
    for path in sorted(folder.glob("globalize.culture.*.js")):
        names = re.search(r"monthsGenitive: \{\s*names: (\[.*?\])", path.read_text(encoding="utf-8-sig"))
        if names is not None:
            found[path.name.split(".")[2]] = json.loads(names[1])[:12]
    return found


def read_locale_data(path: Path) -> dict[str, dict[str, Any]]:
    """Numbers and letters by lower-case name."""
    text = path.read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = {}
    row = re.compile(
        r"^\s+((?:0x[0-9a-f]+|\d+)(?:\s*,\s*(?:0x[0-9a-f]+|\d+)){8})\s*,?\s*//\s*\d+\s*- (\S+)", re.M
    )
    for numbers, name in row.findall(text):
        lcid, ansi, oem, mac, ebcdic, geo, *_ = (int(one, 0) for one in numbers.split(","))
        found[name] = {"lcid": lcid, "ansi": ansi, "oem": oem, "mac": mac, "ebcdic": ebcdic, "geo": geo}
    for letters, name in re.findall(r'^\s+"([A-Z]{3})"\s*\+?;?\s*// (\S+)', text, re.M):
        if name in found:
            found[name]["windows"] = letters
    return found


def locale_of(name: str) -> Locale | None:
    """CLDR's locale."""
    for text in (name, name.partition("-")[0]):
        try:
            return Locale.parse(
                text.replace("-valencia", "").replace("CHS", "Hans").replace("CHT", "Hant"), sep="-"
            )
        except (UnknownLocaleError, ValueError):
            continue
    return None


def region_name(code: str) -> str:
    """A region in English as Windows names it."""
    text = REGIONS.get(code) or str(Locale("en").territories.get(code, code))
    return text.replace(" & ", " and ").replace("St. ", "Saint ")


def named(name: str) -> dict[str, Any]:
    """English and native name of a culture, the letters of its language and region."""
    language, *rest = name.split("-")
    script = next((one for one in rest if len(one) == 4), "")
    region = next((one for one in rest if len(one) in (2, 3) and one not in ("CHS", "CHT")), "")
    english = Locale("en")
    title = str(english.languages.get(language, language))
    scripts = {"Hans": "Simplified", "Hant": "Traditional", "CHS": "Simplified", "CHT": "Traditional"}
    shown = scripts.get(script) or str(english.scripts.get(script, script))
    if language == "zh" and not script:
        shown = {"TW": "Traditional", "HK": "Traditional", "MO": "Traditional", "": ""}.get(
            region, "Simplified"
        )
        shown = "Simplified" if "CHS" in rest else "Traditional" if "CHT" in rest else shown
    parts = [one for one in (shown, region_name(region) if region else "") if one]
    legacy = ", Legacy" if rest and rest[-1] in ("CHS", "CHT") else ""
    made = {"english": title + (f" ({', '.join(parts)})" if parts else "") + legacy}
    own = locale_of(name)
    if own is not None:
        title = str(own.languages.get(language, title))
        parts = [str(own.scripts.get(script, script))] if script and language != "zh" else []
        parts += [str(own.territories.get(region, region_name(region)))] if region else []
        wide = language == "zh"
        joined = ", ".join(parts)
        made["native"] = title + ((f"({joined})" if wide else f" ({joined})") if joined else "") + legacy
        if language == "zh" and not region:
            made["native"] = CHINESE[shown] + legacy
        if own.min_week_days == 4:
            made["rule"] = 2
    found = pycountry.languages.get(alpha_2=language) if len(language) == 2 else None
    made["iso3"] = found.alpha_3 if found else language
    country = pycountry.countries.get(alpha_2=region) if region else None
    made["region"] = (
        {
            "code": region,
            "english": region_name(region),
            "native": str(own.territories.get(region, region_name(region))) if own else region_name(region),
            "iso3": country.alpha_3 if country else region,
        }
        if region
        else None
    )
    return made


def numbers(given: dict[str, Any]) -> dict[str, Any]:
    """NumberFormatInfo."""
    percent, currency = given["percent"], given["currency"]
    return {
        "number": [given["."], given[","], given["groupSize"], given["decimals"]],
        "negative": NUMBER_NEGATIVE.index(given["pattern"][0]),
        "percent": [percent["."], percent[","], percent["groupSize"], percent["decimals"], percent["symbol"]],
        "percents": [
            PERCENT_NEGATIVE.index(percent["pattern"][0]),
            PERCENT_POSITIVE.index(percent["pattern"][1]),
        ],
        "currency": [
            currency["."],
            currency[","],
            currency["groupSize"],
            currency["decimals"],
            currency["symbol"],
        ],
        "currencies": [
            CURRENCY_NEGATIVE.index(currency["pattern"][0]),
            CURRENCY_POSITIVE.index(currency["pattern"][1]),
        ],
        "money": [currency["name"], currency["abbr"]],
    }


def dates(name: str, given: dict[str, Any], older: list[str] | None) -> dict[str, Any]:
    """DateTimeFormatInfo."""
    patterns = given["patterns"]
    months = given["months"]["names"][:12]
    made = {
        "days": given["days"]["names"],
        "short_days": given["days"]["namesAbbr"],
        "shortest_days": given["days"]["namesShort"],
        "months": months,
        "short_months": given["months"]["namesAbbr"][:12],
        "halves": [given["AM"][0], given["PM"][0]],
        "patterns": [patterns[one] for one in "dDtTmy"],
        "separators": [given["/"], given[":"]],
        "first_day": given["firstDay"],
    }
    calendar = "Persian" if months[0] in PERSIAN_MONTHS else "UmAlQura" if months[0] == HIJRI_MONTH else ""
    if name.startswith("th"):
        calendar = "ThaiBuddhist"
    made["calendar"] = calendar
    genitive = genitive_months(name, months, older) if not calendar else None
    made["genitive_months"] = genitive
    return made


def genitive_months(name: str, months: list[str], older: list[str] | None) -> list[str] | None:
    """The names of months beside a day, where they are others: Windows 7's, or CLDR's where it has Windows'
    plain names too."""
    if older is not None:
        return older
    own = locale_of(name)
    if own is None:
        return None
    plain = [str(own.months["stand-alone"]["wide"][one]) for one in range(1, 13)]
    beside = [str(own.months["format"]["wide"][one]) for one in range(1, 13)]
    if [one.lower() for one in plain] == [one.lower() for one in months] and beside != plain:
        return beside
    return None


def separator(name: str, decimal: str, lcid: int) -> str:
    """Between the items of a list: a semicolon where a comma stands in numbers, and in cultures that Windows
    has of CLDR only."""
    language = name.partition("-")[0]
    if decimal != "." or language in SEMICOLON_DESPITE_POINT or (lcid == 0x1000 and language != "en"):
        return ";"
    return ","


def parent_of(name: str) -> str:
    """The culture above."""
    if name in ("zh-CN", "zh-SG"):
        return "zh-Hans"
    if name in ("zh-TW", "zh-HK", "zh-MO"):
        return "zh-Hant"
    if name in ("zh-CHS", "zh-CHT"):
        return "zh-Hans" if name == "zh-CHS" else "zh-Hant"
    if name in ("nb", "nn"):
        return "no"
    return name.rpartition("-")[0]


def main() -> None:
    """Read the sources and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kendo", type=Path)
    parser.add_argument("locale_data", type=Path)
    parser.add_argument("culture_data", type=Path)
    parser.add_argument("globalize", type=Path)
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    formats = read_scripts(options.kendo)
    older = read_genitives(options.globalize)
    data = read_locale_data(options.locale_data)
    text = options.culture_data.read_text(encoding="utf-8")
    telling = {culture for _, culture in re.findall(r'\{ "([A-Z0-9]+)", *"([a-zA-Z0-9-]+)" \}', text)}
    whole: dict[str, dict[str, Any]] = {}
    lines = []
    for name in sorted(formats, key=lambda one: (one.lower().count("-"), one.lower())):
        facts = data.get(name.lower())
        if facts is None:
            continue
        made = {"parent": parent_of(name), **facts, **named(name), **numbers(formats[name]["numberFormat"])}
        made |= dates(name, formats[name]["calendars"]["standard"], older.get(name))
        made["list"] = separator(name, made["number"][0], made["lcid"])
        if name in telling:
            made["tells_region"] = 1
        made["left"] = int(name.partition("-")[0] in RIGHT_TO_LEFT or "Arab" in name)
        whole[name] = made
    for name in sorted(whole, key=lambda one: (whole[one]["parent"] != "", one.count("-"), one.lower())):
        made = whole[name]
        above = whole.get(made["parent"], {})
        kept = {key: value for key, value in made.items() if key == "parent" or above.get(key) != value}
        lines.append(f"{name}\t{json.dumps(kept, ensure_ascii=False, separators=(',', ':'))}\n")
    options.output.write_text("".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
