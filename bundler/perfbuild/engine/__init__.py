"""The engine: one Node process, and the client that talks to it."""
