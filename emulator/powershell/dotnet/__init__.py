"""The part of .NET that scripts see: values, types by table, and their members. Knows no machine."""
