"""Apprise for Turbo. Importing the package costs nothing; the hooks are in ``turbo_plugin_apprise.plugin``."""
