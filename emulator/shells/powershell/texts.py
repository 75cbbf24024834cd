"""The small messages of the server as CLIXML (MS-PSRP 2.2.2); they need no serializer."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.powershell.runtime.engine import Engine
    from emulator.powershell.runtime.errors import ErrorRecord
    from emulator.profile.release import Release

_DICTIONARY = (
    '<TN RefId="0"><T>System.Management.Automation.PSPrimitiveDictionary</T>'
    "<T>System.Collections.Hashtable</T><T>System.Object</T></TN>"
)
SERIALIZATION_VERSION = "1.1.0.1"

#: RunspacePoolState (MS-PSRP 2.2.3.4) and PSInvocationState (2.2.3.5).
POOL_OPENED, POOL_CLOSED, POOL_BROKEN = 2, 3, 5
NOT_STARTED, RUNNING, STOPPING, STOPPED, COMPLETED, FAILED = range(6)


def pipeline_state(state: int, record: str = "") -> str:
    """PIPELINE_STATE; `record` is the CLIXML of the error record as a member named ExceptionAsErrorRecord."""
    return f'<Obj RefId="0"><MS><I32 N="PipelineState">{state}</I32>{record}</MS></Obj>'


def broken_pool(record: str) -> str:
    """RUNSPACEPOOL_STATE of a pool that could not be opened; `record` as for `pipeline_state`."""
    return f'<Obj RefId="0"><MS><I32 N="RunspaceState">{POOL_BROKEN}</I32>{record}</MS></Obj>'


def failure_member(record: ErrorRecord, encrypt: Callable[[str], str], engine: Engine | None = None) -> str:
    """The error record of a state message, as its member ExceptionAsErrorRecord.

    Nothing may wait here: without a session key the client sees a SecureString and cannot read it.
    """
    from emulator.powershell.serialization.clixml_writer import ClixmlWriter
    from emulator.powershell.serialization.records import write_error

    writer = ClixmlWriter(engine, encrypt)
    writer.reserve(1)
    write_error(writer, record, ' N="ExceptionAsErrorRecord"')
    return writer.text()


def runspace_availability(response: str, call_id: int) -> str:
    """RUNSPACE_AVAILABILITY; `response` is the element of SetMinMaxRunspacesResponse without its name."""
    return f'<Obj RefId="0"><MS>{response}<I64 N="ci">{call_id}</I64></MS></Obj>'


def availability_flag(done: bool) -> str:
    """Whether SET_MAX_RUNSPACES, SET_MIN_RUNSPACES or RESET_RUNSPACE_STATE was done."""
    return f'<B N="SetMinMaxRunspacesResponse">{"true" if done else "false"}</B>'


def availability_count(count: int) -> str:
    """The answer to GET_AVAILABLE_RUNSPACES."""
    return f'<I32 N="SetMinMaxRunspacesResponse">{count}</I32>'


def application_private_data(release: Release) -> str:
    """APPLICATION_PRIVATE_DATA: $PSVersionTable of the server (MS-PSRP 2.2.2.13)."""

    def version(name: str, text: str) -> str:
        return f'<En><S N="Key">{name}</S><Version N="Value">{text}</Version></En>'

    edition = release.powershell_version >= "5.1"
    compatible = (*release.powershell_compatible_versions, release.powershell_full_version)
    # The release's table may name its own version too.
    versions = "".join(f"<Version>{one}</Version>" for one in dict.fromkeys(compatible))
    entries = "".join(
        (
            version("PSVersion", release.powershell_full_version),
            '<En><S N="Key">PSEdition</S><S N="Value">Desktop</S></En>' if edition else "",
            '<En><S N="Key">PSCompatibleVersions</S><Obj N="Value" RefId="3"><TN RefId="1">'
            "<T>System.Version[]</T><T>System.Array</T><T>System.Object</T></TN>"
            f"<LST>{versions}</LST></Obj></En>",
            version("CLRVersion", release.common_language_runtime),
            version("BuildVersion", release.powershell_build),
            version("WSManStackVersion", release.winrm_stack),
            version("PSRemotingProtocolVersion", release.powershell_remoting_protocol),
            version("SerializationVersion", SERIALIZATION_VERSION),
        )
    )
    return (
        f'<Obj RefId="0"><MS><Obj N="ApplicationPrivateData" RefId="1">{_DICTIONARY}<DCT><En>'
        f'<S N="Key">PSVersionTable</S><Obj N="Value" RefId="2"><TNRef RefId="0" /><DCT>{entries}</DCT></Obj>'
        "</En></DCT></Obj></MS></Obj>"
    )
