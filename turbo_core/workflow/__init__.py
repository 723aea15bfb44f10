"""The workflow language: text becomes a checked `Workflow`. Knows no engine."""
