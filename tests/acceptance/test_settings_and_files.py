"""What stands in files before a run: settings, workflows with mistakes, and the commands that only read."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.acceptance.project import COMMAND, Project, environment, unmeasured

WORKFLOW = """
name: work
inputs: {who: {type: string, default: world}}
phases:
  one:
    greet: {run: 'echo hi; touch made', description: 'Say "hi" [now]'}
    fit: {needs: [greet], decide: "Go on with ${{ inputs.who }}?", ask: {within: 1h}}
  two:
    end: {communicate: over}
"""
MISTAKES = """\
name: Bad-name
inputs:
  x: {type: strin}
tasks:
  a: {rum: echo, needs: [zz]}
  b: {run: 'echo ${{ inputs.y }}', retry: {tims: 2}}
  c: {run: echo, timeout: 10}
"""


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in folder.rglob("*")
    }


def test_check_tells_all_mistakes_at_once_with_their_places(project: Project) -> None:
    project.write("turbo.yaml", MISTAKES)
    ended = project.turbo("check")
    assert (ended.code, ended.out) == (2, "")
    *told, count = ended.err.splitlines()
    places = [re.match(r"turbo\.yaml:(\d+):(\d+): E-[a-z-]+: ", line) for line in told]
    assert all(places), told
    assert {place[1] for place in places if place} == {"1", "3", "5", "6", "7"}
    assert count == f"error: {len(told)} problems in the workflow"
    assert "did you mean 'run'?" in ended.err
    for other in (["run"], ["plan"], ["graph"]):
        assert project.turbo(*other).err == ended.err
    assert [*tree(project.folder)] == ["turbo.yaml"]


def test_plan_and_graph_and_list_act_on_nothing(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    before = tree(project.folder)
    planned = project.turbo("plan", "-i", "who=you")
    assert (planned.code, "Go on with you?" in planned.out) == (0, True)
    assert project.turbo("list").out == 'work  (turbo.yaml)\n  -i who  string, default "world"\n'
    assert project.turbo("graph").code == 0
    assert tree(project.folder) == before


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("strace"), reason="strace is not here")
def test_plan_opens_nothing_for_writing(project: Project, tmp_path: Path) -> None:
    project.write("turbo.yaml", WORKFLOW)
    env = unmeasured(TURBO_CACHE_FOLDER=str(tmp_path / "cache"), PYTHONDONTWRITEBYTECODE="1")
    for _ in ("fills the cache of names", "is watched"):
        watched = ["strace", "-f", "-qq", "-e", "trace=%file", "-o", str(tmp_path / "calls"), COMMAND, "plan"]
        ended = subprocess.run(watched, cwd=project.folder, env=env, capture_output=True, check=False)
    if b"ptrace" in ended.stderr:
        pytest.skip("this machine lets nobody be traced")
    assert ended.returncode == 0, ended.stderr
    calls = (tmp_path / "calls").read_text()
    writes = re.findall(r".*(?:O_WRONLY|O_RDWR|O_CREAT|mkdir|rename|unlink|symlink).*", calls)
    here = [call for call in writes if "/dev/" not in call and "ENOENT" not in call]
    assert here == []


def test_a_graph_can_be_read_by_its_tools(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    mermaid = project.turbo("graph", "--format", "mermaid").out
    assert mermaid.startswith("flowchart LR\n")
    assert len(re.findall(r"^ *subgraph ", mermaid, re.M)) == len(re.findall(r"^ *end$", mermaid, re.M)) == 2
    for line in mermaid.splitlines():
        assert line.count('"') % 2 == 0
        assert line.count("[") == line.count("]")
    dot = project.turbo("graph", "--format", "dot").out
    assert dot.count("{") == dot.count("}") == 3
    if shutil.which("dot"):
        subprocess.run(["dot", "-Tsvg"], input=dot.encode(), check=True, capture_output=True)


def test_the_schema_takes_what_check_takes_and_refuses_what_it_refuses(project: Project) -> None:
    schema = json.loads(project.turbo("schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert not list(validator.iter_errors(yaml.safe_load(WORKFLOW)))
    assert list(validator.iter_errors(yaml.safe_load(MISTAKES)))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "this is a folder, not a workflow file"),
        (b"name: x\ntasks: {a: {run: \xff}}\n", "turbo.yaml:2:18: E-yaml: this byte is not UTF-8"),
        (b"\x7fELF\x02\x01\x01\x00\x00\x00", "turbo.yaml:1:"),
        (b"", "turbo.yaml"),
    ],
    ids=["folder", "latin", "binary", "empty"],
)
@pytest.mark.slow
def test_a_file_that_is_no_workflow_is_explained(project: Project, content: bytes | None, told: str) -> None:
    path = project.folder / "turbo.yaml"
    path.mkdir() if content is None else path.write_bytes(content)
    ended = project.turbo("check")
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert project.turbo().code == 0
    assert project.turbo("list").code == 0


@pytest.mark.slow
def test_marks_line_ends_and_emoji_of_other_editors_are_read(project: Project) -> None:
    text = '\ufeffname: odd\r\ndescription: "Ship it 🚀"\r\ntasks:\r\n  a:\r\n    run: |\r\n      echo 🎉\r\n      echo two\r\n'
    (project.folder / "turbo.yaml").write_bytes(text.encode())
    assert project.turbo("run", "--quiet").code == 0
    assert project.turbo("logs", "a").out == "🎉\ntwo\n"
    assert "odd: Ship it 🚀" in project.turbo("list").out
    narrow = project.turbo("run", "--plain", env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})
    assert narrow.code == 0
    assert narrow.stdout.isascii()


# ---------------------------------------------------------------- settings


def test_a_wrong_setting_names_its_place_and_what_it_takes(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    for text, told in (
        ("jbs = 2", ("there is no setting 'jbs'", "turbo.toml", "did you mean 'jobs'?")),
        ('jobs = "many"', ("the setting 'jobs' is wrong", "turbo.toml", "it takes a whole number from 1 to 1024")),
        ("jobs = [", ("the settings cannot be read", "turbo.toml")),
    ):
        project.write("turbo.toml", text)
        ended = project.turbo("runs")
        assert ended.code == 2
        assert all(part in ended.err for part in told), ended.err
    assert project.turbo("--help").code == 0


def test_later_places_win_and_doctor_tells_which_did(project: Project) -> None:
    project.write("turbo.toml", 'jobs = 3\nautonomy = "manual"\n[groups]\nmaintainers = ["ada"]\n')
    shown = project.turbo("--color", "never", "doctor", env={"TURBO_JOBS": "5"}).out
    assert re.search(r"^  jobs +5  \(environment\)$", shown, re.M)
    assert re.search(rf"^  autonomy +manual  \({re.escape(str(project.folder))}/turbo.toml\)$", shown, re.M)
    assert re.search(r"^  color +never  \(command line\)$", shown, re.M)
    assert re.search(r"^  keep +1000  \(default\)$", shown, re.M)
    assert "set aside" not in shown


# ---------------------------------------------------------------- odd surroundings


def test_a_folder_that_is_gone_is_told(project: Project) -> None:
    (project.folder / "gone").mkdir()
    script = 'cd gone && rmdir ../gone && "$0" "$@"'
    for arguments in ([], ["run"], ["init"]):
        ended = subprocess.run(
            ["/bin/sh", "-c", script, COMMAND, *arguments],
            cwd=project.folder,
            env=environment(),
            capture_output=True,
            check=False,
        )
        assert ended.returncode == 2
        assert ended.stderr.startswith(b"error: the current folder is gone\n")
        (project.folder / "gone").mkdir()


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
@pytest.mark.slow
def test_streams_that_came_closed_disturb_nobody(project: Project, closed: str) -> None:
    project.write(
        "turbo.yaml", "name: simple\ntasks: {a: {run: cat; echo hello}}\n".replace("cat; echo hello", '"cat; echo hello"')
    )
    ended = subprocess.run(
        ["/bin/sh", "-c", f'"$0" run --plain {closed}', COMMAND], cwd=project.folder, env=environment(), check=False
    )
    assert ended.returncode == 0
    assert project.turbo("logs", "a").out == "hello\n"


@pytest.mark.slow
def test_nothing_but_a_path_is_needed_of_the_environment(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    for arguments, code in ((["run", "--quiet"], 3), (["runs"], 0), (["--help"], 0)):
        ended = subprocess.run(
            [COMMAND, *arguments],
            cwd=project.folder,
            env={"PATH": os.defpath, "TURBO_CACHE_FOLDER": str(project.aside)},
            capture_output=True,
            check=False,
        )
        assert ended.returncode == code, ended.stderr


@pytest.mark.slow
def test_a_project_that_cannot_be_written_is_told(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    project.write(".turbo", "a file, where a folder should be")
    ended = project.turbo("run")
    assert ended.code == 74
    assert "Not a directory" in ended.err
    assert "Traceback" not in ended.err
    assert project.turbo("plan").code == 0


def in_a_place_that_cannot_be_written(project: Project, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command line where the project is read-only, for root too."""
    folders = [path for path in (project.folder, *project.folder.rglob("*")) if path.is_dir()]
    command = [COMMAND, *arguments]
    if os.getuid() == 0:
        mount = 'mount --bind . "$PWD" && mount -o remount,ro,bind "$PWD" && cd "$PWD" && exec "$0" "$@"'
        command = ["unshare", "-m", "/bin/sh", "-c", mount, *command]
    for folder in folders:
        folder.chmod(0o500)
    try:
        return subprocess.run(command, cwd=project.folder, env=environment(), capture_output=True, text=True, check=False)
    finally:
        for folder in folders:
            folder.chmod(0o700)


@pytest.mark.slow
def test_the_runs_of_a_project_that_cannot_be_written_can_be_read(project: Project) -> None:
    project.write("turbo.yaml", "name: kept\ntasks: {a: {run: echo hello}}\n")
    assert project.turbo("run", "--quiet").code == 0
    shown = in_a_place_that_cannot_be_written(project, "logs", "a")
    if os.getuid() == 0 and ("unshare" in shown.stderr or "mount" in shown.stderr):
        pytest.skip("nobody can mount anything here")
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, "hello\n", "")
    assert in_a_place_that_cannot_be_written(project, "runs").stdout.splitlines()[1].split()[2] == "succeeded"
    refused = in_a_place_that_cannot_be_written(project, "run")
    assert refused.returncode == 74
    assert "the disk did not do what it was asked to" in refused.stderr
    assert "why:   " in refused.stderr
