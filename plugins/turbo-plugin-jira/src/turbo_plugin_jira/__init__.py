"""Jira for Turbo. Importing the package costs nothing; the hooks are in ``turbo_plugin_jira.plugin``."""
