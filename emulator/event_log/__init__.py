"""The event log as its readers ask for it: queries, and events as XML. Below every door that reads it."""
