"""The trace sources of Windows PowerShell 5.1: name, description, whether lines have headers (names and
descriptions of the open source that 5.1 has as well, by name)."""

from __future__ import annotations

TOLD = frozenset(
    {
        *("parameterbinding", "typeconversion", "commanddiscovery", "pathresolution", "psdriveinfo"),
        *("formatviewbinding", "formatfileloading"),
    }
)
"""Those that tell something here, by lower-case name."""
SOURCES: tuple[tuple[str, str, bool], ...] = (
    ("CertificateProvider", "The core command provider for certificates", True),
    ("ClientTransport", "Traces ClientTransportManager", True),
    ("CmdletProviderClasses", "The namespace provider base classes tracer", True),
    ("CmdletProviderContext", "The context under which a core command is being run.", True),
    ("CommandDiscovery", "Traces the discovery of cmdlets, scripts, functions, applications, etc.", False),
    ("CommandHelpProvider", "CommandHelpProvider", True),
    ("CommandSearch", "CommandSearch", True),
    ("ConsoleControl", "Console control methods", True),
    ("ConsoleHost", "ConsoleHost subclass of S.M.A.PSHost", True),
    ("ConsoleHostRawUserInterface", "Console host's subclass of S.M.A.Host.RawConsole", True),
    ("ConsoleHostRunspaceInit", "Initialization code for ConsoleHost's Runspace", False),
    ("ConsoleHostUserInterface", "Console host's subclass of S.M.A.Host.Console", True),
    ("ConsoleLineOutput", "ConsoleLineOutput", True),
    ("CRPS", "ClientRemotePowerShellBase", True),
    ("CRSDSHdlerImpl", "ClientRemoteSessionDSHandlerImpl", True),
    ("CRSession", "ClientRemoteSession", True),
    ("CRSessionFSM", "CRSessionFSM", True),
    ("CRSessionImpl", "ClientRemoteSessionImpl", True),
    ("DisplayDataQuery", "DisplayDataQuery", True),
    ("DSC", "DSC Class Cache", True),
    ("DscResourceHelpProvider", "DscResourceHelpProvider", True),
    ("ETS", "Extended Type System", True),
    ("FileSystemContentStream", "The provider content reader and writer for the file system", True),
    ("FileSystemProvider", "The namespace navigation provider for the file system", True),
    ("FormatFileLoading", "Loading format files", False),
    ("FormatViewBinding", "Format view binding", False),
    ("format_out_OutCommandInner", "OutCommandInner", True),
    ("format_out_OutputManagerInner", "OutputManagerInner", True),
    ("GetHelpCommand", "GetHelpCommand", True),
    ("GroupObjectCommand", "Class that has group base implementation", True),
    ("InternalDeserializer", "InternalDeserializer class", True),
    (
        "LocationGlobber",
        "The location globber converts PowerShell paths with glob characters to zero or more paths.",
        True,
    ),
    (
        "MemberResolution",
        "Traces the resolution from member name to the member. A member can be a property, method, etc.",
        False,
    ),
    ("Modules", "Module loading and analysis", True),
    ("MshResolvedExpressionParameterAssociation", "MshResolvedExpressionParameterAssociation", True),
    ("MshSnapinLoadUnload", "Loading and unloading mshsnapins", False),
    ("NavigationCommands", "The namespace navigation tracer", True),
    (
        "ParameterBinderBase",
        "A abstract helper class for the CommandProcessor that binds parameters to the specified object.",
        True,
    ),
    (
        "ParameterBinderController",
        "Controls the interaction between the command processor and the parameter binder(s).",
        True,
    ),
    (
        "ParameterBinding",
        "Traces the process of binding the arguments to the parameters of cmdlets, scripts, and "
        "applications.",
        False,
    ),
    ("ParameterProcessor", "ParameterProcessor", True),
    ("PathResolution", "Traces the path resolution algorithm.", False),
    ("PSDriveInfo", "The namespace navigation tracer", True),
    ("PSObjectHelper", "PSObjectHelper", True),
    ("PSSnapInLoadUnload", "Loading and unloading mshsnapins", False),
    ("RegistryProvider", "The namespace navigation provider for the Windows Registry", True),
    ("RunspaceInit", "Initialization code for Runspace", False),
    ("SerializedDataStream", "SerializedDataStream", True),
    ("ServerRemoteSession", "ServerRemoteSession", True),
    (
        "ServerRemoteSessionDSHandlerStateMachine",
        "ServerRemoteSessionDSHandlerStateMachine",
        True,
    ),
    ("SessionState", "SessionState Class", True),
    ("SessionStateProvider", "Providers that produce a view of session state data.", True),
    ("StreamingTextWriter", "StreamingTextWriter", True),
    ("Transport", "Traces BaseWSManTransportManager", True),
    ("TypeConversion", "Traces the type conversion algorithm", False),
    (
        "TypeDescriptor",
        "Traces the behavior of PSObjectTypeDescriptor, PSObjectTypeDescriptionProvider and "
        "PSObjectPropertyDescriptor.",
        False,
    ),
    ("TypeInfoDataBaseLoader", "TypeInfoDataBaseLoader", True),
    ("TypeMatch", "F&O TypeMatch", True),
    ("XmlLoaderBase", "XmlLoaderBase", True),
)
