"""The host as suites use it: the installed plugins, tried and called as in a run. Owns nothing but the way there."""

from __future__ import annotations

import atexit
import json
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from turbo_core.errors import SecretMissing
from turbo_core.plugins.catalog import Catalog
from turbo_core.plugins.loading import Plugins
from turbo_core.plugins.names import Entry, Names, find
from turbo_core.plugins.tables import Tables
from turbo_core.plugins.trials import Trials
from turbo_core.plugins.verdict import Verdict
from turbo_core.settings import Placed, environment
from turbo_core.words import JSON


class Host:
    """The plugins that are installed where ``sys.path`` leads.

    Attributes:
        names: what is installed.
        plugins: the way to call hooks.
        catalog: the actions.
    """

    def __init__(self, caches: Path, tables: Tables) -> None:
        self.names: Names = find(caches)
        self.plugins = Plugins(self.names, Trials(caches, environment=self.names.environment), tables=tables)
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


def host(plugin: str = "", settings: Mapping[str, JSON] | None = None) -> Host:
    """The host of this process, made once for each ``sys.path`` and all that is set: suites ask while tests are gathered, too.

    Args:
        plugin: for which something is set.
        settings: its table; a setting that is a secret names a variable of the environment.
    """
    return _host(tuple(sys.path), plugin, json.dumps(dict(settings or {}), sort_keys=True))


@cache
def _host(_path: tuple[str, ...], plugin: str, settings: str) -> Host:
    table = {name: Placed(value=value, place="the suite") for name, value in json.loads(settings).items()}
    return Host(_caches(), Tables({plugin: table} if table else {}, find=_secret))


@cache
def _caches() -> Path:
    folder = TemporaryDirectory(prefix="turbo-conformance-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _secret(setting: str, name: str) -> str:
    text = environment().get(name)
    if text is None:
        step = f'in the test: monkeypatch.setenv("{name}", "…")'
        raise SecretMissing(f"there is no variable {name}", where=f"the setting {setting}", next_step=step)
    return text
