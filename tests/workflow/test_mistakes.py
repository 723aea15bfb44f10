"""Each kind of mistake in a workflow: its code, its place, and what the author is told.

The sign ▶ marks the place that the problem must name; it is taken out before the text is read.
"""

from __future__ import annotations

import pytest

from tests.workflow.reading_kit import problems

HEAD = "name: w\n"
ONE = HEAD + "tasks:\n  a: {run: 'true'}\n"


def task(text: str, *, head: str = "") -> str:
    """A workflow whose task `a` has the lines ``text``."""
    return HEAD + head + "tasks:\n  a:\n" + "".join(f"    {line}\n" for line in text.splitlines())


MISTAKES = {
    # ---- text
    "duplicate key": ("name: w\n▶name: v\ntasks: {a: {run: x}}\n", "E-duplicate", "stands here twice; first at line 1"),
    "merge key": (HEAD + "▶<<: {a: b}\ntasks: {a: {run: x}}\n", "E-yaml", "write the keys out"),
    "tag": (HEAD + "description: ▶!!str x\ntasks: {a: {run: x}}\n", "E-yaml", "tags such as"),
    "key is no string": (HEAD + "vars: {▶1: x}\ntasks: {a: {run: x}}\n", "E-yaml", 'quote it: "1":'),
    "octal": (HEAD + "vars: {mode: ▶0755}\ntasks: {a: {run: x}}\n", "E-yaml", 'quote it for the text: "0755"'),
    "loose boolean": (HEAD + "keep_going: ▶True\ntasks: {a: {run: x}}\n", "E-yaml", "write true"),
    "not finite": (HEAD + "vars: {x: ▶.inf}\ntasks: {a: {run: x}}\n", "E-yaml", 'quote it: ".inf"'),
    "integer too large": (HEAD + "vars: {x: ▶9223372036854775808}\ntasks: {a: {run: x}}\n", "E-yaml", "within ±2⁶³"),
    "tab": ("name: w\ntasks:\n▶\ta: {run: x}\n", "E-yaml", "indent with spaces"),
    "second document": (ONE + "▶---\nname: v\n", "E-yaml", "second document"),
    "unclosed quote": ("name: 'w▶", "E-yaml", "a quote is opened and never closed"),
    "unquoted expression in braces": (HEAD + "tasks: {a: {run: x, env: {A: $▶{{ inputs.x }}}}}\n", "E-yaml", "quote it: "),
    "colon without a space": (HEAD + "vars: {a▶:}\ntasks: {a: {run: x}}\n", "E-yaml", "put a space after it"),
    "unknown alias": (HEAD + "vars: {x: ▶*nobody}\ntasks: {a: {run: x}}\n", "E-yaml", "no anchor &nobody"),
    "alias inside its anchor": (HEAD + "vars: &v {x: ▶*v}\ntasks: {a: {run: x}}\n", "E-yaml", "inside its own anchor"),
    "not a workflow": ("▶- a\n", "E-type", "an object of keys"),
    # ---- structure
    "unknown key": (task("run: x\n▶tiemout: 5m"), "E-key", "did you mean 'timeout'?"),
    "unknown key at the top": (HEAD + "▶input: {}\ntasks: {a: {run: x}}\n", "E-key", "did you mean 'inputs'?"),
    "unknown key inside a key": (task("run: x\nretry: {times: 1, ▶dealy: 1s}"), "E-key", "did you mean 'delay'?"),
    "missing name": ("▶tasks: {a: {run: x}}\n", "E-missing", "add `name: turbo`"),
    "missing key": (task("run: x\n▶retry: {delay: 1s}"), "E-missing", "'times'"),
    "wrong type": (task("run: ▶5"), "E-type", "expected a command"),
    "string wanted": (task("run: x\ndescription: ▶3"), "E-type", 'quote it: "3"'),
    "nothing": (task("run:▶"), "E-type", "got nothing"),
    "list wanted": (task("run: x\nsecrets: ▶TOKEN"), "E-type", "expected a list"),
    "bare duration": (task("run: x\ntimeout: ▶90"), "E-type", "no unit; write it like 90s"),
    "wrong duration": (task("run: x\ntimeout: ▶90 seconds"), "E-type", "expected a duration"),
    "bare size": (task("run: x\nlimits: {memory: ▶512}"), "E-type", "write it like 512MiB"),
    "too often": (task("run: x\nretry: ▶101"), "E-type", "from 0 to 100"),
    "wrong choice": (task("run: x\nrisk: ▶raed"), "E-choice", "did you mean 'read'?"),
    "wrong level": (task("communicate: hi\nlevel: ▶warn"), "E-choice", "did you mean 'warning'?"),
    "wrong condition": (
        HEAD + "tasks:\n  a: {run: x}\n  b: {run: x, needs: {a: ▶always}}\n",
        "E-choice",
        "ok, skip_ok, failed, any",
    ),
    "wrong output type": (task("run: x\noutputs: {n: ▶strnig}"), "E-choice", "did you mean 'string'?"),
    "key that looks like a kind of value": (task("run: x\n▶=list: 1"), "E-key", "there is no key '=list' in a task"),
    "key in a retry that looks like a kind": (
        task("run: x\nretry: {times: 1, ▶=object: 1}"),
        "E-key",
        "no key '=object' in 'retry'",
    ),
    "object in env that holds an expression": (HEAD + "env: {A: ▶{b: '${{ = }}'}}\n" + ONE[8:], "E-type", "got an object"),
    "list in env": (task("run: x\nenv: {A: ▶[1]}"), "E-type", "json()"),
    "nothing in env": (task("run: x\nenv:\n  A:▶"), "E-type", 'write "" for an empty string'),
    "empty command": (task("run: ▶''"), "E-type", "`run` is empty"),
    "empty list": (task("run: ▶[]"), "E-type", "`run` is empty"),
    "expression where none can be": (task("run: x\ntimeout: ▶'${{ inputs.t }}'"), "E-place", "cannot stand here"),
    # ---- names
    "hyphen": (HEAD + "tasks: {▶build-it: {run: x}}\n", "E-name", "write 'build_it'"),
    "reserved word": (HEAD + "tasks: {▶import: {run: x}}\n", "E-name", "reserved word"),
    "forgotten phase": (HEAD + "phases:\n  build:\n    ▶run: make\n", "E-name", "the phase"),
    "capital input": (HEAD + "inputs: {▶Version: {type: string}}\ntasks: {a: {run: x}}\n", "E-name", "write 'version'"),
    "hyphen in an axis": (task("run: x\nmatrix: {▶py-version: [a]}"), "E-name", "write 'py_version'"),
    "task twice": (HEAD + "phases:\n  p: {a: {run: x}}\n  q: {▶a: {run: x}}\n", "E-duplicate", "first at turbo.yaml:3:7"),
    "name that is too long": (HEAD + f"tasks: {{▶{'a' * 64}: {{run: x}}}}\n", "E-name", "longer than 63"),
    "name without a letter": (HEAD + "tasks: {▶'1': {run: x}}\n", "E-name", "choose another"),
    "name of a criterion": (task("decide: Go?\naccept: 1\ncriteria: {▶Tests: {score: true}}"), "E-name", "write 'tests'"),
    "name of an output": (task("run: x\noutputs: {▶file-name: string}"), "E-name", "write 'file_name'"),
    "name of a variable": (HEAD + "vars: {▶class: 1}\ntasks: {a: {run: x}}\n", "E-name", "cannot name a variable"),
    "name of another type": ("name: ▶5\ntasks: {a: {run: x}}\n", "E-type", "got the integer 5"),
    # ---- phases and kinds
    "no tasks": ("▶name: w\n", "E-phases", "no `phases` and no `tasks`"),
    "tasks and phases": (HEAD + "phases: {p: {a: {run: x}}}\n▶tasks: {b: {run: x}}\n", "E-phases", "exclude each other"),
    "empty phase": (HEAD + "phases: {p: ▶{}}\n", "E-phases", "there is no task"),
    "no kind": (HEAD + "tasks: {▶a: {env: {A: b}}}\n", "E-kind", "exactly one of run, uses"),
    "two kinds": (task("run: x\n▶uses: git.tag"), "E-kind", "two kinds: run and uses"),
    "key of another kind": (task("communicate: hi\n▶timeout: 5m"), "E-kind-key", "it belongs to `run` and `uses`"),
    "shell for a list": (task("run: [a]\n▶shell: [bash, -c]"), "E-kind-key", "without a shell"),
    # ---- needs
    "unknown need": (HEAD + "tasks:\n  build: {run: x}\n  b: {run: x, needs: [▶biuld]}\n", "E-needs", "did you mean 'build'?"),
    "need of a phase": (HEAD + "phases:\n  p: {a: {run: x}}\n  q: {b: {run: x, needs: [▶p]}}\n", "E-needs", "'p' is a phase"),
    "need of a later task": (HEAD + "phases:\n  p: {a: {run: x, needs: [▶b]}}\n  q: {b: {run: x}}\n", "E-needs", "runs later"),
    "need of itself": (task("run: x\nneeds: [▶a]"), "E-needs", "needs itself"),
    "need twice": (HEAD + "tasks:\n  a: {run: x}\n  b: {run: x, needs: [a, ▶a]}\n", "E-needs", "needed twice"),
    "cycle": (
        HEAD + "tasks:\n  a: {run: x, ▶needs: [c]}\n  b: {run: x, needs: [a]}\n  c: {run: x, needs: [b]}\n",
        "E-cycle",
        "a → c → b → a",
    ),
    # ---- expressions
    "expression in shell text": (
        task("run: |\n  echo hello\n  echo ▶${{ inputs.name }}"),
        "E-run-text",
        'env: {NAME: "${{ inputs.name }}"}',
    ),
    "broken expression": (task("run: [echo, '${{ 1 + ▶}}']"), "E-expression", ""),
    "broken expression of an argument": (task("uses: git.tag\nwith: {name: '${{ ▶upper(1) }}'}"), "E-expression", "no function"),
    "name deep in an argument": (
        task("uses: git.push\nwith: {to: {x: [1, {y: '${{ ▶inputs.q }}'}]}}"),
        "E-undeclared",
        "inputs.q",
    ),
    "name in folded text": (task("run:\n  - echo\n  - ▶>\n    ${{\n    inputs.q }}"), "E-undeclared", "inputs.q"),
    "name written with brackets": (task("run: [echo, \"${{ ▶inputs['q'] }}\"]"), "E-undeclared", "inputs.q"),
    "unknown function": (task("run: [echo, '${{ ▶upper(\"a\") }}']"), "E-expression", "no function upper"),
    "unknown input": (
        task("run: [echo, '${{ ▶inputs.versoin }}']", head="inputs: {version: {type: string}}\n"),
        "E-undeclared",
        "did you mean 'version'?",
    ),
    "later variable": (HEAD + "vars: {a: '${{ ▶vars.b }}', b: 1}\ntasks: {a: {run: x}}\n", "E-undeclared", "only those above"),
    "unknown fact of the run": (task("run: [echo, '${{ ▶run.nmae }}']"), "E-undeclared", "did you mean 'name'?"),
    "outcome before the end": (task("run: [echo, '${{ ▶run.outcome }}']"), "E-undeclared", "known in `on_failure` and `finally`"),
    "matrix without one": (task("run: [echo, '${{ ▶matrix.os }}']"), "E-scope", "no `matrix`"),
    "unknown axis": (task("run: [echo, '${{ ▶matrix.so }}']\nmatrix: {os: [a]}"), "E-undeclared", "known: os"),
    "attempt in when": (task("run: x\nwhen: ${{ ▶attempt.number > 1 }}"), "E-scope", "it is known in `env`"),
    "task in vars": (
        HEAD + "vars: {v: '${{ ▶tasks.a.ok }}'}\ntasks: {a: {run: x}}\n",
        "E-scope",
        "known here: inputs, run, vars",
    ),
    "unknown task": (HEAD + "tasks:\n  a: {run: x}\n  b: {run: x, when: '${{ ▶tasks.c.ok }}'}\n", "E-undeclared", "no task 'c'"),
    "read without a need": (
        HEAD + "tasks:\n  a: {run: x}\n  b: {run: x, when: '${{ ▶tasks.a.ok }}'}\n",
        "E-tasks",
        "add 'a' to `needs`",
    ),
    "read of a later task": (
        HEAD + "phases:\n  p: {a: {run: x, when: '${{ ▶tasks.b.ok }}'}}\n  q: {b: {run: x}}\n",
        "E-tasks",
        "runs later",
    ),
    "read of itself": (task("run: x\nenv: {A: '${{ ▶tasks.a.attempts }}'}"), "E-tasks", "reads itself"),
    "read of a whole task": (
        HEAD + "phases:\n  p: {a: {run: x}}\n  q: {b: {run: [x, '${{ ▶tasks.a }}']}}\n",
        "E-tasks",
        "tasks.a.ok",
    ),
    "read of any task": (
        task("run: [x, '${{ ▶tasks[inputs.x].ok }}']", head="inputs: {x: {type: string}}\n"),
        "E-tasks",
        "tasks.NAME",
    ),
    "undeclared output": (
        HEAD + "phases:\n  p: {a: {run: x}}\n  q: {b: {run: [x, '${{ ▶tasks.a.outputs.n }}']}}\n",
        "E-undeclared",
        "outputs: {n: string}",
    ),
    "unknown output of an action": (
        HEAD + "phases:\n  p: {a: {uses: git.next_version}}\n  q: {b: {run: [x, '${{ ▶tasks.a.outputs.nxt }}']}}\n",
        "E-undeclared",
        "did you mean 'next'?",
    ),
    "unknown output of a gate": (
        HEAD + "phases:\n  p: {a: {decide: Go?}}\n  q: {b: {run: [x, '${{ ▶tasks.a.outputs.decison }}']}}\n",
        "E-undeclared",
        "did you mean 'decision'?",
    ),
    "cells without a matrix": (
        HEAD + "phases:\n  p: {a: {run: x}}\n  q: {b: {run: [x, '${{ len(▶tasks.a.cells) }}']}}\n",
        "E-undeclared",
        "only a task with `matrix`",
    ),
    "secret in a command": (task("run: [echo, '${{ ▶secrets.TOKEN }}']"), "E-scope", "in `env` and `with` only"),
    "secret with text around it": (task("run: x\nenv: {A: 'Bearer ${{▶ secrets.TOKEN }}'}"), "E-expression", "stands alone"),
    "condition is no boolean": (task("run: x\nwhen: ▶sometimes"), "E-expression", "not text"),
    # ---- inputs
    "default of the wrong type": (
        HEAD + "inputs: {n: {type: integer, default: ▶three}}\ntasks: {a: {run: x}}\n",
        "E-input",
        "an integer",
    ),
    "default is no choice": (
        HEAD + "inputs: {n: {type: choice, choices: [minor, major], default: ▶majro}}\ntasks: {a: {run: x}}\n",
        "E-input",
        "did you mean 'major'?",
    ),
    "choice without choices": (HEAD + "inputs: {▶n: {type: choice}}\ntasks: {a: {run: x}}\n", "E-input", "no choices"),
    "choices of a string": (
        HEAD + "inputs: {n: {type: string, ▶choices: [a]}}\ntasks: {a: {run: x}}\n",
        "E-input",
        "type: choice",
    ),
    "choice twice": (HEAD + "inputs: {n: {type: choice, choices: [a, ▶a]}}\ntasks: {a: {run: x}}\n", "E-duplicate", "twice"),
    "choice that is a list": (
        HEAD + "inputs: {n: {type: choice, choices: [▶[a]]}}\ntasks: {a: {run: x}}\n",
        "E-type",
        "got a list",
    ),
    "number as a text": (
        HEAD + "inputs: {n: {type: number, default: ▶'1'}}\ntasks: {a: {run: x}}\n",
        "E-input",
        "expected a number",
    ),
    "unknown input type": (HEAD + "inputs: {n: {type: ▶int}}\ntasks: {a: {run: x}}\n", "E-choice", "integer"),
    "expression in a default": (
        HEAD + "inputs: {n: {type: string, default: ▶'${{ run.id }}'}}\ntasks: {a: {run: x}}\n",
        "E-place",
        "compute it in `vars`",
    ),
    # ---- actions
    "unknown action": (task("uses: ▶git.tga"), "E-plugin", "no plugin offers it"),
    "unknown argument": (task("uses: git.tag\nwith: {name: v1, ▶mesage: x}"), "E-with", "did you mean 'message'?"),
    "missing argument": (task("uses: ▶git.tag"), "E-with", "'name' is missing"),
    "argument of the wrong type": (task("uses: git.tag\nwith: {name: ▶5}"), "E-with", "should be a string"),
    "risk lowered": (task("uses: git.push\nrisk: ▶change"), "E-risk", "is destroy"),
    "retry of what is not idempotent": (task("uses: git.push\nretry: ▶2"), "E-retry", "{times: 2, on: [infra]}"),
    "unknown failure class": (task("run: x\nretry: {times: 1, on: [▶timout]}"), "E-choice", "did you mean 'timeout'?"),
    "never retried class": (task("run: x\nretry: {times: 1, on: [▶rejected]}"), "E-choice", "exit, signal, timeout"),
    # ---- undo, lost
    "undo true of a command": (task("run: x\nundo: ▶true"), "E-undo", "a string or a list"),
    "undo of an action without one": (task("uses: git.push\nundo: ▶true"), "E-undo", "has no undo"),
    "command as undo of an action": (task("uses: git.tag\nwith: {name: v}\nundo: ▶git tag -d v"), "E-undo", "its own"),
    "undo false": (task("run: x\nundo: ▶false"), "E-undo", "says nothing"),
    "probe without on_lost": (task("run: x\n▶probe: y\non_lost: hold"), "E-lost", "never asked"),
    "on_lost probe without one": (task("run: x\non_lost: ▶probe"), "E-lost", "add `probe:`"),
    "probed outputs": (task("run: x\nprobe: y\noutputs: {n: ▶string}"), "E-lost", "`n: string?`"),
    # ---- environment, secrets
    "Turbo's own variable": (task("run: x\nenv: {▶TURBO_RUN: x}"), "E-env", "set by Turbo"),
    "wrong variable": (task("run: x\nenv: {▶MY-VAR: x}"), "E-env", "letters, digits"),
    "wrong secret": (task("run: x\nsecrets: [▶my-token]"), "E-env", "letters, digits"),
    # ---- gates
    "criteria without accept": (task("decide: Go?\n▶criteria: {t: {score: true}}"), "E-gate", "add `accept: 0.8`"),
    "reject above accept": (
        task("decide: Go?\naccept: 0.5\nreject: ▶0.6\ncriteria: {t: {score: true}}"),
        "E-gate",
        "above `accept`",
    ),
    "weight 0 without veto": (
        task("decide: Go?\naccept: 1\ncriteria: {s: {score: true}, t: {weight: ▶0, score: true}}"),
        "E-gate",
        "veto: true",
    ),
    "all weights 0": (
        task("decide: Go?\naccept: 1\n▶criteria: {t: {weight: 0, veto: true, score: true}}"),
        "E-gate",
        "all weights",
    ),
    "skipped veto": (task("decide: Go?\naccept: 1\ncriteria: {t: {score: true, veto: true, missing: ▶skip}}"), "E-gate", "veto"),
    "criterion that acts": (task("decide: Go?\naccept: 1\ncriteria: {t: {uses: ▶git.fetch}}"), "E-gate", "only reads"),
    "criterion of an unknown action": (task("decide: Go?\naccept: 1\ncriteria: {t: {uses: ▶git.sise}}"), "E-plugin", "no action"),
    "criterion without score": (task("decide: Go?\naccept: 1\ncriteria: {▶t: {weight: 2}}"), "E-gate", "no `score`"),
    "criterion with both": (task("decide: Go?\naccept: 1\ncriteria: {▶t: {score: 1, uses: git.change_size}}"), "E-gate", "both"),
    "with of a score": (task("decide: Go?\naccept: 1\ncriteria: {t: {score: 1, ▶with: {}}}"), "E-kind-key", "goes with `uses`"),
    "score above 1": (task("decide: Go?\naccept: 1\ncriteria: {t: {score: ▶2}}"), "E-type", "from 0 to 1"),
    "accept without criteria": (task("decide: Go?\n▶accept: 0.5"), "E-gate", "no score"),
    "unknown template": (task("decide: {template: ▶release}"), "E-template", "no template 'release'"),
    "unknown criterion": (
        task("decide: Go?\naccept: 1\ncriteria: {tests: {score: true}}\nask: {message: '${{ ▶criteria.test.score }}'}"),
        "E-undeclared",
        "did you mean 'tests'?",
    ),
    "unknown part of a criterion": (
        task("decide: Go?\naccept: 1\ncriteria: {t: {score: true}}\nask: {message: '${{ ▶criteria.t.scor }}'}"),
        "E-undeclared",
        "did you mean 'score'?",
    ),
    "criterion outside its gate": (task("decide: 'Go ${{ ▶criteria.t.score }}?'"), "E-scope", "`ask.message`"),
    "field without a type": (task("decide: Go?\nask: {fields: {▶reason: {}}}"), "E-missing", "'type'"),
    # ---- matrix
    "no axis": (task("run: x\nmatrix: ▶{max_parallel: 2}"), "E-matrix", "os: [linux, macos]"),
    "axis is no list": (task("run: x\nmatrix: {os: ▶linux}"), "E-type", "expected a list"),
    # ---- steps
    "step without a kind": (ONE + "finally:\n  - ▶{env: {A: b}}\n", "E-kind", "run, uses, communicate, undo"),
    "key that a step has not": (ONE + "finally: [{run: x, ▶needs: [a]}]\n", "E-key", "in a step"),
    "undo something": (ONE + "on_failure: [{undo: ▶some}]\n", "E-choice", "none of all"),
    "undo with a key": (ONE + "on_failure: [{undo: all, ▶timeout: 5m}]\n", "E-kind-key", "`when` and nothing else"),
    "gate in a step": (ONE + "finally: [{▶decide: Go?}]\n", "E-key", "in a step"),
    # ---- nested, include
    "unknown workflow": (task("workflow: ▶deploy"), "E-nested", "workflows/deploy.yaml"),
    "unknown file": (task("workflow: ▶./deploy.yaml"), "E-file", "no file deploy.yaml"),
    "workflow that runs itself": (task("workflow: ▶w"), "E-nested", "turbo.yaml → turbo.yaml"),
    "retry of a workflow": (task("workflow: child.yaml\n▶retry: 1"), "E-kind-key", "`run` and `uses`"),
    "included file that is not there": (HEAD + "include: [▶more.yaml]\ntasks: {a: {run: x}}\n", "E-file", "no file more.yaml"),
    "included address": (
        HEAD + "include: [▶'https://example.org/a.yaml']\ntasks: {a: {run: x}}\n",
        "E-include",
        "only local files",
    ),
}
CHILD = "name: child\ntasks: {t: {run: x}}\n"


@pytest.mark.parametrize(("text", "code", "told"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_with_its_place_cause_and_next_step(text: str, code: str, told: str) -> None:
    before = text.partition("▶")[0]
    found = problems(text.replace("▶", ""), child_yaml=CHILD)
    place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
    matching = [one for one in found if (one.code, one.line, one.column) == (code, *place) and told in str(one)]
    assert matching, f"wanted {code} at {place}, found:\n" + "\n".join(map(str, found))
    assert len(found) == 1, "\n".join(map(str, found))
