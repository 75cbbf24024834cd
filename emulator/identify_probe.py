"""Ask a WinRM endpoint who it is, without a password: the health check of the container.

An unauthenticated Identify is a plain HTTP POST with the header `WSMANIDENTIFY: unauthenticated`
(DSP0226 section 11; Microsoft's WinRM documentation, "Detecting whether a remote computer supports
WS-Management protocol"). Certificates are not verified: the question is whether anything answers.
"""

from __future__ import annotations

import re
import ssl
import time
import urllib.error
import urllib.request

_IDENTIFY = (
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    b'xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    b"<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"
)
_PRODUCT = re.compile(rb"ProductVendor>([^<]*)<.*?ProductVersion>([^<]*)<", re.DOTALL)
_PAUSE_SECONDS = 0.02


def identify(url: str, timeout: float) -> str | None:
    """Vendor and version of what answers at `url`, or None when nothing does within `timeout` seconds."""
    if not url.startswith(("http://", "https://")):
        return None
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=_unverified(url))
    )
    headers = {"Content-Type": "application/soap+xml;charset=UTF-8", "WSMANIDENTIFY": "unauthenticated"}
    request = urllib.request.Request(url, data=_IDENTIFY, headers=headers, method="POST")  # noqa: S310 -- scheme checked above
    deadline = time.monotonic() + timeout
    while True:
        try:
            with opener.open(request, timeout=max(timeout, 0.1)) as answer:
                found = _PRODUCT.search(answer.read(65536))
            if found:
                return f"{found[1].decode()} {found[2].decode()}"
        except (urllib.error.URLError, OSError):
            pass
        if time.monotonic() >= deadline:
            return None
        time.sleep(_PAUSE_SECONDS)


def _unverified(url: str) -> ssl.SSLContext | None:
    if not url.startswith("https"):
        return None  # loading the machine's certificate authorities takes longer than the whole probe
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
