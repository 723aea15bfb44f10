"""Webhooks for Turbo: importing the package costs nothing. What comes in is verified by ``turbo_plugin_webhook.inbound``."""
