"""Right workflows that the tests of hostile input start from; together they use every key of the language."""

from __future__ import annotations

from pathlib import Path
from typing import Final

_CHILD: Final = """\
name: child
inputs: {version: {type: string, default: v}}
tasks: {inner: {run: echo}}
outputs: {done: "${{ true }}"}
"""
_PART: Final = "vars: {more: 1}\nphases: {last: {added: {run: echo}}}\n"

FILES: Final = {
    "part_yaml": _PART,
    "workflows__child_yaml": _CHILD,
    "workflows__install_check_yaml": _CHILD.replace("child", "install_check"),
}
"""What the seeds include and call, as the kit of the tests of reading takes it."""

_KEYS: Final = r"""
name: keys
description: |
  Every key of a task.
include: [part.yaml]
inputs:
  word: {type: string, default: "a", description: "a word"}
  few: {type: list, default: [1, 2]}
  size: {type: choice, choices: [s, m], default: s}
vars: {base: "${{ inputs.word + 'x' }}", twice: "${{ vars.base }}!"}
env: {LANG: C, BASE: "${{ vars.base }}"}
secrets: [TOKEN]
shell: [/bin/sh, -e, -c]
keep_going: true
phases:
  first:
    make:
      description: Makes it
      run: |
        echo "one=1" >> "$TURBO_OUTPUT"
      outputs: {one: integer?, two: string?}
      env: {WORD: "${{ inputs.word }}", SECRET: "${{ secrets.TOKEN }}"}
      cwd: src
      timeout: 1h30m
      retry: {times: 2, on: [exit, 75, timeout], delay: 1s, factor: 1.5, max_delay: 1m, jitter: 0.2}
      limits: {memory: 512MiB, processes: 20}
      sources: ["src/**/*.py"]
      produces: ["dist/*.whl"]
      concurrency: {key: "k-${{ inputs.size }}", limit: 2, policy: reject}
      on_lost: probe
      probe: test -e dist
      undo: rm -rf dist
      risk: destroy
    cells:
      run: [echo, "${{ matrix.os }}", "${{ matrix.n * 2 }}"]
      needs: {make: any}
      when: "${{ tasks.make.ok and inputs.word != 'b' }}"
      matrix: {os: [a, b], n: "${{ inputs.few }}", exclude: [{os: a, n: 1}], include: [{os: c, n: 9}], max_parallel: 1}
      allow_failure: true
  second:
    tag: {uses: git.tag, with: {name: "v${{ tasks.make.outputs.one }}"}, undo: true}
    gate:
      decide: "Go on with ${{ len(tasks.cells.outputs) if false else 'it' }}?"
      criteria:
        ok: {weight: 2, score: "${{ tasks.make.ok }}", veto: true}
        size: {weight: 1, uses: git.change_size, with: {since: v1}, missing: skip}
      accept: 0.8
      reject: 0.2
      confidence: 0.5
      ask:
        {who: [me], within: 2h, not_starter: true, comment: required, message: "${{ criteria.ok.score }}", fields: {}}
    call: {workflow: child, needs: [gate], with: {version: "${{ inputs.word }}"}}
    tell: {communicate: "done: ${{ tasks.call.state }}", level: alert, to: [terminal], needs: [call]}
outputs: {one: "${{ tasks.make.outputs.one }}"}
on_failure:
  - {undo: all}
  - {communicate: "${{ run.summary }}", level: error}
finally:
  - {run: echo end, when: "${{ run.outcome == 'failed' }}", timeout: 5s}
"""

SMALL: Final = "name: small\ntasks:\n  a: {run: echo}\n  b: {run: [echo, '${{ tasks.a.state }}'], needs: [a]}\n"

_PLAIN: Final = """\
name: plain
tasks:
  build:
    run: make
    env:
      MODE: "fast"
  test:
    needs: [build]
    run: make test
    retry: 2
"""

SEEDS: Final = (SMALL, _PLAIN, _KEYS.lstrip(), Path(__file__).parents[1].joinpath("workflow", "release.yaml").read_text("utf-8"))
