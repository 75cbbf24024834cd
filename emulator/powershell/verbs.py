"""The approved verbs of commands (Get-Verb, VerbsCommon and the other classes of their names)."""

from __future__ import annotations

from typing import Final

VERBS: Final = {
    "Common": (
        "Add Clear Close Copy Enter Exit Find Format Get Hide Join Lock Move New Open Optimize Pop Push Redo "
        "Remove Rename Reset Resize Search Select Set Show Skip Split Step Switch Undo Unlock Watch"
    ),
    "Data": (
        "Backup Checkpoint Compare Compress Convert ConvertFrom ConvertTo Dismount Edit Expand Export Group "
        "Import Initialize Limit Merge Mount Out Publish Restore Save Sync Unpublish Update"
    ),
    "Lifecycle": (
        "Approve Assert Complete Confirm Deny Disable Enable Install Invoke Register Request "
        "Restart Resume Start Stop Submit Suspend Uninstall Unregister Wait"
    ),
    "Diagnostic": "Debug Measure Ping Repair Resolve Test Trace",
    "Communications": "Connect Disconnect Read Receive Send Write",
    "Security": "Block Grant Protect Revoke Unblock Unprotect",
    "Other": "Use",
}
"""The approved verbs by group, in the order in which Get-Verb lists the groups."""
