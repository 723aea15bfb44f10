"""What a file needs becomes the file that it means, where that is one of the project's own. One rule for each way of naming."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeAlias

from turbo_plugin_project.survey import Source

_ENDINGS: Final = (".ts", ".tsx", ".d.ts", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".vue", ".svelte", ".json")
_WRITTEN_AS: Final = {".js": (".ts", ".tsx"), ".mjs": (".mts",), ".cjs": (".cts",), ".jsx": (".tsx",)}

Rule: TypeAlias = "Callable[[Names, Source, str], str | None]"


class Names:
    """By which names the files of a project are known to each other.

    Attributes:
        paths: all source files.
        modules: the dotted name of a Python module → its file.
        packages: a declared namespace → its files.
        tails: the ends of paths that are known by one file only → that file.
        go: the path of a Go module → its folder.
        crates: the name of a crate → its folder.
        node: the name of a package → its folder.
    """

    def __init__(self, sources: Iterable[Source], titles: Mapping[tuple[str, str], str], root: str = "") -> None:
        """Index the sources.

        Args:
            sources: all of them.
            titles: a type (``go``, ``rust``, ``node``) and a project's name → the project's folder, empty for the root.
            root: the name of the folder that all paths are relative to; it is part of the names if it is a package of Python.
        """
        listed = list(sources)
        self.paths = {one.file.path for one in listed}
        self.modules = _modules(self.paths, root if "__init__.py" in self.paths else "")
        self.packages: dict[str, list[str]] = {}
        for one in listed:
            if one.facts.package and one.language.name != "Go":
                self.packages.setdefault(one.facts.package, []).append(one.file.path)
        self.tails = _tails(self.paths)
        self.go = {name: folder for (kind, name), folder in titles.items() if kind == "go"}
        self.crates = {name.replace("-", "_"): folder for (kind, name), folder in titles.items() if kind == "rust"}
        self.node = {name: folder for (kind, name), folder in titles.items() if kind == "node"}
        self.folders = {path.rpartition("/")[0]: path for path in sorted(self.paths, reverse=True) if path.endswith(".go")}

    def resolve(self, source: Source, text: str) -> str | None:
        """The path of the file that is meant; ``None`` if it is none of the project's."""
        rule = _RULES.get(source.language.name)
        return rule(self, source, text) if rule else None


def _modules(paths: Iterable[str], root: str) -> dict[str, str]:
    """A module's name begins at the topmost folder in a row that has an ``__init__.py``, and also at each folder above."""
    known, found = set(paths), dict[str, str]()
    for path in sorted(known):
        if not path.endswith(".py"):
            continue
        parts = path[:-3].removesuffix("/__init__").split("/")
        top = len(parts) - 1 if not path.endswith("/__init__.py") else len(parts)
        while top > 0 and "/".join(parts[:top]) + "/__init__.py" in known:
            top -= 1
        for start in range(top + 1):
            found.setdefault(".".join(parts[start:]), path)
        if root:
            found.setdefault(".".join([root, *(part for part in parts if part != "__init__")]), path)
    return found


