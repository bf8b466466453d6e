"""The only place that knows the engine: one SQLite file, one writer, a few readers."""
