"""What would be done: planned with a real installer in a real environment, and never done."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.registry.site import Site, entry, release
from tests.registry.wheels import files_of, plugin, project, sha256
from turbo_core.errors import InstallRefused, UsageError
from turbo_core.registry.index import Index
from turbo_core.registry.plan import Plan, Wanted
from turbo_core.registry.resolve import Hashes, Resolver
from turbo_core.registry.sources import Registries

NO_HASHES: Hashes = {}


def planned(
    site: Site, *texts: str, entries: tuple[Mapping[str, object], ...] = (), locked: Hashes = NO_HASHES, upgrade: bool = False
) -> Plan:
    known = Registries([str(site.registry(entries))], site.folder / "caches")
    resolver = Resolver(tool=site.tool(), environment=site.environment(), registries=known, locked=locked)
    before = site.state()
    try:
        return resolver.plan([Wanted(text=text) for text in texts], upgrade=upgrade)
    finally:
        assert site.state() == before


def changes(plan: Plan) -> dict[str, tuple[str, str]]:
    return {change.pin.name: (change.before, change.pin.version) for change in plan.changes}


def test_a_plan_names_what_would_be_installed_with_hashes(each_site: Site) -> None:
    wheel, dep = each_site.offer(plugin("alpha", requires=["dep"])), each_site.offer(files_of("dep"))
    plan = planned(each_site, "turbo-plugin-alpha")
    assert changes(plan) == {"turbo-plugin-alpha": ("", "1.0"), "dep": ("", "1.0")}
    assert {change.line for change in plan.changes} == {
        f"turbo-plugin-alpha==1.0 --hash=sha256:{sha256(wheel)}",
        f"dep==1.0 --hash=sha256:{sha256(dep)}",
    }
    assert [question for question in plan.questions if "in no registry" in question] == [*plan.questions]


def test_an_answer_that_keeps_everyone_is_found(each_site: Site) -> None:
    each_site.have(plugin("alpha", requires=["dep<2"]))
    each_site.have(files_of("dep", "1.0"))
    for version in ("1.0", "1.5", "2.0"):
        each_site.offer(files_of("dep", version))
    each_site.offer(plugin("beta", requires=["dep>=1.1"]))
    assert changes(planned(each_site, "turbo-plugin-beta")) == {"turbo-plugin-beta": ("", "1.0"), "dep": ("1.0", "1.5")}


def test_what_would_break_another_plugin_is_refused_and_both_are_named(each_site: Site) -> None:
    each_site.have(plugin("alpha", requires=["dep<2"]))
    each_site.have(files_of("dep", "1.0"))
    each_site.offer(files_of("dep", "2.0"))
    each_site.offer(plugin("beta", requires=["dep>=2"]))
    with pytest.raises(InstallRefused) as caught:
        planned(each_site, "turbo-plugin-beta")
    assert caught.value.what == "installing turbo-plugin-beta would break what is installed"
    assert caught.value.why == "turbo-plugin-alpha 1.0 needs dep<2, and dep would be 2.0"


def test_what_nobody_offers_is_refused_in_the_words_of_the_installer(each_site: Site) -> None:
    with pytest.raises(InstallRefused, match="no set of wheels fulfils turbo-plugin-none") as caught:
        planned(each_site, "turbo-plugin-none")
    assert "turbo-plugin-none" in caught.value.why


def test_the_newest_version_that_fits_is_taken(site: Site) -> None:
    wheels = [site.offer(plugin("alpha", version)) for version in ("1.4", "1.3", "1.2", "1.1", "1.0")]
    releases = [
        release("1.4", wheels[0], yanked="it lost data"),
        release("1.3", wheels[1], host=">=99"),
        release("1.2", wheels[2], api=">=9"),
        release("1.1", wheels[3]),
        release("1.0", wheels[4]),
    ]
    plan = planned(site, "alpha", entries=(entry("alpha", *releases),))
    assert changes(plan) == {"turbo-plugin-alpha": ("", "1.1")}
    assert plan.changes[0].hashes == (sha256(wheels[3]),)
    assert plan.questions == ()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"yanked": "it lost data"}, "1.0: it is withdrawn: it lost data"),
        ({"host": ">=99"}, "1.0: it needs >=99 of turbo-core, and this is 0."),
        ({"api": ">=9"}, "1.0: it needs >=9 of the hooks, and this is 1."),
        ({"python": ">=4"}, "1.0: it needs >=4 of Python, and this is 3."),
        ({"artifacts": []}, "1.0: it is not published"),
    ],
)
def test_a_version_that_must_not_be_installed_is_refused_with_the_reason(site: Site, more: dict[str, object], told: str) -> None:
    wheel = site.offer(plugin("alpha"))
    with pytest.raises(InstallRefused, match="no version of turbo-plugin-alpha") as caught:
        planned(site, "alpha", entries=(entry("alpha", release("1.0", wheel) | more),))
    assert caught.value.why.startswith(told)


def test_only_versions_that_are_asked_for_are_taken(site: Site) -> None:
    wheels = [site.offer(plugin("alpha", version)) for version in ("2.0", "1.0")]
    known = entry("alpha", release("2.0", wheels[0]), release("1.0", wheels[1]))
    assert changes(planned(site, "alpha<2", entries=(known,))) == {"turbo-plugin-alpha": ("", "1.0")}
    with pytest.raises(InstallRefused, match=r"2\.0: it was not asked for"):
        planned(site, "alpha>2", entries=(known,))


def test_a_wheel_with_another_hash_than_the_registry_has_is_refused(each_site: Site) -> None:
    wheel = each_site.offer(plugin("alpha"))
    known = entry("alpha", release("1.0", wheel))
    each_site.offer(plugin("alpha", risk="destroy"))
    with pytest.raises(InstallRefused, match="cannot be trusted") as caught:
        planned(each_site, "alpha", entries=(known,))
    assert "other hashes than are known" in caught.value.why


def test_a_wheel_with_another_hash_than_the_lock_has_is_refused(site: Site) -> None:
    site.offer(plugin("alpha", requires=["dep"]))
    wheel = site.offer(files_of("dep"))
    held: Hashes = {("dep", "1.0"): (sha256(wheel),)}  # type: ignore[dict-item] # the name is normalised as it stands
    assert planned(site, "turbo-plugin-alpha", locked=held).changes
    site.offer(files_of("dep", modules={"dep.py": "evil = True"}))
    with pytest.raises(InstallRefused, match=r"dep==1\.0 cannot be trusted"):
        planned(site, "turbo-plugin-alpha", locked=held)


def test_a_dependency_that_is_withdrawn_is_refused(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.offer(plugin("alpha", requires=["turbo-plugin-beta"]))
    withdrawn = entry("beta", release("1.0", site.offer(plugin("beta")), yanked="it lost data"))
    official = Index.model_validate({"format": 1, "plugins": [withdrawn]})
    monkeypatch.setattr("turbo_core.registry.sources.built_in", lambda: official)
    with pytest.raises(InstallRefused, match=r"turbo-plugin-beta==1\.0 is withdrawn; it lost data"):
        planned(site, "turbo-plugin-alpha")


def test_a_plugin_that_can_destroy_is_asked_about(site: Site) -> None:
    wheel = site.offer(plugin("alpha", risk="destroy"))
    known = entry("alpha", release("1.0", wheel), risk="destroy", actions={"alpha.look": "read", "alpha.act": "destroy"})
    assert planned(site, "alpha", entries=(known,)).questions == (
        "turbo-plugin-alpha has actions that can destroy (alpha.act); install it?",
    )


def test_a_name_that_is_nearly_an_official_one_is_asked_about(site: Site) -> None:
    site.offer(plugin("gti"))
    near, unknown = planned(site, "turbo-plugin-gti").questions
    assert near == "turbo-plugin-gti is nearly the name of the official plugin turbo-plugin-git; is it really meant?"
    assert "in no registry" in unknown


def test_what_is_installed_needs_nothing(site: Site) -> None:
    wheel = site.offer(plugin("alpha"))
    site.have(plugin("alpha"))
    assert planned(site, "alpha", entries=(entry("alpha", release("1.0", wheel)),)).empty


def test_an_update_takes_newer_versions_and_never_goes_back(each_site: Site) -> None:
    each_site.have(plugin("alpha", "1.5"))
    old, new = each_site.offer(plugin("alpha", "1.0")), each_site.offer(plugin("alpha", "2.0"))
    assert planned(each_site, "turbo-plugin-alpha").empty
    assert changes(planned(each_site, "turbo-plugin-alpha", upgrade=True)) == {"turbo-plugin-alpha": ("1.5", "2.0")}
    listed = entry("alpha", release("2.0", new), release("1.0", old))
    assert changes(planned(each_site, "alpha", entries=(listed,), upgrade=True)) == {"turbo-plugin-alpha": ("1.5", "2.0")}
    assert planned(each_site, "alpha", entries=(entry("alpha", release("1.0", old)),), upgrade=True).empty


@pytest.mark.parametrize("text", ["", "a b", "-e", "alpha @ https://example.com/a.whl", "../"])
def test_what_is_no_plugin_is_refused(site: Site, text: str) -> None:
    with pytest.raises(UsageError):
        planned(site, text)


def test_a_project_in_a_folder_is_planned_with_what_it_needs(each_site: Site) -> None:
    each_site.offer(files_of("dep"))
    folder = project(each_site.folder / "alpha", "alpha", requires=["dep"])
    plan = planned(each_site, str(folder))
    assert changes(plan) == {"dep": ("", "1.0")}
    (local,) = plan.folders
    assert (local.pin.name, local.pin.version, local.folder) == ("turbo-plugin-alpha", "1.0", folder)
    assert plan.versions == {"dep": "1.0", "turbo-plugin-alpha": "1.0"}


def test_a_project_that_would_break_another_plugin_is_refused(site: Site) -> None:
    site.have(plugin("beta", requires=["turbo-plugin-alpha<2"]))
    site.have(plugin("alpha", "1.0"))
    folder = project(site.folder / "alpha", "alpha", "2.0")
    with pytest.raises(InstallRefused, match=r"turbo-plugin-beta 1\.0 needs turbo-plugin-alpha<2"):
        planned(site, str(folder))


def test_a_project_for_another_turbo_is_refused(site: Site) -> None:
    folder = project(site.folder / "alpha", "alpha", requires=["turbo-core>=99"])
    with pytest.raises(InstallRefused, match="does not fit this Turbo; it needs turbo-core>=99"):
        planned(site, str(folder))


def test_a_project_that_cannot_be_built_is_refused_in_the_words_of_its_backend(site: Site) -> None:
    folder = project(site.folder / "alpha", "alpha")
    (folder / "backend.py").write_text("def build_wheel(*_, **__): raise RuntimeError('no wood')\n")
    with pytest.raises(InstallRefused) as caught:
        planned(site, str(folder))
    assert "no wood" in caught.value.why


def test_a_relative_folder_is_meant_from_where_one_stands(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site.folder)
    assert Wanted(text="./a").folder == Path(site.folder / "a").resolve()
    assert Wanted(text=".").folder == Path(site.folder).resolve()
    assert Wanted(text="a").folder is None
    assert Wanted(text="a", editable=True).folder == Path(site.folder / "a").resolve()
