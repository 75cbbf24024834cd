"""Providers: what drives show as items (about_Providers)."""
