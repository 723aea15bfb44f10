"""Secrets of a run: found once, before it starts, and held in memory only."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from turbo_core.errors import SecretMissing, UsageError
from turbo_core.redact import Masker
from turbo_core.words import JSON

Find = Callable[[str], str | None]


def find_all(names: Iterable[str], providers: Mapping[str, Find]) -> dict[str, str]:
    """The value of each secret, from the first provider that knows it.

    Raises:
        SecretMissing: nobody knows it, or its value is too short to be masked.
    """
    found: dict[str, str] = {}
    for name in sorted(names):
        value = next((value for find in providers.values() if (value := find(name)) is not None), None)
        if value is None:
            raise SecretMissing(
                f"no provider knows the secret {name}",
                why=f"asked: {', '.join(providers) or 'none'}",
                next_step=f"set the variable {name}, or write it into .turbo/secrets.env (mode 0600)",
            )
        try:
            Masker([value])
        except ValueError as error:
            raise SecretMissing(f"the secret {name} cannot be used", why=str(error), next_step="use a longer secret") from error
        found[name] = value
    return found


def resolve(value: JSON, secrets: Mapping[str, str]) -> JSON:
    """Put the values in the place of their references."""
    if isinstance(value, dict):
        if set(value) == {"$secret"}:
            return secrets[value["$secret"]]
        return {name: resolve(item, secrets) for name, item in value.items()}
    return [resolve(item, secrets) for item in value] if isinstance(value, list) else value


class SecretsFile:
    """The provider ``file``: lines ``NAME=value`` in a file that only its owner can read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, str] | None = None

    def find(self, name: str) -> str | None:
        """The value, if the file has it.

        Raises:
            UsageError: others can read the file.
        """
        if self._values is None:
            self._values = self._read()
        return self._values.get(name)

    def _read(self) -> dict[str, str]:
        try:
            mode = stat.S_IMODE(self._path.stat().st_mode)
        except OSError:
            return {}
        if mode & 0o077:
            raise UsageError("others can read the secrets", where=str(self._path), next_step=f"chmod 600 {self._path}")
        lines = (line.strip() for line in self._path.read_text("utf-8").splitlines())
        pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
        return {name.strip(): value for name, _equals, value in pairs}
