"""The roles, role services and features of a Windows Server beside Hyper-V, as Server Manager lists them.

From memory of the lists of Windows Server 2012 to 2022 and the documentation of their names. A line is a
name, a title and flags: ``i`` installed from the start, ``r`` takes a restart, ``x`` its files are not on the
machine, a number the first build that has it. What lies in what is the indentation; ``@`` stands where
Hyper-V's own features come. Roles come first, a line of dashes ends them.
"""

from functools import cache

from emulator.record import Record

_TABLE = """
AD-Certificate | Active Directory Certificate Services
  ADCS-Cert-Authority | Certification Authority
  ADCS-Enroll-Web-Pol | Certificate Enrollment Policy Web Service
  ADCS-Enroll-Web-Svc | Certificate Enrollment Web Service
  ADCS-Web-Enrollment | Certification Authority Web Enrollment
  ADCS-Device-Enrollment | Network Device Enrollment Service
  ADCS-Online-Cert | Online Responder
AD-Domain-Services | Active Directory Domain Services
ADFS-Federation | Active Directory Federation Services
ADLDS | Active Directory Lightweight Directory Services
ADRMS | Active Directory Rights Management Services
  ADRMS-Server | Active Directory Rights Management Server
  ADRMS-Identity | Identity Federation Support
DeviceHealthAttestationService | Device Health Attestation | 14393
DHCP | DHCP Server
DNS | DNS Server
Fax | Fax Server
FileAndStorage-Services | File and Storage Services | i
  File-Services | File and iSCSI Services
    FS-FileServer | File Server
    FS-BranchCache | BranchCache for Network Files
    FS-Data-Deduplication | Data Deduplication
    FS-DFS-Namespace | DFS Namespaces
    FS-DFS-Replication | DFS Replication
    FS-Resource-Manager | File Server Resource Manager
    FS-VSS-Agent | File Server VSS Agent Service
    FS-iSCSITarget-Server | iSCSI Target Server
    iSCSITarget-VSS-VDS | iSCSI Target Storage Provider (VDS and VSS hardware providers)
    FS-NFS-Service | Server for NFS
    FS-SyncShareService | Work Folders | 9600
  Storage-Services | Storage Services | i
HostGuardianServiceRole | Host Guardian Service | 14393 r
@Hyper-V
NPAS | Network Policy and Access Services
Print-Services | Print and Document Services
  Print-Server | Print Server
  Print-Internet | Internet Printing
  Print-LPD-Service | LPD Service
RemoteAccess | Remote Access
  DirectAccess-VPN | DirectAccess and VPN (RAS)
  Routing | Routing
  Web-Application-Proxy | Web Application Proxy | 9600
Remote-Desktop-Services | Remote Desktop Services
  RDS-Connection-Broker | Remote Desktop Connection Broker
  RDS-Gateway | Remote Desktop Gateway
  RDS-Licensing | Remote Desktop Licensing
  RDS-RD-Server | Remote Desktop Session Host | r
  RDS-Virtualization | Remote Desktop Virtualization Host | r
  RDS-Web-Access | Remote Desktop Web Access
VolumeActivation | Volume Activation Services
Web-Server | Web Server (IIS)
  Web-WebServer | Web Server
    Web-Common-Http | Common HTTP Features
      Web-Default-Doc | Default Document
      Web-Dir-Browsing | Directory Browsing
      Web-Http-Errors | HTTP Errors
      Web-Static-Content | Static Content
      Web-Http-Redirect | HTTP Redirection
      Web-DAV-Publishing | WebDAV Publishing
    Web-Health | Health and Diagnostics
      Web-Http-Logging | HTTP Logging
      Web-Custom-Logging | Custom Logging
      Web-Log-Libraries | Logging Tools
      Web-ODBC-Logging | ODBC Logging
      Web-Request-Monitor | Request Monitor
      Web-Http-Tracing | Tracing
    Web-Performance | Performance
      Web-Stat-Compression | Static Content Compression
      Web-Dyn-Compression | Dynamic Content Compression
    Web-Security | Security
      Web-Filtering | Request Filtering
      Web-Basic-Auth | Basic Authentication
      Web-CertProvider | Centralized SSL Certificate Support
      Web-Client-Auth | Client Certificate Mapping Authentication
      Web-Digest-Auth | Digest Authentication
      Web-Cert-Auth | IIS Client Certificate Mapping Authentication
      Web-IP-Security | IP and Domain Restrictions
      Web-Url-Auth | URL Authorization
      Web-Windows-Auth | Windows Authentication
    Web-App-Dev | Application Development
      Web-Net-Ext | .NET Extensibility 3.5 | x
      Web-Net-Ext45 | .NET Extensibility {net}
      Web-AppInit | Application Initialization
      Web-ASP | ASP
      Web-Asp-Net | ASP.NET 3.5 | x
      Web-Asp-Net45 | ASP.NET {net}
      Web-CGI | CGI
      Web-ISAPI-Ext | ISAPI Extensions
      Web-ISAPI-Filter | ISAPI Filters
      Web-Includes | Server Side Includes
      Web-WebSockets | WebSocket Protocol
  Web-Ftp-Server | FTP Server
    Web-Ftp-Service | FTP Service
    Web-Ftp-Ext | FTP Extensibility
  Web-Mgmt-Tools | Management Tools
    Web-Mgmt-Console | IIS Management Console
    Web-Mgmt-Compat | IIS 6 Management Compatibility
      Web-Metabase | IIS 6 Metabase Compatibility
      Web-Lgcy-Mgmt-Console | IIS 6 Management Console
      Web-Lgcy-Scripting | IIS 6 Scripting Tools
      Web-WMI | IIS 6 WMI Compatibility
    Web-Scripting-Tools | IIS Management Scripts and Tools
    Web-Mgmt-Service | Management Service
WDS | Windows Deployment Services
  WDS-Deployment | Deployment Server
  WDS-Transport | Transport Server
UpdateServices | Windows Server Update Services
  UpdateServices-WidDB | WID Connectivity
  UpdateServices-Services | WSUS Services
  UpdateServices-DB | SQL Server Connectivity
----
NET-Framework-Features | .NET Framework 3.5 Features
  NET-Framework-Core | .NET Framework 3.5 (includes .NET 2.0 and 3.0) | x
  NET-HTTP-Activation | HTTP Activation | x
  NET-Non-HTTP-Activ | Non-HTTP Activation | x
NET-Framework-45-Features | .NET Framework {net} Features | i
  NET-Framework-45-Core | .NET Framework {net} | i
  NET-Framework-45-ASPNET | ASP.NET {net}
  NET-WCF-Services45 | WCF Services | i
    NET-WCF-HTTP-Activation45 | HTTP Activation
    NET-WCF-MSMQ-Activation45 | Message Queuing (MSMQ) Activation
    NET-WCF-Pipe-Activation45 | Named Pipe Activation
    NET-WCF-TCP-Activation45 | TCP Activation
    NET-WCF-TCP-PortSharing45 | TCP Port Sharing | i
BITS | Background Intelligent Transfer Service (BITS)
  BITS-IIS-Ext | IIS Server Extension
  BITS-Compact-Server | Compact Server
BitLocker | BitLocker Drive Encryption | r
BitLocker-NetworkUnlock | BitLocker Network Unlock | r
BranchCache | BranchCache
NFS-Client | Client for NFS
Containers | Containers | 14393 r
Data-Center-Bridging | Data Center Bridging
EnhancedStorage | Enhanced Storage | r
Failover-Clustering | Failover Clustering | r
GPMC | Group Policy Management
Web-WHC | IIS Hostable Web Core
Internet-Print-Client | Internet Printing Client
IPAM | IP Address Management (IPAM) Server
LPR-Port-Monitor | LPR Port Monitor
Server-Media-Foundation | Media Foundation | r
MSMQ | Message Queuing
  MSMQ-Services | Message Queuing Services
    MSMQ-Server | Message Queuing Server
    MSMQ-Directory | Directory Service Integration
    MSMQ-HTTP-Support | HTTP Support
    MSMQ-Triggers | Message Queuing Triggers
    MSMQ-Multicasting | Multicasting Support
    MSMQ-Routing | Routing Service
  MSMQ-DCOM | Message Queuing DCOM Proxy
Windows-Defender | {defender} Antivirus | 17763 i r
Multipath-IO | Multipath I/O | r
NLB | Network Load Balancing
NetworkVirtualization | Network Virtualization | 17763
PNRP | Peer Name Resolution Protocol
qWave | Quality Windows Audio Video Experience
CMAK | RAS Connection Manager Administration Kit (CMAK)
Remote-Assistance | Remote Assistance
RDC | Remote Differential Compression
RSAT | Remote Server Administration Tools
  RSAT-Feature-Tools | Feature Administration Tools
    RSAT-Feature-Tools-BitLocker | BitLocker Drive Encryption Administration Utilities
      RSAT-Feature-Tools-BitLocker-RemoteAdminTool | BitLocker Drive Encryption Tools
      RSAT-Feature-Tools-BitLocker-BdeAducExt | BitLocker Recovery Password Viewer
    RSAT-Bits-Server | BITS Server Extensions Tools
    RSAT-DataCenterBridging-LLDP-Tools | DataCenterBridging LLDP Tools | 14393
    RSAT-Clustering | Failover Clustering Tools
      RSAT-Clustering-Mgmt | Failover Cluster Management Tools
      RSAT-Clustering-PowerShell | Failover Cluster Module for Windows PowerShell
      RSAT-Clustering-AutomationServer | Failover Cluster Automation Server
      RSAT-Clustering-CmdInterface | Failover Cluster Command Interface
    RSAT-NLB | Network Load Balancing Tools
    RSAT-Shielded-VM-Tools | Shielded VM Tools | 14393
    RSAT-SNMP | SNMP Tools
    RSAT-WINS | WINS Server Tools
  RSAT-Role-Tools | Role Administration Tools
    RSAT-AD-Tools | AD DS and AD LDS Tools
      RSAT-AD-PowerShell | Active Directory module for Windows PowerShell
      RSAT-ADDS | AD DS Tools
        RSAT-AD-AdminCenter | Active Directory Administrative Center
        RSAT-ADDS-Tools | AD DS Snap-Ins and Command-Line Tools
      RSAT-ADLDS | AD LDS Snap-Ins and Command-Line Tools
@RSAT-Hyper-V-Tools
    RSAT-RDS-Tools | Remote Desktop Services Tools
      RSAT-RDS-Gateway | Remote Desktop Gateway Tools
      RSAT-RDS-Licensing-Diagnosis-UI | Remote Desktop Licensing Diagnoser Tools
      RDS-Licensing-UI | Remote Desktop Licensing Tools
    UpdateServices-RSAT | Windows Server Update Services Tools
      UpdateServices-API | API and PowerShell cmdlets
      UpdateServices-UI | User Interface Management Console
    RSAT-ADCS | Active Directory Certificate Services Tools
      RSAT-ADCS-Mgmt | Certification Authority Management Tools
      RSAT-Online-Responder | Online Responder Tools
    RSAT-ADRMS | Active Directory Rights Management Services Tools
    RSAT-DHCP | DHCP Server Tools
    RSAT-DNS-Server | DNS Server Tools
    RSAT-Fax | Fax Server Tools
    RSAT-File-Services | File Services Tools
      RSAT-DFS-Mgmt-Con | DFS Management Tools
      RSAT-FSRM-Mgmt | File Server Resource Manager Tools
      RSAT-NFS-Admin | Services for Network File System Management Tools
    RSAT-NPAS | Network Policy and Access Services Tools
    RSAT-Print-Services | Print and Document Services Tools
    RSAT-RemoteAccess | Remote Access Management Tools
      RSAT-RemoteAccess-Mgmt | Remote Access GUI and Command-Line Tools
      RSAT-RemoteAccess-PowerShell | Remote Access module for Windows PowerShell
    RSAT-VA-Tools | Volume Activation Tools
    WDS-AdminPack | Windows Deployment Services Tools
RPC-over-HTTP-Proxy | RPC over HTTP Proxy
Setup-and-Boot-Event-Collection | Setup and Boot Event Collection | 14393
Simple-TCPIP | Simple TCP/IP Services
FS-SMB1 | SMB 1.0/CIFS File Sharing Support | 9600 r
FS-SMBBW | SMB Bandwidth Limit | 9600
SMTP-Server | SMTP Server
SNMP-Service | SNMP Service
  SNMP-WMI-Provider | SNMP WMI Provider
Storage-Replica | Storage Replica | 14393 r
System-Insights | System Insights | 17763
Telnet-Client | Telnet Client
TFTP-Client | TFTP Client
WebDAV-Redirector | WebDAV Redirector | 14393 r
Biometric-Framework | Windows Biometric Framework
Windows-Identity-Foundation | Windows Identity Foundation 3.5
Windows-Internal-Database | Windows Internal Database
PowerShellRoot | Windows PowerShell | i
  PowerShell | Windows PowerShell {powershell} | i
  DSC-Service | Windows PowerShell Desired State Configuration Service | 9600
  WindowsPowerShellWebAccess | Windows PowerShell Web Access
WAS | Windows Process Activation Service
  WAS-Process-Model | Process Model
  WAS-NET-Environment | .NET Environment 3.5 | x
  WAS-Config-APIs | Configuration APIs
Search-Service | Windows Search Service
Windows-Server-Backup | Windows Server Backup
Migration | Windows Server Migration Tools
WindowsStorageManagementService | Windows Standards-Based Storage Management
Windows-TIFF-IFilter | Windows TIFF IFilter
WinRM-IIS-Ext | WinRM IIS Extension
WINS | WINS Server
Wireless-Networking | Wireless LAN Service
WoW64-Support | WoW64 Support | i r
XPS-Viewer | XPS Viewer
"""
#: What else comes with a feature.
BROUGHT = {
    "Web-Server": (
        *("Web-Default-Doc", "Web-Dir-Browsing", "Web-Http-Errors", "Web-Static-Content"),
        *("Web-Http-Logging", "Web-Stat-Compression", "Web-Filtering"),
    ),
    "Web-Asp-Net45": ("NET-Framework-45-ASPNET", "Web-ISAPI-Ext", "Web-ISAPI-Filter", "Web-Net-Ext45"),
    "BitLocker": ("EnhancedStorage",),
    "WAS": ("WAS-Process-Model", "WAS-Config-APIs"),
    "MSMQ": ("MSMQ-Server",),
    "UpdateServices": ("UpdateServices-WidDB", "UpdateServices-Services", "Windows-Internal-Database"),
    "WDS": ("WDS-Deployment", "WDS-Transport"),
    "Print-Services": ("Print-Server",),
    "AD-Certificate": ("ADCS-Cert-Authority",),
    "RemoteAccess": ("DirectAccess-VPN",),
}
#: What -IncludeManagementTools adds.
TOOLS = {
    "AD-Certificate": ("RSAT-ADCS-Mgmt",),
    "AD-Domain-Services": ("RSAT-AD-PowerShell", "RSAT-AD-AdminCenter", "RSAT-ADDS-Tools", "GPMC"),
    "ADLDS": ("RSAT-AD-PowerShell", "RSAT-ADLDS"),
    "BitLocker": ("RSAT-Feature-Tools-BitLocker-RemoteAdminTool",),
    "DHCP": ("RSAT-DHCP",),
    "DNS": ("RSAT-DNS-Server",),
    "Failover-Clustering": ("RSAT-Clustering-Mgmt", "RSAT-Clustering-PowerShell"),
    "FS-DFS-Namespace": ("RSAT-DFS-Mgmt-Con",),
    "FS-DFS-Replication": ("RSAT-DFS-Mgmt-Con",),
    "FS-NFS-Service": ("RSAT-NFS-Admin",),
    "FS-Resource-Manager": ("RSAT-FSRM-Mgmt",),
    "NLB": ("RSAT-NLB",),
    "NPAS": ("RSAT-NPAS",),
    "Print-Services": ("RSAT-Print-Services",),
    "RemoteAccess": ("RSAT-RemoteAccess-Mgmt", "RSAT-RemoteAccess-PowerShell"),
    "SNMP-Service": ("RSAT-SNMP",),
    "UpdateServices": ("UpdateServices-API", "UpdateServices-UI"),
    "VolumeActivation": ("RSAT-VA-Tools",),
    "WDS": ("WDS-AdminPack",),
    "Web-Server": ("Web-Mgmt-Console",),
    "WINS": ("RSAT-WINS",),
}
#: The first build -> what a release calls its versions.
_VERSIONS = (
    (20348, {"net": "4.8", "powershell": "5.1", "defender": "Microsoft Defender"}),
    (17763, {"net": "4.7", "powershell": "5.1", "defender": "Windows Defender"}),
    (14393, {"net": "4.6", "powershell": "5.1", "defender": "Windows Defender"}),
    (9600, {"net": "4.5", "powershell": "4.0", "defender": ""}),
    (0, {"net": "4.5", "powershell": "3.0", "defender": ""}),
)
#: Where Hyper-V's role and its tools stand among the others.
ROLE_PLACE, TOOLS_PLACE = "@Hyper-V", "@RSAT-Hyper-V-Tools"


