"""C# 5, as Add-Type and the CSharpCodeProvider take it: source is parsed and interpreted.

The way of a source: `preprocessor` blanks what its directives leave out, `parsing` makes the syntax tree
(`syntax`), `compilation` declares its types (`types`, `members`), and bodies are compiled to Python closures
when they first run (`expressions`, `statements`). Values are those of the PowerShell engine, so that both
languages share every object. Nothing is imported before C# is met.
"""
