"""What was given before the command: the global options, and the names of plugins that they leave on. Imports no plugin."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from turbo_core.errors import UsageError
from turbo_core.plugins.names import GROUPS, Entry, Group, Selection, find
from turbo_core.settings import Settings, read_settings

_OFF = "no:"


class Given(Struct, frozen=True, kw_only=True):
    """The global options. ``plugins`` and ``assignments`` hold the values of ``-p`` and ``--set`` as they were written."""

    project: Path | None = None
    plugins: tuple[str, ...] = ()
    no_plugins: bool = False
    color: str | None = None
    assignments: tuple[str, ...] = ()
    debug: bool = False

    @property
    def selection(self) -> Selection:
        """Which plugins were asked for."""
        return Selection(
            enabled=frozenset(name for name in self.plugins if not name.startswith(_OFF)),
            disabled=frozenset(name.removeprefix(_OFF) for name in self.plugins if name.startswith(_OFF)),
            core_only=self.no_plugins,
        )

    def assigned(self) -> dict[str, str]:
        """What ``--set`` gives, key → text.

        Raises:
            UsageError: one is not of the form ``KEY=VALUE``.
        """
        parts = [assignment.partition("=") for assignment in self.assignments]
        for key, equals, _text in parts:
            if not equals or not key:
                raise UsageError(f"--set takes KEY=VALUE, not {key!r}", next_step="for example: --set jobs=4")
        return {key.strip(): text for key, _equals, text in parts}

    def settings(self) -> Settings:
        """The settings as far as they matter before the project is known; the defaults where they are wrong.

        A mistake in a file is told by the command that needs the settings, not by its help.
        """
        try:
            return read_settings(self.project or Path.cwd(), assigned=self.assigned())
        except (UsageError, OSError):
            return read_settings(Path("/nowhere"), surroundings={})

    def entries(self) -> dict[Group, dict[str, Entry]]:
        """The entry points that are on, by group and name, from the cache of names; what is built in always is."""
        settings = self.settings()
        names, selection = find(settings.cache_folder), self.selection.without(settings.disabled)
        return {
            group: {name: entry for name, entry in names.group(group).items() if entry.builtin or selection.wants(entry)}
            for group in GROUPS
        }
