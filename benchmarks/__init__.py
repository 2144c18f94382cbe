"""Comparisons with public tools, run by hand from the top of the repository: see README.md here."""