def _tails(paths: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(paths):
        parts = path.split("/")
        for start in range(len(parts)):
            tail = "/".join(parts[start:])
            found[tail] = path if tail not in found or start == 0 else ""
    return {tail: path for tail, path in found.items() if path}


def _python(names: Names, source: Source, text: str) -> str | None:
    if text.startswith("."):
        rest = text.lstrip(".")
        folder = source.file.folder.split("/") if source.file.folder else []
        up = len(text) - len(rest) - 1
        if up > len(folder):
            return None
        base = "/".join(folder[: len(folder) - up])
        parts = rest.split(".") if rest else []
        for end in range(len(parts), -1, -1):
            below = "/".join([base, *parts[:end]] if base else parts[:end])
            for path in (f"{below}.py", f"{below}/__init__.py" if below else "__init__.py"):
                if path in names.paths:
                    return path
        return None
    parts = text.split(".")
    found = (names.modules.get(".".join(parts[:end])) for end in range(len(parts), 0, -1))
    return next((path for path in found if path), None)


def _script(names: Names, source: Source, text: str) -> str | None:
    if text.startswith("."):
        return _script_file(names, posixpath.normpath(posixpath.join(source.file.folder, text)))
    parts = text.split("/")
    package = "/".join(parts[: 2 if text.startswith("@") else 1])
    if package not in names.node:
        return None
    folder, rest = names.node[package], "/".join(parts[2 if text.startswith("@") else 1 :])
    inside = [posixpath.normpath(posixpath.join(folder, place, rest)) for place in (".", "src", "lib")]
    return next((path for place in inside if (path := _script_file(names, place))), None)


def _script_file(names: Names, path: str) -> str | None:
    stem, ending = posixpath.splitext(path)
    tried = [path, *(stem + other for other in _WRITTEN_AS.get(ending, ()))]
    tried += [path + other for other in _ENDINGS] + [posixpath.normpath(f"{path}/index{other}") for other in _ENDINGS]
    return next((one for one in tried if one in names.paths), None)


def _go(names: Names, _source: Source, text: str) -> str | None:
    for module, folder in names.go.items():
        if text == module or text.startswith(module + "/"):
            below = posixpath.join(folder, text[len(module) + 1 :]).rstrip("/")
            if below in names.folders:
                return names.folders[below]
    return None


def _rust(names: Names, source: Source, text: str) -> str | None:
    head, *rest = text.split("::")
    home = _crate(names, source.file.path)
    stem = source.file.path.removesuffix(".rs")
    own = source.file.folder if source.file.name in ("mod.rs", "lib.rs", "main.rs") else stem
    match head:
        case "crate":
            return _rust_file(names, home, rest)
        case "self":
            return _rust_file(names, own, rest)
        case "super":
            up = own.rpartition("/")[0]
            while rest[:1] == ["super"]:
                up, rest = up.rpartition("/")[0], rest[1:]
            return _rust_file(names, up, rest)
        case _ if head in names.crates:
            return _rust_file(names, posixpath.join(names.crates[head], "src"), rest)
        case _:
            return _rust_file(names, own, [head, *rest], least=1)


def _crate(names: Names, path: str) -> str:
    folder = path.rpartition("/")[0]
    while folder and not {f"{folder}/lib.rs", f"{folder}/main.rs"} & names.paths:
        folder = folder.rpartition("/")[0]
    return folder


def _rust_file(names: Names, folder: str, parts: list[str], least: int = 0) -> str | None:
    for end in range(len(parts), least - 1, -1):
        below = posixpath.join(folder, *parts[:end])
        tried = [f"{below}.rs", f"{below}/mod.rs"] + ([f"{below}/lib.rs", f"{below}/main.rs"] if end == 0 else [])
        if found := next((path for path in tried if path in names.paths), None):
            return found
    return None


def _declared(separator: str) -> Rule:
    """The class is a file of the namespace that is named like it; else the first file of the namespace stands for it."""

    def rule(names: Names, _source: Source, text: str) -> str | None:
        parts = text.split(separator)
        for end in range(len(parts), 0, -1):
            files = names.packages.get(separator.join(parts[:end]))
            if files:
                wanted = parts[end] if end < len(parts) else ""
                return next((path for path in files if posixpath.splitext(posixpath.basename(path))[0] == wanted), files[0])
        return None

    return rule


def _include(names: Names, source: Source, text: str) -> str | None:
    near = posixpath.normpath(posixpath.join(source.file.folder, text))
    return near if near in names.paths else names.tails.get(text.removeprefix("./"))


def _ruby(names: Names, source: Source, text: str) -> str | None:
    path = text if text.endswith(".rb") else f"{text}.rb"
    if text.startswith("."):
        near = posixpath.normpath(posixpath.join(source.file.folder, path))
        return near if near in names.paths else None
    return names.tails.get(f"lib/{path}") or names.tails.get(path)


def _shell(names: Names, source: Source, text: str) -> str | None:
    tail = re.sub(r"^\$\{?\w+\}?/|^\"?\$\([^)]*\)\"?/", "", text).removeprefix("./")
    near = posixpath.normpath(posixpath.join(source.file.folder, tail))
    return near if near in names.paths else tail if tail in names.paths else None


_RULES: Final[Mapping[str, Rule]] = {
    "Python": _python,
    "JavaScript": _script,
    "TypeScript": _script,
    "TSX": _script,
    "Go": _go,
    "Rust": _rust,
    "Java": _declared("."),
    "Kotlin": _declared("."),
    "Scala": _declared("."),
    "C#": _declared("."),
    "PHP": _declared("\\"),
    "C": _include,
    "C++": _include,
    "Ruby": _ruby,
    "Shell": _shell,
}
