"""The project's own source, as the architecture tests read it."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORE = ROOT / "turbo_core"


def module_files() -> list[Path]:
    """Every module of the core, sorted."""
    return sorted(CORE.rglob("*.py"))


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def own_imports(node: ast.AST) -> bool:
    """Whether ``node`` imports something of the core."""
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] == "turbo_core" for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.level > 0 or (node.module or "").split(".")[0] == "turbo_core")
