"""The general help of winrm.cmd, in our own words."""

from __future__ import annotations

HELP = (
    "Windows Remote Management Command Line Tool",
    "",
    "Usage:",
    "  winrm OPERATION RESOURCE_URI [-SWITCH:VALUE [-SWITCH:VALUE] ...]",
    "        [@{KEY=VALUE[;KEY=VALUE]...}]",
    "",
    "Operations:",
    "  winrm g[et]           Show a resource.",
    "  winrm s[et]           Change a resource.",
    "  winrm c[reate]        Make a new instance of a resource.",
    "  winrm d[elete]        Remove an instance of a resource.",
    "  winrm e[numerate]     List all instances of a resource.",
    "  winrm id[entify]      Tell whether WS-Management answers.",
    "  winrm quickconfig     Set this machine up for remote management.",
    "",
)
