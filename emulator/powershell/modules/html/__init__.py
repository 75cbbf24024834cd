"""HTML documents as Internet Explorer's engine (mshtml) has them, for Invoke-WebRequest and the COM class
HTMLFile."""
