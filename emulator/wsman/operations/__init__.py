"""One module an operation: parsed envelope in, response bytes out."""
