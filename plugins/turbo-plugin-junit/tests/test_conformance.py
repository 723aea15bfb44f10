"""What Turbo promises of every plugin that documents, checked with this one."""

from __future__ import annotations

from turbo_core.testing import DocumenterSuite


class TestConformance(DocumenterSuite):
    plugin = "junit"
