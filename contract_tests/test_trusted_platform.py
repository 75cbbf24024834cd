"""The Trusted Platform Module and secure boot of the host, through WMI, its devices and the registry."""

from __future__ import annotations

from conftest import ALLOW_BASIC
from soap import CIMV2, WMI, SoapClient

NAMESPACE = "root/cimv2/security/microsofttpm"
TPM = WMI + NAMESPACE + "/Win32_Tpm"
DEVICE = "SELECT * FROM Win32_PnPEntity WHERE PNPClass = 'SecurityDevices'"
STATE = (
    "<p:hDefKey>2147483650</p:hDefKey>"
    "<p:sSubKeyName>SYSTEM\\CurrentControlSet\\Control\\SecureBoot\\State</p:sSubKeyName>"
)
SERVER = "name: server\nextends: windows-server-2022-datacenter\n" + ALLOW_BASIC


def secure_boot(client: SoapClient) -> tuple[str | None, str | None]:
    registry = WMI + "root/default/StdRegProv"
    answer = client.invoke(
        registry, "GetDWORDValue", STATE + "<p:sValueName>UEFISecureBootEnabled</p:sValueName>"
    )
    return answer.property("ReturnValue"), answer.property("uValue")


def test_the_module_of_the_host_is_ready_and_a_device(serve):
    with SoapClient(serve(yaml=SERVER)) as client:
        (module,) = client.wql(NAMESPACE, "SELECT * FROM Win32_Tpm")
        assert module.findtext("{*}SpecVersion").startswith("2.0")
        assert module.findtext("{*}IsEnabled_InitialValue") == "true"
        ready = client.invoke(TPM, "IsReadyInformation")
        assert (ready.property("IsReady"), ready.property("Information")) == ("true", "0")
        (device,) = client.wql("root/cimv2", DEVICE)
        assert device.findtext("{*}Name") == "Trusted Platform Module 2.0"
        assert secure_boot(client) == ("0", "1")
        assert client.invoke(TPM, "Clear").status == 500, "what would change it is not there"


def test_a_host_without_a_module_has_the_namespace_and_nothing_in_it(serve):
    firmware = "hardware: {firmware: {tpm: none, secure_boot: false}}\n"
    with SoapClient(serve(yaml=SERVER + firmware)) as client:
        assert client.wql(NAMESPACE, "SELECT * FROM Win32_Tpm") == []
        assert client.wql("root/cimv2", DEVICE) == []
        assert client.invoke(TPM, "IsEnabled").status == 500
        assert secure_boot(client) == ("0", "0")
        assert client.get(CIMV2 + "Win32_OperatingSystem").status == 200
