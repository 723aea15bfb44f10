"""Small workflows that between them use every mechanism of the engine; each is crashed at every commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.engine.runs import FAILS, SLOW, answers
from turbo_core.testing.world import Stub, opinion

SAFE = "run: x, risk: read"
CHILD = f"name: child\nphases:\n  one: {{u: {{{SAFE}, undo: un}}}}\n  two: {{v: {{{SAFE}}}}}\non_failure: [{{uses: git.read}}]\n"

Case = tuple[str, Mapping[str, Stub | Sequence[Stub]], Mapping[str, Any]]

CASES: Mapping[str, Case] = {
    "chain": (f"tasks: {{a: {{{SAFE}}}, b: {{{SAFE}, needs: [a]}}, c: {{{SAFE}, needs: [b]}}}}", {}, {}),
    "phases": (f"phases: {{one: {{a: {{{SAFE}}}, b: {{{SAFE}}}}}, two: {{c: {{{SAFE}}}}}}}", {}, {"jobs": 1}),
    "failure": (
        f"phases: {{one: {{a: {{{SAFE}}}, b: {{{SAFE}, needs: {{a: failed}}}}}}, two: {{c: {{{SAFE}}}}}}}",
        {"a": FAILS},
        {},
    ),
    "retry": (f"tasks: {{a: {{{SAFE}, retry: 2}}, b: {{{SAFE}, needs: [a]}}}}", {"a": [FAILS, FAILS, Stub()]}, {}),
    "outputs": (
        f"""
        tasks:
          a: {{{SAFE}, outputs: {{o: integer}}}}
          b: {{run: [x, "${{{{ tasks.a.outputs.o }}}}"], risk: read, needs: [a]}}
        """,
        {"a": Stub(outputs={"o": 3})},
        {},
    ),
    "matrix": (
        f"""
        tasks:
          a: {{{SAFE}, matrix: {{n: [1, 2, 3], max_parallel: 2}}, when: "${{{{ matrix.n > 1 }}}}"}}
          b: {{{SAFE}, needs: [a]}}
        """,
        {},
        {},
    ),
    "failing cells": (f"tasks: {{a: {{{SAFE}, matrix: {{n: [1, 2]}}, retry: 1}}}}", {"a[1]": FAILS}, {}),
    "nested": (f"phases: {{one: {{d: {{workflow: child.yaml}}}}, two: {{e: {{{SAFE}}}}}}}", {}, {"child_yaml": CHILD}),
    "nested failure": (
        f"phases: {{one: {{a: {{{SAFE}, undo: un}}}}, two: {{d: {{workflow: child.yaml}}}}}}\non_failure: [{{undo: all}}]",
        {"d/v": FAILS},
        {"child_yaml": CHILD},
    ),
    "steps": (
        f"""
        tasks: {{a: {{{SAFE}, undo: una}}, b: {{{SAFE}, undo: unb}}, c: {{{SAFE}, needs: [a, b]}}}}
        on_failure: [{{undo: all}}, {{communicate: alas}}]
        finally: [{{communicate: done}}]
        """,
        {"c": FAILS},
        {},
    ),
    "messages": (f"tasks: {{m: {{communicate: hi}}, a: {{{SAFE}, needs: [m]}}, n: {{communicate: ho, needs: [a]}}}}", {}, {}),
    "gate": (
        "tasks: {g: {decide: Go?, criteria: {s: {uses: git.size}, t: {score: true}}, accept: 0.5}}",
        {"g/s": Stub(outputs={"score": True})},
        {"deciders": True, "decide": lambda _question: [opinion("oracle", score=1)]},
    ),
    "asked": (
        f"tasks: {{g: {{decide: Go?}}, a: {{{SAFE}, needs: [g]}}}}",
        {},
        {"wait": True, "requests": [answers("g", after=30)]},
    ),
    "expired": (f"tasks: {{g: {{decide: Go?}}, a: {{{SAFE}, needs: [g]}}}}", {}, {"wait": True}),
    "deciders": (
        f"tasks: {{a: {{{SAFE}}}, b: {{{SAFE}, needs: [a]}}}}",
        {"a": [FAILS, FAILS, Stub()]},
        {"deciders": True, "decide": lambda _question: [opinion("oracle", answer="retry")]},
    ),
    "keys": (
        f"tasks: {{{', '.join(f'{name}: {{{SAFE}, concurrency: {{key: k}}}}' for name in 'abc')}}}",
        {},
        {},
    ),
    "files": (
        f"tasks: {{a: {{{SAFE}, sources: [s]}}, b: {{{SAFE}, sources: [s], retry: 1}}}}",
        {"b": [FAILS, Stub()]},
        {"unchanged": {"a": {}}},
    ),
    "timeout": (f"tasks: {{a: {{{SAFE}, timeout: 1h, retry: 1}}}}", {"a": [Stub(seconds=None), Stub()]}, {}),
    "tolerated": (f"phases: {{one: {{a: {{{SAFE}, allow_failure: true}}}}, two: {{b: {{{SAFE}}}}}}}", {"a": FAILS}, {}),
    "fail fast": (
        f"tasks: {{a: {{{SAFE}}}, b: {{{SAFE}}}, d: {{workflow: child.yaml}}}}",
        {"a": Stub.fails(seconds=3), "b": SLOW, "d/u": SLOW},
        {"fail_fast": True, "child_yaml": CHILD},
    ),
}
