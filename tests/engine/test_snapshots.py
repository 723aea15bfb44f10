"""What was read once is found again as long as nothing has changed, and is the same workflow."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

import pytest
from msgspec.structs import replace

from tests.engine.workflows import CASES
from tests.workflow.reading_kit import KNOWN, Known
from turbo_core.engine.snapshots import MOST, Snapshots
from turbo_core.errors import WorkflowInvalid
from turbo_core.model import ActionInfo
from turbo_core.words import JSON
from turbo_core.workflow import reading
from turbo_core.workflow.definition import Workflow

RELEASE = (Path(__file__).parents[1] / "workflow" / "release.yaml").read_text()
CHILD = "name: install_check\ninputs: {version: {type: string}}\ntasks: {a: {run: x}}\n"
ODD = """\
name: odd
include: [more.yaml]
inputs: {n: {type: number, default: 1.10}, big: {type: integer, default: 1234567890123456789}}
vars: {raw: "$${{ no expression }}", list: [1.50, "${{ inputs.n * 3 }}", {a: null}]}
tasks:
  gate: {decide: {template: of_plugin, with: {ok: true}}}
  fast: {decide: "Fast?", accept: 1, criteria: {t: {score: "${{ inputs.n }}", scale: {zero: 2.5, one: 0.1}, missing: 0.25}}}
  push: {uses: git.push, with: {to: {a: [0.1, "${{ vars.list }}"]}}, when: "${{ inputs.n > 1 }}", needs: [gate]}
"""


MORE = {"more_yaml": "env: {A: '1'}\n"}
TEMPLATE = "{name: of_plugin, inputs: {ok: {type: boolean}}, decide: Now?, accept: 1, criteria: {a: {score: true}}}"


class Watched(Known):
    """A catalogue whose code and answers can change."""

    def __init__(self) -> None:
        self.version = "1"
        self.infos = dict(KNOWN)
        self.templates: dict[str, str] = {}

    def code(self, name: str) -> str:
        return f"{name} {self.version}"

    def info(self, name: str) -> ActionInfo:
        return self.infos[name]

    def template(self, name: str) -> str | None:
        return self.templates.get(name) or super().template(name)


class Recorded(Watched):
    """The same as a run has recorded it: nothing checks arguments."""

    def code(self, _name: str) -> str:
        return ""

    def check(self, _name: str, _argument: str, _value: JSON) -> str:
        return ""


class Desk:
    """A project, its snapshots, and a count of how often a workflow was really read."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project, self.kept = folder / "project", folder / "kept"
        self.project.mkdir()
        self.actions = Watched()
        self.read = 0
        monkeypatch.setattr(reading, "load", self._counted(reading.load))

    def _counted(self, load: Callable[..., Workflow]) -> Callable[..., Workflow]:
        def counted(*arguments: object) -> Workflow:
            self.read += 1
            return load(*arguments)

        return counted

    def write(self, **texts: str) -> None:
        for name, content in texts.items():
            file = self.project / name.replace("__", "/").replace("_yaml", ".yaml")
            file.parent.mkdir(exist_ok=True)
            file.write_text(content)

    def load(self, actions: Watched | None = None) -> Workflow:
        return Snapshots(self.kept).load(self.project / "turbo.yaml", self.project, actions or self.actions)

    def times(self) -> int:
        """How often the workflow is read for one more load."""
        before = self.read
        self.load()
        return self.read - before

    def damage(self, good: bytes, bad: bytes) -> None:
        kept = self.file.read_bytes()
        assert good in kept
        self.file.write_bytes(kept.replace(good, bad))

    @property
    def file(self) -> Path:
        (found,) = self.kept.iterdir()
        return found


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


Texts = Mapping[str, str]


def _corpus() -> Mapping[str, Texts]:
    """The name of a case -> the texts of its files."""
    corpus: dict[str, Texts] = {
        "release": {"turbo_yaml": RELEASE, "workflows__install_check_yaml": CHILD},
        "odd": {"turbo_yaml": ODD, **MORE},
    }
    for name, (text, _stubs, more) in CASES.items():
        files = {file: content for file, content in more.items() if file.endswith("_yaml")}
        texts = {"turbo_yaml": f"name: w\n{dedent(text)}", **files}
        if not any("uses" in one for one in texts.values()):
            corpus[name] = texts
    return corpus


CORPUS = _corpus()


@pytest.mark.parametrize("name", CORPUS)
def test_a_snapshot_is_the_workflow_that_was_read(desk: Desk, name: str) -> None:
    desk.write(**CORPUS[name])
    whole, found = desk.load(), desk.load()
    assert desk.read == 1
    assert found == whole
    assert repr(found) == repr(whole)  # 1.0 is not 1 there


def test_expressions_of_a_snapshot_give_what_they_gave(desk: Desk) -> None:
    desk.write(turbo_yaml=ODD, **MORE)
    scope = {"inputs": {"n": 2, "big": 1}, "vars": {"list": [1]}}
    for workflow in (desk.load(), desk.load()):
        *_, push = workflow.phases[0].tasks
        assert push.when is not None
        assert push.when.evaluate(scope) is True
        assert [value.evaluate(scope) for _name, value in workflow.vars] == [
            "${{ no expression }}",
            [Decimal("1.50"), 6, {"a": None}],
        ]
    assert desk.read == 1


