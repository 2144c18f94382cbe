"""Reading pages and editing them in place."""