class CatalogRow(Record):
    """One line of the table; of a place only the name."""

    name: str
    title: str = ""
    depth: int = 0
    kind: str = ""
    path: str = ""
    parent: str | None = None
    sub_features: tuple[str, ...] = ()
    is_there: bool = False
    restarts: bool = False
    lacks_files: bool = False


@cache
def catalog(build: int) -> tuple[CatalogRow, ...]:
    """The lines of a release, in order."""
    versions = next(words for first, words in _VERSIONS if build >= first)
    rows: list[CatalogRow] = []
    above: list[CatalogRow] = []
    in_roles = True
    for line in _TABLE.strip().splitlines():
        if line.startswith("@"):
            rows.append(CatalogRow(line))
            continue
        if line.startswith("-"):
            in_roles = False
            continue
        name, title, *rest = (cell.strip() for cell in line.split("|"))
        flags = set(rest[0].split()) if rest else set()
        if any(int(flag) > build for flag in flags if flag.isdecimal()):
            continue
        depth = (len(line) - len(line.lstrip())) // 2 + 1
        del above[depth - 1 :]
        title = title.format(**versions)
        kind = "Feature" if not in_roles else "Role" if depth == 1 else "Role Service"
        made = CatalogRow(
            name,
            title,
            depth,
            kind,
            "\\".join([*(one.title for one in above), title]),
            above[-1].name if above else None,
            (),
            "i" in flags,
            "r" in flags,
            "x" in flags,
        )
        above.append(made)
        rows.append(made)
    below: dict[str, list[str]] = {}
    for row in rows:
        if row.parent is not None:
            below.setdefault(row.parent, []).append(row.name)
    return tuple(row.replaced(sub_features=tuple(below.get(row.name, ()))) for row in rows)
