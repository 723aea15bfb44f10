"""What every command works with: the application, made from the global options when first asked for, and lines of text.

It draws nothing: views are drawn through `turbo_core.cli.drawing`, and only the commands that have some pay for that.
"""

from __future__ import annotations

from collections.abc import Mapping

import click

from turbo_core import settings
from turbo_core.app import App
from turbo_core.cli.given import Given
from turbo_core.engine.process.planting import Planted
from turbo_core.report.text import as_json, strip_controls
from turbo_core.words import JSON


class Shell:
    """One command line.

    Args:
        given: the global options.
        planted: a nursery for the run that the command may start.
    """

    def __init__(self, given: Given, planted: Planted | None = None) -> None:
        self.given = given
        self.planted = planted
        self._app: App | None = None

    def app(self, flags: Mapping[str, object] | None = None, assigned: Mapping[str, str] | None = None) -> App:
        """The application. If the command itself takes settings, it is made anew.

        Args:
            flags: such settings, by their field.
            assigned: such settings by their key, as text.

        Raises:
            UsageError: a setting or the project is wrong.
            PluginFailed: a plugin that was asked for is not installed.
        """
        if self._app is None or flags or assigned:
            self._app = App(
                self.given.project,
                flags={"color": self.given.color, **(flags or {})},
                selection=self.given.selection,
                assigned={**self.given.assigned(), **(assigned or {})},
                source="command line",
            )
        return self._app

    def terminal(self) -> settings.Terminal:
        """The terminal as it is now."""
        return settings.terminal(self.app().settings.color)

    def print(self, text: str = "") -> None:
        """Print text; what it holds of foreign control sequences is taken out."""
        click.echo(strip_controls(text))

    def print_json(self, value: JSON) -> None:
        """Print a value as indented JSON."""
        click.echo(as_json(value, indent=2))

    def warn(self, text: str) -> None:
        """Print text to standard error, made harmless."""
        click.echo(strip_controls(text), err=True)
