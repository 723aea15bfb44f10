"""Asks the drivers, and checks what they answer. Knows no manager."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TypeVar

from turbo_core import ActionFailed, Context

from turbo_plugin_packages.values import Inventory, Manager, News, Plan, Verb

T = TypeVar("T")


def place(context: Context, folder: str) -> Path:
    """A folder of the project.

    Raises:
        ActionFailed: it lies elsewhere, or is none.
    """
    found = (context.project / folder).resolve()
    if not found.is_relative_to(context.project.resolve()) or not found.is_dir():
        raise ActionFailed(f"{folder!r} is no folder of the project", next_step="name one, relative to the project")
    return found


def managers(context: Context, folder: Path, wanted: str = "") -> list[Manager]:
    """Who looks after the folder.

    Args:
        context: of the action.
        folder: absolute.
        wanted: the only one that counts; empty for all.

    Raises:
        ActionFailed: nobody does, or the wanted one does not.
    """
    found = detected(context, folder)
    chosen = [one for one in found if wanted in ("", one.manager)]
    if not chosen:
        there = ", ".join(one.manager for one in found) or "none"
        step = "name one of these" if found else "name another folder, or install a driver such as turbo-plugin-packages-python"
        raise ActionFailed(
            f"{folder} is in the care of no package manager {wanted}".rstrip(), why=f"found: {there}", next_step=step
        )
    return chosen


def manager(context: Context, folder: Path, wanted: str = "") -> Manager:
    """The one manager that a change is for.

    Raises:
        ActionFailed: none or several look after the folder, or its driver only reads.
    """
    found = managers(context, folder, wanted)
    if len(found) > 1:
        raise ActionFailed(
            "several package managers look after this folder",
            why=", ".join(one.manager for one in found),
            next_step="say which by 'manager'",
        )
    if not found[0].writes:
        raise ActionFailed(f"the driver of {found[0].manager} only reads", next_step=f"use {found[0].manager} itself")
    return found[0]


def detected(context: Context, folder: Path) -> list[Manager]:
    """Who looks after the folder; perhaps nobody."""
    return sorted(_detected(context, folder), key=lambda one: one.manager)


def inventory(context: Context, folder: Path, one: Manager) -> Inventory:
    """The packages that one manager looks after."""
    return _answer(context, one, Inventory, "turbo_packages_inventory", folder=folder, manager=one.manager)


def outdated(context: Context, folder: Path, one: Manager) -> News:
    """For which packages of one manager there are newer versions."""
    return _answer(context, one, News, "turbo_packages_outdated", folder=folder, manager=one.manager)


def plan(
    context: Context, folder: Path, one: Manager, verb: Verb, packages: Mapping[str, str] | None = None, group: str = ""
) -> Plan:
    """How one manager makes a change."""
    given = {"folder": folder, "manager": one.manager, "verb": verb, "packages": dict(packages or {}), "group": group}
    return _answer(context, one, Plan, "turbo_packages_plan", **given)


def _detected(context: Context, folder: Path) -> Iterator[Manager]:
    for answer in context.ask("turbo_packages_detect", folder=folder):
        if answer.failure:
            raise ActionFailed(f"the driver {answer.plugin} failed", why=answer.failure)
        for one in _read(tuple[Manager, ...], answer.value, answer.plugin):
            yield replace(one, ecosystem=one.ecosystem.partition(".")[0])  # the name with its dot is taken as well


def _answer(context: Context, one: Manager, type_: type[T], hook: str, **arguments: object) -> T:
    for answer in context.ask(hook, **arguments):
        if answer.failure:
            raise ActionFailed(f"{one.manager} could not be asked", why=f"{answer.plugin}: {answer.failure}")
        return _read(type_, answer.value, answer.plugin)
    raise ActionFailed(f"nobody answers for {one.manager}", next_step="update its driver: it detects the manager, and no more")


def read(type_: type[T], value: object) -> T:
    """Data as a value; ``ValueError`` if a field is missing, unknown or of another type."""
    found: T = import_module("pydantic").TypeAdapter(type_).validate_python(value)
    return found


def _read(type_: type[T], value: object, plugin: str) -> T:
    """A driver's answer as a value.

    Raises:
        ActionFailed: it is none.
    """
    try:
        return read(type_, value)
    except import_module("pydantic").ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise ActionFailed(f"the driver {plugin} gave a wrong answer", why=wrong, next_step=f"update {plugin}") from error
