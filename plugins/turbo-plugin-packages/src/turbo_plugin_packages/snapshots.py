"""Keeps files as they were before a change, byte for byte, and brings them back.

A snapshot is a folder of its own: ``kept.json``, and a copy of each file that was there. Owns its form; knows no manager.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from turbo_core import ActionFailed


class Snapshot:
    """Some files of a folder, and which of its folders were there.

    Args:
        store: where it is kept; made by `keep`, removed by `drop`.
        folder: the folder whose files they are.
    """

    def __init__(self, store: Path, folder: Path) -> None:
        self.store, self.folder = store, folder
        self._note = store / "kept.json"

    @property
    def kept(self) -> bool:
        """Whether there is one."""
        return self._note.exists()

    def keep(self, files: Iterable[str], folders: Iterable[str]) -> None:
        """Keep files, present or not, and whether folders are there. What is kept already stays, so a repetition is harmless."""
        if self.kept:
            return
        self.store.mkdir(parents=True, exist_ok=True)
        told: dict[str, Any] = {"files": {}, "made": [name for name in folders if not (self.folder / name).exists()]}
        for number, name in enumerate(dict.fromkeys(files)):
            content = read(self.folder / name)
            told["files"][name] = None if content is None else f"{number}.kept"
            if content is not None:
                (self.store / f"{number}.kept").write_bytes(content)
        _write(self._note, told)

    def changed(self) -> list[str]:
        """The files that are others now."""
        return [name for name, content in self.contents().items() if read(self.folder / name) != content]

    def close(self, outputs: Mapping[str, Any] | None = None) -> None:
        """Note what the files are after the change, and what came of it, for `outputs`."""
        after = {name: _digest(read(self.folder / name)) for name in self.contents()}
        _write(self._note, self._told() | {"after": after, "outputs": dict(outputs or {})})

    @property
    def outputs(self) -> dict[str, Any] | None:
        """What came of the change; ``None`` if it has not ended well."""
        told: dict[str, Any] | None = self._told().get("outputs") if self.kept else None
        return told

    def contents(self) -> dict[str, bytes | None]:
        """What the files held; ``None`` of one that was not there."""
        return {name: None if copy is None else (self.store / copy).read_bytes() for name, copy in self._told()["files"].items()}

    @property
    def made(self) -> list[str]:
        """The folders that were not there."""
        return [str(name) for name in self._told()["made"]]

    def restore(self) -> bool:
        """Bring the files back, and remove the folders that were not there.

        Returns:
            Whether any file is another now.

        Raises:
            ActionFailed: a file was changed since by somebody else; nothing is brought back.
        """
        after: Mapping[str, str] = self._told().get("after", {})
        before = self.contents()
        there = {name: read(self.folder / name) for name in before}
        strange = [name for name in before if after and _digest(there[name]) not in (after.get(name), _digest(before[name]))]
        if strange:
            raise ActionFailed(
                f"{', '.join(strange)} changed since, and is left alone",
                why=f"what was there before is kept in {self.store}",
                next_step="compare the two, and keep what you want",
            )
        write(self.folder, before)
        for name in self.made:
            shutil.rmtree(self.folder / name, ignore_errors=True)
        return there != before

    def drop(self, top: Path) -> None:
        """Remove the snapshot, and the folders around it that are empty then, up to `top`."""
        shutil.rmtree(self.store, ignore_errors=True)
        folder = self.store.parent
        while folder != top and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent

    def _told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._note.read_text(encoding="utf-8"))
        return told


def read(file: Path) -> bytes | None:
    """What a file holds; ``None`` if it is not there."""
    return file.read_bytes() if file.is_file() else None


def write(folder: Path, contents: Mapping[str, bytes | None]) -> None:
    """Make files hold exactly that; ``None`` removes one."""
    for name, content in contents.items():
        file = folder / name
        if content is None:
            file.unlink(missing_ok=True)
        elif read(file) != content:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)


def _digest(content: bytes | None) -> str:
    return "" if content is None else sha256(content).hexdigest()


def _write(file: Path, told: Mapping[str, Any]) -> None:
    """Whole or not at all, so that a crash leaves no half a note."""
    new = file.with_suffix(".new")
    new.write_text(json.dumps(told), encoding="utf-8")
    new.replace(file)
