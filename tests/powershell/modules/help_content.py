"""Help of modules as Save-Help keeps it, in texts of our own, for tests."""

from __future__ import annotations

from tests.cabinets import make_cabinet

GUID = "11112222-3333-4444-5555-666677778888"
ADDRESS = "https://help.example/things"
MODULE = "C:\\Program Files\\WindowsPowerShell\\Modules\\Things"
_SPACES = (
    'xmlns:command="http://schemas.microsoft.com/maml/dev/command/2004/10" '
    'xmlns:maml="http://schemas.microsoft.com/maml/2004/10" xmlns:dev="http://schemas.microsoft.com/maml/dev/2004/10"'
)


def help_info(version: str = "1.2.0.0", culture: str = "en-US", address: str = ADDRESS) -> bytes:
    """A HelpInfo.xml with one language."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<HelpInfo xmlns="http://schemas.microsoft.com/powershell/help/2010/05">'
        f"<HelpContentURI>{address}</HelpContentURI><SupportedUICultures><UICulture>"
        f"<UICultureName>{culture}</UICultureName><UICultureVersion>{version}</UICultureVersion>"
        "</UICulture></SupportedUICultures></HelpInfo>"
    ).encode()


def command(name: str) -> str:
    """The help of a command that has one of everything."""
    return (
        f"<command:command {_SPACES}><command:details><command:name>{name}</command:name>"
        "<maml:description><maml:para>Turns things.</maml:para></maml:description></command:details>"
        "<maml:description><maml:para>It turns them.</maml:para><maml:list class='ordered'>"
        "<maml:listItem><maml:para>first</maml:para></maml:listItem>"
        "<maml:listItem><maml:para>then</maml:para></maml:listItem></maml:list>"
        "<maml:para>Done.</maml:para></maml:description>"
        f"<command:syntax><command:syntaxItem><maml:name>{name}</maml:name>"
        "<command:parameter required='true' variableLength='false' globbing='false' pipelineInput='False' "
        "position='1'><maml:name>Thing</maml:name>"
        "<command:parameterValue required='true'>String</command:parameterValue></command:parameter>"
        "</command:syntaxItem></command:syntax><command:parameters><command:parameter required='true' "
        "globbing='false' pipelineInput='False' position='1'><maml:name>Thing</maml:name>"
        "<maml:description><maml:para>Which one.</maml:para></maml:description>"
        "<command:parameterValue required='true'>String</command:parameterValue>"
        "<dev:defaultValue>None</dev:defaultValue></command:parameter></command:parameters>"
        "<maml:alertSet><maml:alert><maml:para>Mind the café.</maml:para></maml:alert></maml:alertSet>"
        "<command:examples><command:example><maml:title>Example 1</maml:title>"
        f"<dev:code>{name} wheel</dev:code><dev:remarks><maml:para>Turns a wheel.</maml:para></dev:remarks>"
        "</command:example></command:examples><maml:relatedLinks><maml:navigationLink>"
        "<maml:linkText>Online Version:</maml:linkText><maml:uri>https://help.example/turn</maml:uri>"
        "</maml:navigationLink></maml:relatedLinks></command:command>"
    )


PROVIDER = (
    "<providerHelp><Name>Registry</Name><Drives><Para>HKLM:, HKCU:</Para></Drives>"
    "<Synopsis>Keys and values.</Synopsis><DetailedDescription><para>It shows keys.</para></DetailedDescription>"
    "<Tasks><Task><Title>Going there</Title><Description><para>Go.</para></Description></Task></Tasks></providerHelp>"
)


def document(*items: str) -> bytes:
    """A help file."""
    return f"<helpItems schema='maml'>{''.join(items)}</helpItems>".encode("utf-8-sig")


TOPIC = b"TOPIC\r\n    about_Turning\r\n\r\nSHORT DESCRIPTION\r\n    Tells of turning.\r\n"
CONTENT = {"Things-Help.xml": document(command("Invoke-Turn")), "about_Turning.help.txt": TOPIC}


def saved(
    name: str = "Things", guid: str = GUID, content: dict[str, bytes] | None = None, **info: str
) -> dict[str, bytes]:
    """The files that Save-Help makes of a module."""
    return {
        f"{name}_{guid}_HelpInfo.xml": help_info(**info),
        f"{name}_{guid}_en-US_HelpContent.cab": make_cabinet(CONTENT if content is None else content),
    }
