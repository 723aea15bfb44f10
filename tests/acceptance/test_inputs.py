"""Inputs of a run: read by their type, told all at once where they are wrong, and used in a matrix."""

from __future__ import annotations

from tests.acceptance.project import Project

ALL = """
name: taking
inputs:
  word: {type: string, default: x}
  count: {type: integer, description: how many}
  share: {type: number, default: 1}
  dry: {type: boolean, default: false}
  level: {type: choice, choices: [low, high], default: low}
  where: {type: path, default: a}
  items: {type: list, default: []}
  more: {type: object, default: {}}
tasks:
  each: {run: 'echo "$X $COUNT $SHARE $DRY $MORE"', matrix: {x: "${{ inputs.items }}"}, env: ENV}
  after: {needs: {each: any}, run: echo after}
""".replace(
    "ENV",
    '{X: "${{ matrix.x }}", COUNT: "${{ inputs.count }}", SHARE: "${{ inputs.share }}", DRY: "${{ inputs.dry }}", '
    'MORE: "${{ json(inputs.more) }}"}',
)


def test_inputs_are_read_by_their_type(project: Project) -> None:
    project.write("turbo.yaml", ALL)
    project.write("more.json", '{"a": 1.50}')
    given = ("count=3", "share=0.10", "dry=true", 'items=["p", "q"]', "more=@more.json")
    ended = project.turbo("run", "--plain", *(part for pair in given for part in ("-i", pair)))
    assert ended.code == 0
    assert 'each[1] │ q 3 0.10 true {"a":1.50}\n' in ended.out
    assert project.turbo("why", "each").out == "each succeeded in all its 2 cells that ran.\n"


def test_all_wrong_inputs_are_told_in_one_error_and_nothing_is_made(project: Project) -> None:
    project.write("turbo.yaml", ALL)
    given = ("count=three", "share=x", "dry=yes", "level=mid", "items=a", "more=[]", "zzz=1", "wrd=2")
    ended = project.turbo("run", *(part for pair in given for part in ("-i", pair)))
    assert (ended.code, ended.out) == (2, "")
    first, *told = ended.err.splitlines()
    assert first == "error: 8 inputs are wrong"
    for name in ("count", "share", "dry", "level", "items", "more", "zzz", "wrd"):
        assert sum(f"'{name}'" in line for line in told) == 1, name
    assert "there is no input 'wrd'; did you mean word?" in ended.err
    assert not (project.folder / ".turbo").exists()


def test_one_wrong_input_is_told_with_its_next_step(project: Project) -> None:
    project.write("turbo.yaml", ALL)
    missing = project.turbo("run")
    assert missing.err == "error: the input 'count' (how many) is required\n  next:  turbo run -i count=…\n"
    unread = project.turbo("plan", "-i", "count=@nofile")
    assert (unread.code, unread.err.splitlines()[1:]) == (2, ["  where: nofile", "  why:   No such file or directory"])
    twice = project.turbo("plan", "-i", "count=1", "-i", "count=2")
    assert (twice.code, twice.err.splitlines()[0]) == (2, "error: 'count' is given twice")


def test_a_matrix_over_no_items_skips_the_task_and_what_can_go_on_goes_on(project: Project) -> None:
    project.write("turbo.yaml", ALL)
    assert project.turbo("run", "--quiet", "-i", "count=1").code == 0
    assert project.turbo("why", "each").out == "each was skipped, because its matrix has no cell.\n"
    assert project.turbo("why", "after").out.startswith("after ran because each had ended as it needs")
