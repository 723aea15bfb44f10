"""AWS for Turbo. Importing the package costs nothing; the actions are in ``turbo_plugin_aws.actions``."""
