"""E-mail for Turbo. Importing the package costs nothing; the hooks are in ``turbo_plugin_email.plugin``."""
