"""Update-Help and Save-Help (about_Updatable_Help, "Supporting Updatable Help"): help of modules comes as a
file HelpInfo.xml, which tells languages and versions, and a cabinet for each language."""
