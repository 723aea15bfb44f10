"""The driver of ``paper``: a manager whose manifest is ``paper.json``."""

from __future__ import annotations

from pathlib import Path


class Driver:
    """Answers the hooks."""

    def turbo_packages_detect(self, folder: Path) -> list[dict[str, object]]:
        if not (folder / "paper.json").is_file():
            return []
        return [{"manager": "paper", "ecosystem": "PyPI", "purl": "pypi", "evidence": ["paper.json"]}]
