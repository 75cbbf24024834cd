"""What a script could go on with at a place: [CommandCompletion]::CompleteInput and TabExpansion2.

`cursor` finds the piece of syntax at the cursor, `analysis` decides what may stand there, the other modules
list it: `names` (commands, variables, types, operators), `parameters`, `arguments`, `members`, `keys` and
`item_paths`. `inference` works out what an expression gives without running it.
"""
