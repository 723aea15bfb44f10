"""The plugin keeps what every plugin promises."""

from __future__ import annotations

from turbo_core.testing import PluginSuite


class TestLearn(PluginSuite):
    plugin = "learn"
