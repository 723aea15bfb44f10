"""Plugins: finding them by name, loading them lazily and isolated, calling their hooks."""
