"""The host as suites use it: the installed plugins, tried and called as in a run. Owns nothing but the way there."""

from __future__ import annotations

import atexit
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from turbo_core.plugins.catalog import Catalog
from turbo_core.plugins.loading import Plugins
from turbo_core.plugins.names import Entry, Names, find
from turbo_core.plugins.trials import Trials
from turbo_core.plugins.verdict import Verdict


class Host:
    """The plugins that are installed where ``sys.path`` leads.

    Attributes:
        names: what is installed.
        plugins: the way to call hooks.
        catalog: the actions.
    """

    def __init__(self, caches: Path) -> None:
        self.names: Names = find(caches)
        self.plugins = Plugins(self.names, Trials(caches, environment=self.names.environment))
        self.catalog = Catalog(self.plugins)

    def entries(self, plugin: str) -> list[Entry]:
        """The entry points of that name."""
        return [entry for entry in self.names.entries if entry.name == plugin]

    def verdict(self, entry: Entry) -> Verdict:
        """What a trial import of an entry point told."""
        return self.plugins.verdict(entry)

    def hooks(self, plugin: str) -> Verdict:
        """What is known of the plugin's hooks and offers; nothing if it has none or cannot be loaded."""
        found = [entry for entry in self.entries(plugin) if entry.group == "turbo.plugins"]
        return self.verdict(found[0]) if found else Verdict()


def host() -> Host:
    """The host of this process, made once for each ``sys.path``: suites ask while tests are gathered, too."""
    return _host(tuple(sys.path))


@cache
def _host(_path: tuple[str, ...]) -> Host:
    folder = TemporaryDirectory(prefix="turbo-conformance-")
    atexit.register(folder.cleanup)
    return Host(Path(folder.name))
