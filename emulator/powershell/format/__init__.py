"""Formatting: objects as the text people and clients read."""
