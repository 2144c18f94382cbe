"""One module a stage; each takes what the one before gives."""
