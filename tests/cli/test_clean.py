"""``turbo clean``, and the settings that say how many runs are kept."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import ASKING, Turbo
from tests.journal.make import new


def ids(project: Path) -> list[str]:
    return sorted(path.name for path in (project / ".turbo" / "runs").iterdir())


def ran_times(cli: Turbo, count: int) -> None:
    for _ in range(count):
        assert cli("run", "--quiet").code == 0


def test_the_end_of_a_run_removes_what_is_beyond_the_settings(cli: Turbo, project: Path) -> None:
    (project / "turbo.toml").write_text("keep = 2\n")
    ran_times(cli, 1)
    first = ids(project)[0]
    ran_times(cli, 2)
    assert len(ids(project)) == 2
    assert first not in ids(project)
    told = cli("show", first)
    assert (told.code, "no run has an id" in told.err) == (2, True)


def test_clean_removes_what_is_beyond_its_bounds_and_tells_what(cli: Turbo, project: Path) -> None:
    ran_times(cli, 3)
    before = ids(project)
    dry = cli("clean", "--keep", "1", "--dry-run")
    assert (dry.code, ids(project)) == (0, before)
    assert re.fullmatch(rf"{before[0]}  \S+KiB\n{before[1]}  \S+KiB\n2 runs would be removed: \S+KiB\n", dry.out), dry.out
    done = cli("clean", "--keep", "1")
    assert done.out == dry.out.replace("would be removed", "were removed")
    assert ids(project) == before[2:]
    assert cli("clean").out == "0 runs were removed: 0B\n"


def test_clean_removes_what_never_came_to_its_first_event(cli: Turbo, project: Path, ran: str) -> None:
    held, left = new(project, "0aaa-0000-000"), new(project, "0bbb-0000-000")
    left.close()
    assert cli("clean").out.splitlines()[-1].startswith("1 run was removed: ")
    assert ids(project) == ["0aaa-0000-000", ran]
    held.close()


def test_a_run_is_removed_by_its_name_unless_it_has_not_ended(cli: Turbo, project: Path, ran: str) -> None:
    (project / "turbo.yaml").write_text(ASKING)
    assert cli("run", "--quiet").code == 3
    (parked,) = set(ids(project)) - {ran}
    refused = cli("clean", ran, parked)
    assert refused.code == 2
    assert refused.err.splitlines()[0] == "error: the run has not ended"
    assert len(ids(project)) == 2, "nothing was removed"
    gone = cli("clean", ran)
    assert gone.code == 0
    assert re.fullmatch(r"1 run was removed: \S+KiB", gone.out.splitlines()[-1])
    assert ids(project) == [parked]
    cli("clean", "--keep", "1", "--days", "1", "--gib", "1")
    assert ids(project) == [parked]
