"""Objects and streams as CLIXML."""
