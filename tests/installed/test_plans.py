"""A plan is told in the surroundings of its task, by a process that may come to harm."""

from __future__ import annotations

from tests.installed.conftest import Site

ACTIONS = """
    import os
    from turbo_core import Context, action

    @action(risk="change")
    def put(context: Context, name: str) -> None:
        raise AssertionError("a plan acts on nothing")

    @put.plan
    def _(context, name):
        print("noise")
        return f"put {name} at {os.environ['PLACE']} with {len(os.environ['TOKEN'])} letters"

    @action(risk="change")
    def leave(context: Context) -> None:
        pass

    @leave.plan
    def _(context):
        os._exit(5)
"""
WORKFLOW = """
    name: places
    inputs: {who: {type: string, default: ada}}
    secrets: [TOKEN]
    tasks:
      put: {uses: place.put, with: {name: "${{ inputs.who }}"}, env: {PLACE: north}, secrets: [TOKEN]}
      leave: {uses: place.leave}
      later: {uses: place.put, with: {name: x}, env: {PLACE: "${{ tasks.put.state }}"}, needs: [put]}
"""


def plan(site: Site, **env: str) -> str:
    site.add("place", ACTIONS, "turbo.actions")
    site.write("turbo.yaml", WORKFLOW)
    planned = site.turbo("plan", env=env)
    assert planned.returncode == 0, planned.stderr
    assert site.runs() == []
    return planned.stdout


def test_a_plan_sees_what_its_task_would_see_and_harms_nobody(site: Site) -> None:
    told = plan(site, TOKEN="a-long-secret")
    assert "would put ada at north with 13 letters" in told
    assert "would (cannot tell: " in told
    assert "would put x" not in told
    assert "noise" not in told


def test_a_plan_without_its_secret_tells_so(site: Site) -> None:
    assert "no provider knows the secret TOKEN" in plan(site)
