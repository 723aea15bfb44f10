"""Manifests become dependencies. Pure: text in, values out; what cannot be read gives none."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from fnmatch import fnmatchcase
from typing import Any, Final, NamedTuple, TypeAlias

from turbo_plugin_project.markup import Element, elements


class Need(NamedTuple):
    """A dependency as a manifest names it; ``line`` is 0 if that is not known."""

    name: str
    version: str
    scope: str
    line: int


Reader: TypeAlias = Callable[[str], Iterator[Need]]


def read(name: str, text: str) -> tuple[str, list[Need]]:
    """What a manifest needs.

    Args:
        name: the file's name.
        text: what it holds.

    Returns:
        The ecosystem, empty if it is no manifest; and what it names.
    """
    for pattern, ecosystem, reader in _READERS:
        if fnmatchcase(name, pattern):
            try:
                return ecosystem, list(reader(text))
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                return ecosystem, []
    return "", []


def _line(text: str, name: str) -> int:
    """The first line where a name stands as a word."""
    found = re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text)
    return text.count("\n", 0, found.start()) + 1 if found else 0


_REQUIREMENT: Final = re.compile(r"\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*([^;#]*)")


def _requirement(written: str, scope: str, line: int) -> Iterator[Need]:
    found = _REQUIREMENT.match(written)
    if found:
        yield Need(re.sub(r"[-_.]+", "-", found[1]).lower(), found[2].strip().strip("()"), scope, line)


def _pyproject(text: str) -> Iterator[Need]:
    data = tomllib.loads(text)
    project, poetry = data.get("project", {}), data.get("tool", {}).get("poetry", {})
    groups = {
        "run": project.get("dependencies", []),
        "build": data.get("build-system", {}).get("requires", []),
        "optional": [one for extra in project.get("optional-dependencies", {}).values() for one in extra],
        "dev": [one for group in data.get("dependency-groups", {}).values() for one in group if isinstance(one, str)],
    }
    for scope, written in groups.items():
        for one in written:
            yield from _requirement(one, scope, _line(text, one))
    poetry_dev = [poetry.get("dev-dependencies", {}), *(group["dependencies"] for group in poetry.get("group", {}).values())]
    for scope, table in [("run", poetry.get("dependencies", {})), *(("dev", table) for table in poetry_dev)]:
        yield from (need for need in _table(text, table, scope) if need.name != "python")


def _table(text: str, table: Mapping[str, Any], scope: str) -> Iterator[Need]:
    for name, told in table.items():
        version = told if isinstance(told, str) else told.get("version", "") if isinstance(told, dict) else ""
        yield Need(name, version, scope, _line(text, name))


def _requirements(text: str) -> Iterator[Need]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith(("#", "-", ".", "/")) and "://" not in line.partition("@")[0]:
            yield from _requirement(line, "run", number)


def _setup_cfg(text: str) -> Iterator[Need]:
    """The lists of ``install_requires`` and of the extras."""
    told = ConfigParser(interpolation=None, strict=False)
    try:
        told.read_string(text)
    except ConfigParserError as error:
        raise ValueError(str(error)) from error
    options = told["options"] if told.has_section("options") else {}
    extras = told["options.extras_require"] if told.has_section("options.extras_require") else {}
    written = {
        "run": [options.get("install_requires", "")],
        "dev": [options.get("tests_require", "")],
        "optional": extras.values(),
    }
    for scope, values in written.items():
        for one in (line.strip() for value in values for line in value.splitlines()):
            yield from _requirement(one, scope, _line(text, one))


_STRING: Final = re.compile(r"""["']([A-Za-z0-9][^"'\n]*)["']""")


def _setup_py(text: str) -> Iterator[Need]:
    """The strings of the list after ``install_requires=``; a list that is computed cannot be read."""
    for found in re.finditer(r"\b(install_requires|tests_require)\s*=\s*[\[(]([^\])]*)", text):
        for one in _STRING.finditer(found[2]):
            line = text.count("\n", 0, found.start(2) + one.start()) + 1
            yield from _requirement(one[1], "run" if found[1] == "install_requires" else "dev", line)


def _pipfile(text: str) -> Iterator[Need]:
    data = tomllib.loads(text)
    yield from _table(text, data.get("packages", {}), "run")
    yield from _table(text, data.get("dev-packages", {}), "dev")


def _json_tables(tables: Mapping[str, str]) -> Reader:
    def reader(text: str) -> Iterator[Need]:
        data = json.loads(text)
        for key, scope in tables.items():
            # The name stands below the key; before it, it may stand as something else.
            start = text.find(f'"{key}"')
            before = text.count("\n", 0, max(start, 0))
            for need in _table(text[max(start, 0) :], data.get(key) or {}, scope):
                yield need._replace(line=need.line + before)

    return reader


def _cargo(text: str) -> Iterator[Need]:
    data = tomllib.loads(text)
    targets = [data, data.get("workspace", {}), *data.get("target", {}).values()]
    for target in targets:
        for key, scope in (("dependencies", "run"), ("dev-dependencies", "dev"), ("build-dependencies", "build")):
            yield from _table(text, target.get(key, {}), scope)


def _go_mod(text: str) -> Iterator[Need]:
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if words[:2] == ["require", "("]:
            inside = True
        elif words[:1] == [")"]:
            inside = False
        elif words and (inside or words[0] == "require"):
            name, version = words[-2:] if "//" not in words else words[words.index("//") - 2 : words.index("//")]
            yield Need(name, version, "optional" if line.endswith("// indirect") else "run", number)


def _pom(text: str) -> Iterator[Need]:
    scopes = {"test": "dev", "provided": "build", "system": "build", "import": "build"}
    for one in elements(text, "dependency", "parent", "plugin"):
        if one.name == "plugin":
            continue
        scope = "build" if one.name == "parent" else scopes.get(one.child("scope"), "run")
        yield Need(f"{one.child('groupId')}:{one.child('artifactId')}", one.child("version"), scope, one.line)


_GRADLE: Final = re.compile(
    r"""^\s*(api|implementation|compileOnly|runtimeOnly|testImplementation|testRuntimeOnly|kapt|annotationProcessor|compile|testCompile)
    \s*\(?\s*(?:platform\()?["']([\w.-]+:[\w.-]+)(?::([^"'@]+))?""",
    re.VERBOSE,
)


def _gradle(text: str) -> Iterator[Need]:
    for number, line in enumerate(text.splitlines(), 1):
        if found := _GRADLE.match(line):
            yield Need(found[2], found[3] or "", "dev" if found[1].startswith("test") else "run", number)
        elif found := re.match(r"""\s*id\s*\(?\s*["'](org\.springframework\.boot|io\.quarkus|io\.micronaut[\w.]*)["']""", line):
            yield Need(f"{found[1]}:gradle-plugin", "", "build", number)


def _by_lines(pattern: str, scope: str = "run") -> Reader:
    """A reader of lines: the first group is a name, the second, if it is there, a version."""
    compiled = re.compile(pattern)

    def reader(text: str) -> Iterator[Need]:
        for number, line in enumerate(text.splitlines(), 1):
            if found := compiled.match(line):
                yield Need(found[1], (found[2] or "") if compiled.groups > 1 else "", scope, number)

    return reader


def _csproj(text: str) -> Iterator[Need]:
    for one in elements(text, "PackageReference", "Project"):
        if one.name == "PackageReference":
            yield Need(one.attributes.get("Include", ""), _version(one), "run", one.line)
        elif one.attributes.get("Sdk") == "Microsoft.NET.Sdk.Web":
            yield Need("Microsoft.AspNetCore.App", "", "run", one.line)


def _version(one: Element) -> str:
    return one.attributes.get("Version", "") or one.child("Version")


def _pubspec(text: str) -> Iterator[Need]:
    """The keys of two tables, which stand two spaces in."""
    scope = ""
    for number, line in enumerate(text.splitlines(), 1):
        if line[:1].isalpha():
            scope = {"dependencies:": "run", "dev_dependencies:": "dev"}.get(line.strip(), "")
        elif scope and (found := re.match(r"  (\w+):\s*([^#\s]*)", line)):
            yield Need(found[1], found[2], scope, number)


_READERS: Final[tuple[tuple[str, str, Reader], ...]] = (
    ("pyproject.toml", "python", _pyproject),
    ("requirements*.txt", "python", _requirements),
    ("setup.cfg", "python", _setup_cfg),
    ("setup.py", "python", _setup_py),
    ("Pipfile", "python", _pipfile),
    (
        "package.json",
        "node",
        _json_tables(
            {
                "dependencies": "run",
                "devDependencies": "dev",
                "peerDependencies": "optional",
                "optionalDependencies": "optional",
            }
        ),
    ),
    ("Cargo.toml", "rust", _cargo),
    ("go.mod", "go", _go_mod),
    ("pom.xml", "java", _pom),
    ("build.gradle", "java", _gradle),
    ("build.gradle.kts", "java", _gradle),
    ("build.sbt", "java", _by_lines(r'.*"([\w.-]+)"\s*%%?%?\s*"[\w.-]+"\s*%\s*"([^"]+)"')),
    ("composer.json", "php", _json_tables({"require": "run", "require-dev": "dev"})),
    ("Gemfile", "ruby", _by_lines(r"""\s*gem\s+["']([\w.-]+)["'](?:\s*,\s*["']([^"']+))?""")),
    ("*.gemspec", "ruby", _by_lines(r"""\s*\w+\.add_\w*dependency\s*\(?\s*["']([\w.-]+)["'](?:\s*,\s*["']([^"']+))?""")),
    ("*.csproj", "dotnet", _csproj),
    ("*.fsproj", "dotnet", _csproj),
    ("*.vbproj", "dotnet", _csproj),
    ("pubspec.yaml", "dart", _pubspec),
    ("mix.exs", "elixir", _by_lines(r"""\s*\{:(\w+),\s*(?:"([^"]+)")?""")),
)

MANIFESTS: Final = tuple(pattern for pattern, _, _ in _READERS)
"""Patterns of the names of all manifests that can be read."""
