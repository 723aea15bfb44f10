"""The page docs/hooks.md, made from the hookspecs, the model and the offers: ``python -m tests.docs.hooks_page`` writes it."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import turbo_core
from turbo_core import differences, foreseen, hookspecs, messages, model, offers

PAGE = Path(__file__).parents[2] / "docs" / "hooks.md"
INTERNAL = {"ActionInfo", "Draft"}
"""Values of the model that no hook meets."""

INTRODUCTION = f"""\
# Hooks

A plugin takes part in the five moments of a run by implementing hooks: functions marked with `@hookimpl`, in the module that its
entry point in `turbo.plugins` names. [Plugins](plugins.md) shows a whole plugin; this page is the contract, made from the code.
Its version is {hookspecs.API_VERSION}.

An implementation names the arguments that it wants, and may leave out the others. Arguments and fields are only ever added.
"""


VALUES = """\
All of them are frozen, and made with keywords only. `...` stands for an empty default. They are structures of
[msgspec](https://jcristharif.com/msgspec/): `turbo_core.replace(value, field=...)` gives one with other fields, and
`msgspec.to_builtins(value)` one of dicts and lists.
"""


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION, _policies()]
    parts += ["## The hooks\n", *(_hook(function) for function in hooks())]
    parts += ["## The values\n", VALUES]
    parts += [_value(node) for node in values()]
    return "\n".join(parts)


def hooks() -> list[Callable[..., object]]:
    return [function for name, function in vars(hookspecs).items() if name.startswith("turbo_")]


def values() -> list[ast.ClassDef]:
    """The classes of the model, of messages, of differences, of what was foreseen and of the offers, in their order."""
    nodes = (node for module in (model, messages, differences, foreseen, offers) for node in _tree(module).body)
    return [node for node in nodes if isinstance(node, ast.ClassDef) and node.name not in INTERNAL]


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def _policies() -> str:
    told = ast.get_docstring(_tree(hookspecs)) or ""
    listed = told[told.index("Each hook is called") : told.index("Arguments are only ever added")]
    return f"## Policies\n\n{_plain(listed).strip()}\n"


def _hook(function: Callable[..., object]) -> str:
    told = inspect.getdoc(function) or ""
    before, example, after = _parted(told)
    lines = [f"### {function.__name__}\n", f"```text\n{_signature(function)}\n```\n", _sections(before)]
    if example:
        lines.append(f"```python\n{_imports(example)}\n\n\n{example}\n```\n")
    return "\n".join([*lines, f"{_plain(after)}\n"])


def _parted(told: str) -> tuple[str, str, str]:
    """What stands before the example, the example, and what stands after it."""
    before, _, rest = told.partition("Example::\n")
    lines = rest.splitlines()
    end = next(at for at, line in enumerate(lines) if line and not line.startswith(" "))
    return before.strip(), textwrap.dedent("\n".join(lines[:end])).strip(), "\n".join(lines[end:])


def _sections(told: str) -> str:
    """Arguments and what is returned, as lists."""
    told = re.sub(r"^Args:\n((?: .*\n?)+)", lambda found: f"{_arguments(found[1])}\n", told, flags=re.MULTILINE)
    told = re.sub(r"^Returns:\n((?: .*\n?)+)", lambda found: f"Returns: {textwrap.dedent(found[1])}", told, flags=re.MULTILINE)
    return re.sub(r"\n{3,}", "\n\n", f"{_plain(told).strip()}\n")


def _arguments(text: str) -> str:
    return re.sub(r"^(\w+): ", r"- `\1`: ", textwrap.dedent(text), flags=re.MULTILINE)


def _signature(function: Callable[..., object]) -> str:
    node = next(node for node in _tree(hookspecs).body if isinstance(node, ast.FunctionDef) and node.name == function.__name__)
    node.body, node.decorator_list = [ast.Pass()], []
    return ast.unparse(node).partition("\n")[0].removesuffix(":")


def _imports(example: str) -> str:
    used = {node.id for node in ast.walk(ast.parse(example)) if isinstance(node, ast.Name)}
    return f"from turbo_core import {', '.join(sorted(used & set(turbo_core.__all__)))}"


def _value(node: ast.ClassDef) -> str:
    fields = "\n".join(_fields(node))
    return f"### {node.name}\n\n{_sections(ast.get_docstring(node) or '').strip()}\n\n```text\n{fields}\n```\n"


def _fields(node: ast.ClassDef) -> Iterator[str]:
    for part in node.body:
        if isinstance(part, ast.AnnAssign):
            yield re.sub(r" = (field\(.*\)|\w+\(\))$", " = ...", ast.unparse(part))
        elif isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
            told = " ".join((ast.get_docstring(part) or "").split()).replace("``", "")
            yield f"{ast.unparse(part.args).join([f'{part.name}(', ')'])} -> {ast.unparse(part.returns or ast.Constant(None))}"
            yield f"    {told}"


def _plain(text: str) -> str:
    return text.replace("``", "`")


if __name__ == "__main__":
    PAGE.write_text(page())
