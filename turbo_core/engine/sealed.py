"""Secrets of a run: found once, before it starts, and held in memory only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from turbo_core.errors import SecretMissing
from turbo_core.model import JSON
from turbo_core.redact import Masker

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
