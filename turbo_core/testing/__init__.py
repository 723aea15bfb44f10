"""The kit for authors of plugins and workflows. Nothing above or below it imports it."""
