"""How things are usually done in each type of project, and how a command is tried without doing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from turbo_plugin_project.tables.signature import Clue
from turbo_plugin_project.values import Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a command is tried.

    Attributes:
        argv: the dry run; ``{temporary}`` is an empty folder, ``{target}`` what is asked for.
        listed: the target has to be a word of the output.
        missing: a regular expression of what the dry run says where something is not installed, so that nothing is proven.
        good: its exit codes.
    """

    argv: tuple[str, ...]
    listed: bool = False
    missing: str = ""
    good: tuple[int, ...] = (0,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A command of a type of project.

    Attributes:
        kind: the type.
        purpose: what it is for.
        argv: the command.
        trial: how it is tried.
        when: a file of the project that must be there; any of them.
        unless: files of which none may be there.
        confidence: how sure it is that this is the way.
    """

    kind: str
    purpose: Purpose
    argv: tuple[str, ...]
    trial: Trial
    when: tuple[Clue, ...] = ()
    unless: tuple[Clue, ...] = ()
    confidence: float = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A file in which a project names its own commands.

    Attributes:
        file: its name.
        form: how it is read: ``lines``, ``json:KEY`` or ``sections``.
        names: a regular expression whose group is a name, of a line.
        argv: the command; ``{target}`` is the name.
        trial: how it is tried.
        confidence: how sure it is that this is the way.
    """

    file: str
    form: str
    argv: tuple[str, ...]
    trial: Trial
    names: str = ""
    confidence: float = 0.9


PURPOSES: Final[tuple[tuple[str, Purpose], ...]] = (
    (r"^(install|setup|bootstrap|deps)$", "install"),
    (r"^(format|fmt|prettier)([:_-]check)?$", "format"),
    (r"^(types?|typecheck|type-check|mypy|tsc|check-types|check:types)$", "types"),
    (r"^(lint|eslint|check|vet|clippy|standard|style|flake8|ruff)([:_-](js|ts|check|all))?$", "lint"),
    (r"^(tests?|spec|check-tests|unit|test[:_-](unit|all))$", "test"),
    (r"^(build|compile|all|bundle|dist)$", "build"),
    (r"^(start|run|serve|dev|demo)$", "run"),
    (r"^(docs?|documentation|html)$", "docs"),
    (r"^(package|pack|release-check|wheel|sdist)$", "package"),
)
"""What a name of a script is usually for; the first that matches counts."""

_CARGO = Trial(argv=("cargo", "metadata", "--no-deps", "--offline", "--format-version=1"))
_GO = Trial(argv=("go", "list", "./..."), missing=r"module lookup disabled|not in std|cannot find module|toolchain not available")
_MAVEN = Trial(argv=("mvn", "-o", "-q", "-B", "validate"), missing=r"offline mode|has not been downloaded|Could not resolve")
_GRADLE = Trial(argv=("gradle", "--offline", "-q", "tasks"), missing=r"offline|No cached version")
_GRADLEW = Trial(argv=("./gradlew", "--offline", "-q", "tasks"), missing=r"offline|No cached version|UnknownHost|Downloading")
_CMAKE = Trial(argv=("cmake", "-S", ".", "-B", "{temporary}"), missing=r"Could NOT find|Could not find|find_package")
_PYTEST = Trial(
    argv=("python3", "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"),
    missing=r"No module named|ModuleNotFoundError|ImportError|unrecognized arguments|PluginValidationError",
)
_TSC = Trial(argv=("npx", "--no-install", "tsc", "--showConfig"), missing=r"npx canceled|not found|could not determine|npm ERR")


def _there(program: str, *arguments: str) -> Trial:
    """It is installed; more cannot be known without doing it."""
    return Trial(argv=(program, *arguments), missing=r"No module named|no such command|is not installed|not found")


_LOCKED = (Clue(file="package-lock.json"), Clue(file="npm-shrinkwrap.json"))
_RUFF = (
    Clue(file="pyproject.toml", holds=r"^\[tool\.ruff"),
    Clue(file="ruff.toml"),
    Clue(file=".ruff.toml"),
    Clue(file="tox.ini", holds=r"\bruff\b"),
)
_MYPY = (
    Clue(file="pyproject.toml", holds=r"^\[tool\.mypy"),
    Clue(file="mypy.ini"),
    Clue(file=".mypy.ini"),
    Clue(file="setup.cfg", holds=r"^\[mypy"),
)
_PYTHON_TESTS = (
    Clue(file="pyproject.toml", holds=r"^\[tool\.pytest|[\"']pytest\b"),
    Clue(file="pytest.ini"),
    Clue(file="conftest.py"),
    Clue(file="tests/*.py"),
    Clue(file="test/*.py"),
    Clue(file="testing/*.py"),
    Clue(file="test_*.py"),
    Clue(file="tests/*/test_*.py"),
    Clue(file="setup.cfg", holds=r"^\[tool:pytest\]"),
)
_PYTHON_PACKAGE = (
    Clue(file="pyproject.toml", holds=r"^\[(project|build-system|tool\.poetry)\]"),
    Clue(file="setup.py"),
    Clue(file="setup.cfg", holds=r"^\[metadata\]"),
)

RECIPES: Final = (
    Recipe(
        kind="python",
        purpose="install",
        argv=("python3", "-m", "pip", "install", "-e", "."),
        trial=_there("python3", "-m", "pip", "--version"),
        when=_PYTHON_PACKAGE,
    ),
    Recipe(
        kind="python",
        purpose="install",
        argv=("python3", "-m", "pip", "install", "-r", "requirements.txt"),
        trial=_there("python3", "-m", "pip", "--version"),
        when=(Clue(file="requirements.txt"),),
        unless=_PYTHON_PACKAGE,
    ),
    Recipe(
        kind="python",
        purpose="lint",
        argv=("ruff", "check", "."),
        trial=Trial(argv=("ruff", "check", "--no-cache", "--show-files", ".")),
        when=_RUFF,
    ),
    Recipe(
        kind="python",
        purpose="lint",
        argv=("flake8",),
        trial=_there("flake8", "--version"),
        when=(
            Clue(file=".flake8"),
            Clue(file="setup.cfg", holds=r"^\[flake8\]"),
            Clue(file="tox.ini", holds=r"^\[flake8\]"),
        ),
        unless=_RUFF,
    ),
    Recipe(kind="python", purpose="types", argv=("mypy",), trial=_there("mypy", "--version"), when=_MYPY, confidence=0.7),
    Recipe(kind="python", purpose="test", argv=("python3", "-m", "pytest"), trial=_PYTEST, when=_PYTHON_TESTS, confidence=0.9),
    Recipe(
        kind="python",
        purpose="build",
        argv=("python3", "-m", "build"),
        trial=_there("python3", "-m", "build", "--version"),
        when=_PYTHON_PACKAGE,
    ),
    Recipe(
        kind="python",
        purpose="run",
        argv=("python3", "manage.py", "runserver"),
        trial=Trial(argv=("python3", "manage.py", "check"), missing=r"No module named|ImportError"),
        when=(Clue(file="manage.py"),),
    ),
    Recipe(kind="node", purpose="install", argv=("npm", "ci"), trial=_there("npm", "--version"), when=_LOCKED, confidence=0.95),
    Recipe(
        kind="node",
        purpose="install",
        argv=("pnpm", "install", "--frozen-lockfile"),
        trial=_there("pnpm", "--version"),
        when=(Clue(file="pnpm-lock.yaml"),),
        confidence=0.95,
    ),
    Recipe(
        kind="node",
        purpose="install",
        argv=("yarn", "install"),
        trial=_there("yarn", "--version"),
        when=(Clue(file="yarn.lock"),),
        confidence=0.95,
    ),
    Recipe(
        kind="node",
        purpose="install",
        argv=("npm", "install", "--no-audit", "--no-fund"),
        trial=_there("npm", "--version"),
        unless=(*_LOCKED, Clue(file="pnpm-lock.yaml"), Clue(file="yarn.lock")),
    ),
    Recipe(
        kind="node",
        purpose="package",
        argv=("npm", "pack", "--dry-run", "--ignore-scripts"),
        trial=_there("npm", "--version"),
        confidence=0.7,
    ),
    Recipe(kind="typescript", purpose="types", argv=("npx", "--no-install", "tsc", "--noEmit"), trial=_TSC, confidence=0.7),
    Recipe(
        kind="deno",
        purpose="test",
        argv=("deno", "test"),
        trial=_there("deno", "--version"),
    ),
    Recipe(kind="deno", purpose="lint", argv=("deno", "lint"), trial=_there("deno", "--version")),
    Recipe(kind="rust", purpose="format", argv=("cargo", "fmt", "--check"), trial=_there("cargo", "fmt", "--version")),
    Recipe(kind="rust", purpose="lint", argv=("cargo", "clippy"), trial=_there("cargo", "clippy", "--version")),
    Recipe(kind="rust", purpose="test", argv=("cargo", "test"), trial=_CARGO, confidence=0.95),
    Recipe(kind="rust", purpose="build", argv=("cargo", "build"), trial=_CARGO, confidence=0.95),
    Recipe(
        kind="rust",
        purpose="run",
        argv=("cargo", "run"),
        trial=_CARGO,
        when=(Clue(file="src/main.rs"), Clue(file="src/bin/*.rs"), Clue(file="Cargo.toml", holds=r"^\[\[bin\]\]")),
    ),
    Recipe(kind="go", purpose="lint", argv=("go", "vet", "./..."), trial=_GO, confidence=0.9),
    Recipe(kind="go", purpose="test", argv=("go", "test", "./..."), trial=_GO, confidence=0.95),
    Recipe(kind="go", purpose="build", argv=("go", "build", "./..."), trial=_GO, confidence=0.95),
    Recipe(kind="go", purpose="run", argv=("go", "run", "."), trial=_GO, when=(Clue(file="main.go"),)),
    Recipe(kind="maven", purpose="test", argv=("mvn", "-B", "test"), trial=_MAVEN, confidence=0.95),
    Recipe(kind="maven", purpose="build", argv=("mvn", "-B", "-DskipTests", "package"), trial=_MAVEN, confidence=0.95),
    Recipe(
        kind="gradle",
        purpose="test",
        argv=("./gradlew", "test"),
        trial=_GRADLEW,
        when=(Clue(file="gradlew"),),
        confidence=0.95,
    ),
    Recipe(
        kind="gradle",
        purpose="build",
        argv=("./gradlew", "assemble"),
        trial=_GRADLEW,
        when=(Clue(file="gradlew"),),
        confidence=0.95,
    ),
    Recipe(kind="gradle", purpose="test", argv=("gradle", "test"), trial=_GRADLE, unless=(Clue(file="gradlew"),)),
    Recipe(kind="gradle", purpose="build", argv=("gradle", "assemble"), trial=_GRADLE, unless=(Clue(file="gradlew"),)),
    Recipe(kind="sbt", purpose="test", argv=("sbt", "test"), trial=_there("sbt", "--script-version")),
    Recipe(kind="sbt", purpose="build", argv=("sbt", "package"), trial=_there("sbt", "--script-version")),
    Recipe(kind="ant", purpose="build", argv=("ant",), trial=Trial(argv=("ant", "-p"))),
    Recipe(kind="dotnet", purpose="build", argv=("dotnet", "build"), trial=_there("dotnet", "--version"), confidence=0.95),
    Recipe(kind="dotnet", purpose="test", argv=("dotnet", "test"), trial=_there("dotnet", "--version"), confidence=0.9),
    Recipe(
        kind="dotnet",
        purpose="format",
        argv=("dotnet", "format", "--verify-no-changes"),
        trial=_there("dotnet", "--version"),
        confidence=0.6,
    ),
    Recipe(
        kind="ruby",
        purpose="install",
        argv=("bundle", "install"),
        trial=_there("bundle", "--version"),
        when=(Clue(file="Gemfile"),),
    ),
    Recipe(
        kind="ruby",
        purpose="lint",
        argv=("bundle", "exec", "rubocop"),
        trial=_there("bundle", "exec", "rubocop", "--version"),
        when=(Clue(file=".rubocop.yml"),),
    ),
    Recipe(
        kind="ruby",
        purpose="test",
        argv=("bundle", "exec", "rspec"),
        trial=Trial(argv=("bundle", "exec", "rspec", "--dry-run"), missing=r"Could not find|not installed|LoadError"),
        when=(Clue(file=".rspec"), Clue(file="spec/*_spec.rb"), Clue(file="spec/spec_helper.rb")),
    ),
    Recipe(
        kind="ruby",
        purpose="build",
        argv=("bundle", "exec", "rake", "build"),
        trial=Trial(argv=("bundle", "exec", "rake", "-n", "build"), missing=r"Could not find|not installed|LoadError"),
        when=(Clue(file="Rakefile", holds=r"bundler/gem_tasks"),),
    ),
    Recipe(
        kind="php",
        purpose="install",
        argv=("composer", "install", "--no-interaction"),
        trial=Trial(argv=("composer", "validate", "--no-check-publish")),
    ),
    Recipe(
        kind="php",
        purpose="test",
        argv=("vendor/bin/phpunit",),
        trial=_there("vendor/bin/phpunit", "--version"),
        when=(Clue(file="phpunit.xml*"),),
    ),
    Recipe(kind="elixir", purpose="install", argv=("mix", "deps.get"), trial=_there("mix", "--version")),
    Recipe(kind="elixir", purpose="format", argv=("mix", "format", "--check-formatted"), trial=_there("mix", "--version")),
    Recipe(kind="elixir", purpose="test", argv=("mix", "test"), trial=_there("mix", "--version"), confidence=0.95),
    Recipe(kind="elixir", purpose="build", argv=("mix", "compile"), trial=_there("mix", "--version"), confidence=0.95),
    Recipe(kind="erlang", purpose="test", argv=("rebar3", "eunit"), trial=_there("rebar3", "version")),
    Recipe(kind="erlang", purpose="build", argv=("rebar3", "compile"), trial=_there("rebar3", "version")),
    Recipe(kind="dart", purpose="install", argv=("dart", "pub", "get"), trial=_there("dart", "--version")),
    Recipe(kind="dart", purpose="lint", argv=("dart", "analyze"), trial=_there("dart", "--version")),
    Recipe(kind="dart", purpose="test", argv=("dart", "test"), trial=_there("dart", "--version")),
    Recipe(kind="swift", purpose="build", argv=("swift", "build"), trial=Trial(argv=("swift", "package", "dump-package"))),
    Recipe(kind="swift", purpose="test", argv=("swift", "test"), trial=Trial(argv=("swift", "package", "dump-package"))),
    Recipe(
        kind="cmake",
        purpose="install",
        argv=("cmake", "-S", ".", "-B", "build"),
        trial=_CMAKE,
        confidence=0.95,
    ),
    Recipe(kind="cmake", purpose="build", argv=("cmake", "--build", "build"), trial=_CMAKE, confidence=0.95),
    Recipe(
        kind="cmake",
        purpose="test",
        argv=("ctest", "--test-dir", "build"),
        trial=_CMAKE,
        when=(
            Clue(file="CMakeLists.txt", holds=r"(?i)enable_testing|include\s*\(\s*CTest|add_test"),
            Clue(file="tests/CMakeLists.txt"),
            Clue(file="test/CMakeLists.txt"),
        ),
    ),
    Recipe(
        kind="meson",
        purpose="install",
        argv=("meson", "setup", "build"),
        trial=Trial(argv=("meson", "introspect", "--targets", "meson.build")),
    ),
    Recipe(kind="meson", purpose="build", argv=("meson", "compile", "-C", "build"), trial=_there("meson", "--version")),
    Recipe(kind="meson", purpose="test", argv=("meson", "test", "-C", "build"), trial=_there("meson", "--version")),
    Recipe(
        kind="autotools",
        purpose="install",
        argv=("./configure",),
        trial=_there("./configure", "--version"),
        when=(Clue(file="configure"),),
    ),
    Recipe(kind="bazel", purpose="build", argv=("bazel", "build", "//..."), trial=_there("bazel", "--version")),
    Recipe(kind="bazel", purpose="test", argv=("bazel", "test", "//..."), trial=_there("bazel", "--version")),
    Recipe(kind="haskell", purpose="build", argv=("cabal", "build", "all"), trial=_there("cabal", "--version")),
    Recipe(kind="haskell", purpose="test", argv=("cabal", "test", "all"), trial=_there("cabal", "--version")),
    Recipe(kind="ocaml", purpose="build", argv=("dune", "build"), trial=_there("dune", "--version")),
    Recipe(kind="ocaml", purpose="test", argv=("dune", "test"), trial=_there("dune", "--version")),
    Recipe(kind="clojure", purpose="test", argv=("lein", "test"), trial=_there("lein", "version")),
    Recipe(kind="zig", purpose="build", argv=("zig", "build"), trial=Trial(argv=("zig", "build", "--list-steps"))),
    Recipe(kind="nim", purpose="test", argv=("nimble", "test"), trial=Trial(argv=("nimble", "check"))),
    Recipe(kind="crystal", purpose="test", argv=("crystal", "spec"), trial=_there("crystal", "--version")),
    Recipe(
        kind="julia",
        purpose="test",
        argv=("julia", "--project", "-e", "using Pkg; Pkg.test()"),
        trial=_there("julia", "--version"),
    ),
    Recipe(kind="r", purpose="test", argv=("R", "CMD", "check", "."), trial=_there("R", "--version")),
    Recipe(kind="perl", purpose="test", argv=("prove", "-lr", "t"), trial=_there("prove", "--version")),
    Recipe(kind="lua", purpose="lint", argv=("luacheck", "."), trial=_there("luacheck", "--version")),
    Recipe(kind="helm", purpose="lint", argv=("helm", "lint", "."), trial=_there("helm", "version")),
    Recipe(
        kind="terraform",
        purpose="format",
        argv=("terraform", "fmt", "-check", "-recursive"),
        trial=_there("terraform", "version"),
    ),
    Recipe(kind="terraform", purpose="lint", argv=("terraform", "validate"), trial=_there("terraform", "version")),
    Recipe(kind="ansible", purpose="lint", argv=("ansible-lint",), trial=_there("ansible-lint", "--version")),
)
"""The usual commands. What a project names itself comes before them."""

SCRIPTS: Final = (
    Script(
        file="package.json",
        form="json:scripts",
        argv=("npm", "run", "{target}"),
        trial=Trial(argv=("npm", "run"), listed=True),
        confidence=0.95,
    ),
    Script(
        file="composer.json",
        form="json:scripts",
        argv=("composer", "run-script", "{target}"),
        trial=Trial(argv=("composer", "run-script", "--list"), listed=True),
        confidence=0.95,
    ),
    Script(
        file="deno.json",
        form="json:tasks",
        argv=("deno", "task", "{target}"),
        trial=Trial(argv=("deno", "task"), listed=True),
        confidence=0.95,
    ),
    Script(
        file="Makefile",
        form="lines",
        names=r"^([A-Za-z][\w.-]*)\s*:(?![=:])",
        argv=("make", "{target}"),
        trial=Trial(argv=("make", "-n", "{target}"), missing=r"not found|No such file or directory"),
        confidence=0.85,
    ),
    Script(
        file="GNUmakefile",
        form="lines",
        names=r"^([A-Za-z][\w.-]*)\s*:(?![=:])",
        argv=("make", "{target}"),
        trial=Trial(argv=("make", "-n", "{target}"), missing=r"not found|No such file or directory"),
        confidence=0.85,
    ),
    Script(
        file="justfile",
        form="lines",
        names=r"^@?([a-z][\w-]*)[^:=]*:(?!=)",
        argv=("just", "{target}"),
        trial=Trial(argv=("just", "--dry-run", "{target}")),
    ),
    Script(
        file="Taskfile.yml",
        form="lines",
        names=r"^  ([a-z][\w:-]*):\s*$",
        argv=("task", "{target}"),
        trial=Trial(argv=("task", "--dry", "{target}")),
    ),
    Script(
        file="tox.ini",
        form="lines",
        names=r"^\[testenv:([\w-]+)\]",
        argv=("tox", "-e", "{target}"),
        trial=Trial(argv=("tox", "list", "--no-desc"), listed=True, missing=r"No module named"),
        confidence=0.75,
    ),
    Script(
        file="noxfile.py",
        form="lines",
        names=r"^def (\w+)\(session",
        argv=("nox", "-s", "{target}"),
        trial=Trial(argv=("nox", "--list"), listed=True, missing=r"No module named"),
        confidence=0.75,
    ),
    Script(
        file="Rakefile",
        form="lines",
        names=r"^\s*(?:task|namespace)\s*\(?:?[\"']?(\w+)",
        argv=("rake", "{target}"),
        trial=Trial(argv=("rake", "-n", "{target}"), missing=r"LoadError|cannot load such file"),
        confidence=0.85,
    ),
)
"""Files in which projects name their commands."""
