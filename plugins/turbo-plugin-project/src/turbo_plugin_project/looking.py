"""One look at a folder of the project: its files, what they are, and their facts; each found out when first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from turbo_core import ActionFailed, Context

from turbo_plugin_project import cache, survey
from turbo_plugin_project.commanding import Inferred, infer
from turbo_plugin_project.detecting import Found, detect, role
from turbo_plugin_project.measuring import is_test
from turbo_plugin_project.resolving import Names
from turbo_plugin_project.structure import Structure, structure
from turbo_plugin_project.survey import Survey
from turbo_plugin_project.tables.languages import speech
from turbo_plugin_project.tree import Tree, walk


@dataclass(frozen=True)
class Look:
    """A look at a folder.

    Attributes:
        context: what the action was told.
        folder: relative to the project.
        most: how many files are looked at.
    """

    context: Context
    folder: str
    most: int

    @cached_property
    def tree(self) -> Tree:
        """The files.

        Raises:
            ActionFailed: the folder is not there, or not in the project.
        """
        found = walk(place(self.context.project, self.folder), self.most)
        if found.cut:
            self.context.log(f"only the first {self.most} files were looked at; 'files' says how many may be")
        return found

    @cached_property
    def found(self) -> Found:
        """The projects."""
        return detect(self.tree)

    @cached_property
    def survey(self) -> Survey:
        """The facts of the source files; those of files that have not changed are known from the last time."""
        kept_in = cache.place(self.context.project / ".turbo", self.folder)
        return survey.survey(self.tree, kept_in, self.context.progress)

    @cached_property
    def inferred(self) -> list[Inferred]:
        """The commands, untried."""
        return infer(self.tree, [one for one in self.found.projects if one.role == "project"])

    def structure(self, most: int, *, tests: bool) -> Structure:
        """The architecture; without ``tests`` only of what is no example and no test."""
        titles = {
            (trait.name, project.name): "" if project.path == "." else project.path
            for project in self.found.projects
            for trait in project.types
        }
        sources = [
            one
            for one in self.survey.sources
            if one.language.grammar and (tests or not (is_test(one.file.path) or role(one.file.folder) != "project"))
        ]
        return structure(sources, Names(sources, titles, self.tree.root.name), most=most)

    def sizes(self) -> list[tuple[str, int]]:
        """The language and the bytes of each file of code."""
        return [(language.name, file.size) for file in self.tree.files if (language := speech(file.name)) and language.counts]


def place(project: Path, folder: str) -> Path:
    """A folder of the project.

    Raises:
        ActionFailed: it is not there, or lies outside.
    """
    root = project.resolve()
    found = (root / folder).resolve()
    if not found.is_relative_to(root):
        raise ActionFailed(f"{folder!r} lies outside the project", where=str(root), next_step="name a folder of the project")
    if not found.is_dir():
        raise ActionFailed(f"there is no folder {folder!r}", where=str(root), next_step="name one, relative to the project")
    return found
