"""Microsoft.PowerShell.Commands.WebRequestSession: what the requests of a session have in common."""

from __future__ import annotations

from typing import Any

from emulator.powershell.dotnet.collections import Hashtable
from emulator.powershell.dotnet.psobject import unwrap
from emulator.powershell.dotnet.types import PSType, kept, register
from emulator.powershell.modules.certificates.certificate_collections import COLLECTION, CertificateCollection
from emulator.powershell.modules.certificates.certificate_object import CertificateObject
from emulator.powershell.modules.management.web_cookies import CookieContainer
from emulator.powershell.modules.management.web_credentials import WebProxy
from emulator.powershell.runtime.conversion import to_text


class WebSession:
    """A session; what a request says of itself holds for the ones after it."""

    def __init__(self) -> None:
        self.headers: Any = Hashtable()
        self.cookies = CookieContainer()
        self.user_agent: Any = None
        self.credentials: Any = None
        self.default_credentials = False
        self.maximum_redirection = -1
        self.proxy: Any = None
        self.certificates: CertificateCollection | None = None

    def add_certificate(self, certificate: CertificateObject) -> None:
        """Show a certificate to sites that ask for one."""
        if self.certificates is None:
            self.certificates = CertificateCollection()
        self.certificates.append(certificate)

    def learn(self, given: dict[str, Any]) -> None:
        """Keep what a request says for the ones after it."""
        if self.headers is None:
            self.headers = Hashtable()
        for name, value in (unwrap(given.get("headers")) or Hashtable()).items():
            self.headers[to_text(name)] = to_text(value)
        self.user_agent = given.get("useragent") or self.user_agent
        self.credentials = given.get("credential") or self.credentials
        self.default_credentials = bool(given.get("usedefaultcredentials")) or self.default_credentials
        if given.get("maximumredirection") is not None:
            self.maximum_redirection = int(given["maximumredirection"])
        if given.get("proxy"):
            self.proxy = WebProxy(unwrap(given["proxy"]))
            self.proxy.credentials = given.get("proxycredential")
            self.proxy.default_credentials = bool(given.get("proxyusedefaultcredentials"))

    def applied(self, given: dict[str, Any]) -> dict[str, Any]:
        """The parameters of a request of the session."""
        self.learn(given)
        made = {
            **given,
            "headers": self.headers,
            "useragent": self.user_agent,
            "credential": self.credentials,
            "usedefaultcredentials": self.default_credentials,
            "cookiecontainer": self.cookies,
            "clientcertificates": unwrap(self.certificates) or (),
        }
        made.pop("proxy", None)
        if self.proxy is not None:
            made["proxy"] = self.proxy
        if self.maximum_redirection >= 0:
            made["allowautoredirect"] = self.maximum_redirection > 0
            made["maximumautomaticredirections"] = self.maximum_redirection
        return made


register(
    PSType(
        "Microsoft.PowerShell.Commands.WebRequestSession",
        instance={
            **kept("Headers: System.Collections.IDictionary", "headers"),
            **kept("Cookies: System.Net.CookieContainer", "cookies"),
            **kept("UseDefaultCredentials: bool", "default_credentials"),
            **kept("Credentials", "credentials"),
            **kept(f"Certificates: {COLLECTION}", "certificates"),
            **kept("UserAgent: string", "user_agent"),
            **kept("Proxy", "proxy"),
            **kept("MaximumRedirection: int", "maximum_redirection"),
        },
        construct={"new()": lambda _kind: WebSession()},
    ),
    WebSession,
)
