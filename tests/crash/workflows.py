"""What is run and killed: tasks that leave a line each, so that it can be counted how often they ran."""

from __future__ import annotations

from tests.crash.surviving import DONE, UNDONE


def _task(name: str, *, needs: str = "", pause: float = 0, undo: bool = False, code: int = 0) -> list[str]:
    lines = [
        f"    {name}:",
        f"      needs: [{needs}]",
        "      run: |",
        *([f"        sleep {pause}"] if pause else []),
        f"        echo {name} >> {DONE}",
        f'        echo "value={len(name)}" >> "$TURBO_OUTPUT"',
        *([f"        exit {code}"] if code else []),
        "      outputs: {value: integer}",
        "      on_lost: rerun",
    ]
    return lines + ([f"      undo: 'echo {name} >> {UNDONE}'"] if undo else [])


def layers(tasks: int, *, pause: float = 0, width: int = 5) -> str:
    """Layers of tasks; each needs one of the layer before."""
    lines = ["name: many", "phases:", "  work:"]
    for number in range(tasks):
        lines += _task(f"t{number}", needs=f"t{number - width}" if number >= width else "", pause=pause)
    return "\n".join(lines) + "\n"


def rollback(tasks: int, failing: int) -> str:
    """Phases of five tasks with an undo each; one of all the tasks fails, and what was done before is taken back."""
    lines = ["name: rollback", "phases:"]
    for number in range(tasks):
        lines += [f"  p{number // 5}:"] if number % 5 == 0 else []
        needs = f"t{number - 1}" if number % 5 else ""
        lines += _task(f"t{number}", needs=needs, undo=True, code=3 if number == failing else 0)
    return "\n".join(lines) + "\non_failure: [{undo: all}]\n"


def gate() -> str:
    """Work, a question to a person, more work."""
    lines = ["name: gate", "phases:", "  first:", *_task("a"), *_task("b")]
    lines += ["  question:", "    fit: {decide: Go?}", *_task("c")]
    return "\n".join([*lines, "  last:", *_task("d"), *_task("e", needs="d")]) + "\n"
