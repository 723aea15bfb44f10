"""What Turbo promises of every plugin, checked with this one."""

from __future__ import annotations

from turbo_core.testing import PluginSuite


class TestConformance(PluginSuite):
    plugin = "packages_python"
    import_budget = 250  # packaging, yaml and the reading of metadata
