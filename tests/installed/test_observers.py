"""What a plugin that follows runs can count on: what came before, and to be told of the end."""

from __future__ import annotations

import json

from tests.installed.conftest import Site

OUTER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACKER = """
    import json
    from turbo_core import Trace, hookimpl

    seen = []

    def note(run, what):
        with (run.project / "seen").open("a") as file:
            file.write(json.dumps(what) + "\\n")

    @hookimpl
    def turbo_track(event, run, earlier):
        before = [one.seq for one in earlier()]
        seen.append(event.seq)
        if event.kind in ("run.parked", "run.ended"):
            note(run, ["event", event.seq, before, seen[0]])

    @hookimpl
    def turbo_track_end(run):
        note(run, ["end", seen[-1]])
        raise RuntimeError("too late")
"""
ASKS = """
    name: asks
    phases:
      judge: {fit: {decide: "Is it fit?", ask: {within: 2h}}}
      act: {go: {run: 'echo "$TRACEPARENT" > header'}}
"""


def told(site: Site) -> list[list[object]]:
    return [json.loads(line) for line in (site.project / "seen").read_text().splitlines()]


def test_a_tracker_can_read_what_it_has_not_seen_and_hears_of_the_end(site: Site) -> None:
    site.add("meter", TRACKER)
    site.write("turbo.yaml", ASKS)
    assert site.turbo("run").returncode == 3
    parked, ended = told(site)
    assert parked[0] == "event"
    assert parked[2] == list(range(1, int(str(parked[1]))))
    assert parked[3] == 1
    assert ended[0] == "end"
    (run,) = site.runs()
    assert site.turbo("approve", run, "fit").returncode == 0
    again = told(site)[2]
    assert int(str(again[3])) > int(str(parked[1])), "it goes on from where it was"
    assert again[2] == list(range(1, int(str(again[1]))))


def test_an_outer_trace_is_journalled_and_handed_on(site: Site) -> None:
    site.write("turbo.yaml", "name: go\ntasks:\n  go: {run: 'echo \"$TRACEPARENT\" > header'}\n")
    assert site.turbo("run", env={"TRACEPARENT": OUTER}).returncode == 0
    version, trace, span, flags = (site.project / "header").read_text().strip().split("-")
    assert (version, trace, flags) == ("00", OUTER[3:35], "01")
    assert span != OUTER[36:52]
    (run,) = site.runs()
    events = [json.loads(line) for line in site.turbo("events", run, "--json").stdout.splitlines()]
    assert events[0]["body"]["trace"] == OUTER


def test_a_task_may_name_a_trace_of_its_own(site: Site) -> None:
    site.write(
        "turbo.yaml", f"name: go\ntasks:\n  go: {{run: 'echo \"$TRACEPARENT\" > header', env: {{TRACEPARENT: {OUTER}}}}}\n"
    )
    assert site.turbo("run").returncode == 0
    assert (site.project / "header").read_text().strip() == OUTER
