"""Visual Basic, as Add-Type -Language VisualBasic takes it (vbc.exe of .NET Framework 4: Visual Basic 11).

The way of a source: `tokens` cuts it, `parsing` and its neighbours make the syntax tree that C# has
(`csharp.syntax`) with the expressions of this language in it (`syntax`), and `csharp.compilation` declares
its types. When a body is compiled, `names`, `calls`, `operations` and the others bind those expressions:
without regard to case, with conversions on every assignment, late where nothing is known of a value. Option
Strict and Option Infer are off, as the provider leaves them, unless the source says otherwise.
"""
