"""Object identifiers of what certificates are used for (extended key usages)."""

from __future__ import annotations

from typing import Final

SERVER_AUTHENTICATION: Final = "1.3.6.1.5.5.7.3.1"
CLIENT_AUTHENTICATION: Final = "1.3.6.1.5.5.7.3.2"
CODE_SIGNING: Final = "1.3.6.1.5.5.7.3.3"
DOCUMENT_ENCRYPTION: Final = "1.3.6.1.4.1.311.80.1"

NAMES: Final = {
    SERVER_AUTHENTICATION: "Server Authentication",
    CLIENT_AUTHENTICATION: "Client Authentication",
    CODE_SIGNING: "Code Signing",
    "1.3.6.1.5.5.7.3.4": "Secure Email",
    "1.3.6.1.5.5.7.3.8": "Time Stamping",
    "1.3.6.1.5.5.7.3.9": "OCSP Signing",
    "1.3.6.1.4.1.311.10.3.4": "Encrypting File System",
    "1.3.6.1.4.1.311.20.2.2": "Smart Card Logon",
    "1.3.6.1.4.1.311.54.1.2": "Remote Desktop Authentication",
    DOCUMENT_ENCRYPTION: "Document Encryption",
}
"""What Windows calls them."""
