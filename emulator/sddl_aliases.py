"""The two letters that stand for well-known identities in security descriptors as text (MS-DTYP 2.5.1.1)."""

SIDS = {
    "AC": "S-1-15-2-1",
    "AN": "S-1-5-7",
    "AU": "S-1-5-11",
    "BA": "S-1-5-32-544",
    "BG": "S-1-5-32-546",
    "BU": "S-1-5-32-545",
    "CG": "S-1-3-1",
    "CO": "S-1-3-0",
    "ER": "S-1-5-32-573",
    "HA": "S-1-5-32-578",
    "IU": "S-1-5-4",
    "LS": "S-1-5-19",
    "MU": "S-1-5-32-558",
    "NS": "S-1-5-20",
    "NU": "S-1-5-2",
    "PU": "S-1-5-32-547",
    "RD": "S-1-5-32-555",
    "RM": "S-1-5-32-580",
    "SU": "S-1-5-6",
    "SY": "S-1-5-18",
    "WD": "S-1-1-0",
}
ALIASES = {sid: alias for alias, sid in SIDS.items()}
