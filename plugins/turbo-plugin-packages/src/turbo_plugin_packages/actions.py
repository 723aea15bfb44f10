"""All actions of the namespace, from where they are declared."""

from turbo_plugin_packages.reading import detect

__all__ = ["detect"]
