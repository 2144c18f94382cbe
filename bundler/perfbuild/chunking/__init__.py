"""Which atoms of the engine's split become one chunk, so that visits cost least (docs/design/chunk-planning.md)."""