def test_a_run_of_what_was_read_costs_neither_pydantic_nor_yaml(tmp_path: Path) -> None:
    (tmp_path / "turbo.yaml").write_text("name: w\ntasks: {a: {run: 'true'}}\n")
    surroundings = {**os.environ, "TURBO_CACHE_FOLDER": str(tmp_path / "caches")}
    program = "import sys; from turbo_core.cli.main import main; sys.argv = ['turbo', '--no-plugins', 'run', '--quiet']; main()"
    told = []
    for _ in range(2):  # the second is compared with the first
        command = [sys.executable, "-X", "importtime", "-c", program]
        ended = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True, check=True)
        imported = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
        told.append(imported & {"pydantic", "yaml"})
    assert told == [{"pydantic", "yaml"}, set()]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda desk: desk.write(turbo_yaml=f"{ODD} \n"), id="the file"),
        pytest.param(lambda desk: desk.write(more_yaml="env: {A: '2'}\n"), id="an included file"),
        pytest.param(lambda desk: desk.write(decisions__of_plugin_yaml=TEMPLATE), id="a file that comes before a plugin's"),
        pytest.param(lambda desk: setattr(desk.actions, "version", "2"), id="the code of an action"),
        pytest.param(
            lambda desk: desk.actions.infos.update({"git.push": replace(KNOWN["git.push"], risk="change")}), id="an action"
        ),
        pytest.param(lambda desk: desk.actions.templates.update(of_plugin=TEMPLATE), id="a template of a plugin"),
        pytest.param(lambda desk: desk.file.write_bytes(desk.file.read_bytes()[:-20]), id="the snapshot is cut off"),
        pytest.param(lambda desk: desk.file.write_bytes(b'{"workflow": 3}'), id="the snapshot is something else"),
        pytest.param(lambda desk: desk.damage(b'{"value":', b'{"expression":'), id="a value of another kind"),
        pytest.param(lambda desk: desk.damage(b'{"value":"Fast?"}', b'"Fast?"'), id="a value that is none"),
        pytest.param(lambda desk: desk.file.chmod(0o666), id="others may write the snapshot"),
        pytest.param(lambda desk: desk.file.unlink(), id="the snapshot is gone"),
    ],
)
def test_what_has_changed_is_read_anew(desk: Desk, change: Callable[[Desk], None]) -> None:
    desk.write(turbo_yaml=ODD, **MORE)
    desk.load()
    change(desk)
    assert desk.times() == 1
    assert desk.times() == 0  # and kept again


def test_a_nested_workflow_counts(desk: Desk) -> None:
    outer = "name: w\ntasks: {a: {workflow: child}}\n"
    desk.write(turbo_yaml=outer, workflows__child_yaml="name: child\ntasks: {one: {run: x}}\n")
    desk.load()
    desk.write(workflows__child_yaml="name: child\ntasks: {two: {run: x}}\n")
    child = desk.load().phases[0].tasks[0].child
    assert child is not None
    assert [task.name for task in child.phases[0].tasks] == ["two"]


def test_a_run_finds_what_was_read_for_it(desk: Desk) -> None:
    desk.write(turbo_yaml=ODD, **MORE)
    whole = desk.load()
    snapshots = Snapshots(desk.kept)
    recorded = snapshots.from_texts(whole.texts, "turbo.yaml", desk.project, Recorded())
    assert desk.read == 2  # the template of the plugin stands in the record, as if it were a file
    assert recorded == whole
    desk.write(turbo_yaml="name: w\ntasks: {a: {uses: git.fetch}}\n")
    whole = desk.load()
    assert snapshots.from_texts(whole.texts, "turbo.yaml", desk.project, Recorded()) == whole
    assert desk.read == 3


def test_what_nobody_has_checked_is_checked(desk: Desk) -> None:
    texts = {"turbo.yaml": "name: w\ntasks: {a: {uses: git.tag, with: {name: [1]}}}\n"}
    desk.write(turbo_yaml=texts["turbo.yaml"])
    Snapshots(desk.kept).from_texts(texts, "turbo.yaml", desk.project, Recorded())
    with pytest.raises(WorkflowInvalid, match="does not fit"):
        desk.load()


def test_what_is_wrong_is_told_each_time(desk: Desk) -> None:
    desk.write(turbo_yaml="name: w\ntasks: {a: {run: x, needs: [b]}}\n")
    for _ in range(2):
        with pytest.raises(WorkflowInvalid, match="b"):
            desk.load()
    assert not desk.kept.exists()


def test_a_folder_that_cannot_be_written_costs_time_only(desk: Desk) -> None:
    desk.write(turbo_yaml="name: w\ntasks: {a: {run: x}}\n")
    desk.kept.write_text("in the way")
    assert [desk.times(), desk.times()] == [1, 1]


def test_old_snapshots_go(desk: Desk) -> None:
    desk.write(turbo_yaml="name: w\ntasks: {a: {run: x}}\n")
    desk.kept.mkdir()
    for number in range(MOST + 5):
        old = desk.kept / f"{number}.json"
        old.write_text("{}")
        os.utime(old, (number, number))
    desk.load()
    left = sorted(desk.kept.iterdir(), key=lambda file: file.stat().st_mtime)
    assert len(left) == MOST
    assert left[0].name == "6.json"
    assert desk.times() == 0
