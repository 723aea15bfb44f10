"""The adapter: one repository through the git command line. It knows nothing of Turbo.

Every command runs without a terminal, a pager, prompts and optional locks, in a clean environment, and is read through a format
made for machines. A ref from outside is checked and resolved to an object id first, so it can never act as an option.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final, NoReturn

from turbo_plugin_git.formats import (
    LOG_FORMAT,
    REF_FORMAT,
    fields,
    parse_log,
    parse_numstat,
    parse_refs,
    parse_status,
)
from turbo_plugin_git.values import Change, Commit, Head, Ref, State

_KEPT: Final = frozenset({"HOME", "LOGNAME", "PATH", "SSH_AUTH_SOCK", "GNUPGHOME", "TMPDIR", "USER", "XDG_CONFIG_HOME"})
_KEPT_OF_GIT: Final = re.compile(
    r"GIT_(AUTHOR|COMMITTER)_(NAME|EMAIL|DATE)|GIT_CONFIG_(GLOBAL|SYSTEM|NOSYSTEM)|GIT_CEILING_DIRECTORIES|GIT_EXEC_PATH"
)
_ALWAYS: Final = {
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LANGUAGE": "",
    "LC_ALL": "C.UTF-8",
}
_OPTIONS: Final = (
    "-c",
    "core.quotepath=off",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "color.ui=false",
    "-c",
    "log.showSignature=false",
)


# ---------------------------------------------------------------- errors


class GitError(Exception):
    """Git could not do it: ``what`` happened, ``why``, and the ``next_step``."""

    def __init__(self, what: str, *, why: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.next_step = next_step


class GitMissing(GitError):
    """There is no git command."""


class NotARepository(GitError):
    """The folder is not inside a repository with a work tree."""


class UnsafeRepository(GitError):
    """The repository belongs to another account, and git refuses to trust it (``safe.directory``)."""


class RefUnknown(GitError):
    """A ref is not well formed, or leads to no commit."""


# ---------------------------------------------------------------- running


def clean_environment(outer: Mapping[str, str]) -> dict[str, str]:
    """What git may know of the outer environment: who the person is and where programs are, never another repository."""
    kept = {name: value for name, value in outer.items() if name in _KEPT or _KEPT_OF_GIT.fullmatch(name)}
    return kept | _ALWAYS


def _command(arguments: Sequence[str]) -> tuple[str, ...]:
    return ("git", "--no-pager", *_OPTIONS, *arguments)


def _spawn(
    folder: Path, arguments: Sequence[str], text: bytes, more: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    if not folder.is_dir():
        raise NotARepository(f"{folder} is not a folder")
    env = clean_environment(os.environ) | dict(more or {})
    try:
        return subprocess.run(_command(arguments), cwd=folder, env=env, input=text, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise GitMissing(
            "there is no git command", why=str(error), next_step="install git and see that it is on the PATH"
        ) from error


class Repository:
    """One repository. ``root`` is the top of its work tree; all paths are relative to it.

    Args:
        folder: the root, or any folder below it.
        label: what git writes into its reflog as the reason when a ref moves; git's own words if empty.

    Raises:
        GitMissing: there is no git command.
        NotARepository: no work tree is here.
        UnsafeRepository: git refuses the repository because another account owns it.
    """

    def __init__(self, folder: Path, label: str = "") -> None:
        self.label = label
        self._named = {"GIT_REFLOG_ACTION": label} if label else {}
        found = _spawn(folder, ("rev-parse", "--show-toplevel"), b"")
        if found.returncode != 0:
            _explain(folder, found.stderr)
        self.root = Path(os.fsdecode(found.stdout.removesuffix(b"\n")))

    def ask(self, *arguments: str, text: bytes = b"", env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run a git command whose exit code is an answer. ``env`` stands above the clean environment."""
        return _spawn(self.root, arguments, text, self._named | dict(env or {}))

    def run(self, *arguments: str, text: bytes = b"", env: Mapping[str, str] | None = None) -> bytes:
        """Run a git command that has to succeed; gives what it printed.

        Raises:
            GitError: it failed; ``why`` holds its last words.
        """
        done = self.ask(*arguments, text=text, env=env)
        if done.returncode != 0:
            raise refusal(arguments[0], done)
        return done.stdout

    @contextmanager
    def stream(self, *arguments: str) -> Iterator[IO[bytes]]:
        """Read a git command's output while it runs, so that its size does not matter. It is ended when nobody reads on.

        Raises:
            GitError: it failed before all was read.
        """
        with TemporaryFile() as words:
            process = subprocess.Popen(
                _command(arguments), cwd=self.root, env=clean_environment(os.environ), stdout=subprocess.PIPE, stderr=words
            )
            output = process.stdout
            assert output is not None  # it was asked for
            try:
                yield output
                finished = not output.read(1)
            except BaseException:
                process.kill()
                raise
            else:
                if not finished:
                    process.kill()
            finally:
                output.close()
                process.wait()
            if finished and process.returncode != 0:
                words.seek(0)
                raise GitError(f"git {arguments[0]} failed (exit {process.returncode})", why=last_words(words.read()))

    # ------------------------------------------------------------ reading

    def head(self) -> Head:
        """The branch and the commit that are checked out."""
        branch = self.ask("symbolic-ref", "--quiet", "HEAD")
        commit = self.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return Head(
            branch=line(branch.stdout).removeprefix("refs/heads/") if branch.returncode == 0 else None,
            commit=line(commit.stdout) if commit.returncode == 0 else None,
        )

    def shallow(self) -> bool:
        """Whether a part of the history is missing here."""
        return line(self.run("rev-parse", "--is-shallow-repository")) == "true"

    def resolve(self, ref: str) -> str:
        """The id of the commit that a branch, tag, id or expression like ``HEAD~2`` leads to.

        Raises:
            RefUnknown: it leads to no commit, or could be taken for an option.
        """
        if ref.startswith("-") or not ref.isprintable():
            raise RefUnknown(f"{ref!r} is no name for a commit")
        found = self.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        if found.returncode == 0:
            return line(found.stdout)
        if ref == "HEAD":
            raise RefUnknown("the branch has no commit yet", next_step="make a first commit")
        next_step = "this clone is shallow: fetch the whole history (git fetch --unshallow --tags)" if self.shallow() else ""
        raise RefUnknown(f"{ref!r} leads to no commit here", next_step=next_step or "see git branch --all and git tag")

    def state(self) -> State:
        """What differs from HEAD and from the upstream branch. Changes nothing, not even the index."""
        return parse_status(self.run("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--find-renames"))

    def commits(self, since: str | None, until: str, *, merges: bool = False) -> tuple[Commit, ...]:
        """Commits that ``until`` has and ``since`` (both ids) has not, newest first; with ``None`` all of them."""
        flags = () if merges else ("--no-merges",)
        span = until if since is None else f"{since}..{until}"
        data = self.run("log", "-z", f"--format={LOG_FORMAT}", "--encoding=UTF-8", "--no-color", "--no-notes", *flags, span, "--")
        return tuple(parse_log(data))

    def commit(self, name: str) -> Commit:
        """One commit by its id."""
        data = self.run("log", "-z", "--max-count=1", f"--format={LOG_FORMAT}", "--encoding=UTF-8", "--no-notes", name, "--")
        return next(parse_log(data))

    def changes(self, since: str | None, until: str) -> tuple[Change, ...]:
        """How ``until`` differs from where it left ``since`` (both ids); with ``None`` from nothing at all."""
        base = self._empty_tree() if since is None else self._fork(since, until)
        data = self.run("diff", "--numstat", "-z", "--find-renames", "--no-ext-diff", "--no-textconv", base, until, "--")
        return tuple(parse_numstat(data))

    def _empty_tree(self) -> str:
        return line(self.run("hash-object", "-t", "tree", "--stdin"))

    def _fork(self, since: str, until: str) -> str:
        found = self.ask("merge-base", since, until)
        return line(found.stdout) if found.returncode == 0 else since

    def files(self, *, untracked: bool = False) -> tuple[str, ...]:
        """Regular files that are tracked, and with ``untracked`` also those that git neither tracks nor ignores.

        Symbolic links and submodules are left out: they lead elsewhere. A file whose merge is not settled stands there once.
        """
        entries = (entry.partition(b"\t") for entry in fields(self.run("ls-files", "--stage", "-z")))
        paths = [path for meta, _, path in entries if meta.startswith(b"100")]
        if untracked:
            paths += fields(self.run("ls-files", "--others", "--exclude-standard", "-z"))
        return tuple(dict.fromkeys(map(os.fsdecode, paths)))

    def tags(self, reachable: str | None = None) -> tuple[Ref, ...]:
        """Tags that lead to a commit; with ``reachable`` (an id) only those in its history."""
        return self._refs("refs/tags", *(() if reachable is None else (f"--merged={reachable}",)))

    def tag(self, name: str) -> Ref | None:
        """One tag by its name, or ``None``."""
        return next((ref for ref in self._refs(self.full_name("refs/tags", name)) if ref.name == name), None)

    def branch(self, name: str) -> Ref | None:
        """One branch by its name, or ``None``. ``worktree`` is the folder where it is checked out."""
        return next((ref for ref in self._refs(self.full_name("refs/heads", name)) if ref.name == name), None)

    def _refs(self, pattern: str, *flags: str) -> tuple[Ref, ...]:
        return tuple(parse_refs(self.run("for-each-ref", f"--format={REF_FORMAT}", *flags, pattern)))

    def full_name(self, space: str, name: str) -> str:
        """The whole name of a ref below ``refs/heads`` or ``refs/tags``.

        Raises:
            RefUnknown: git would not take it, or could take it for an option.
        """
        full = f"{space}/{name}"
        well_formed = name.isprintable() and not name.startswith("-") and name != "HEAD"
        if not well_formed or self.ask("check-ref-format", full).returncode != 0:
            raise RefUnknown(f"{name!r} is no name for a tag or a branch", next_step="see git help check-ref-format")
        return full

    # ------------------------------------------------------------ changing

    def create_tag(self, name: str, commit: str, message: str) -> Ref:
        """Create an annotated tag at a commit (an id). Fails if the tag exists.

        Raises:
            GitError: it exists, or git knows no name for the tagger.
        """
        full = self.full_name("refs/tags", name)
        text = (message or name).encode("utf-8", "replace")
        # The default way of cleaning would drop each Markdown heading as a comment.
        self.run("tag", "--annotate", "--cleanup=whitespace", "--file=-", "--", name, commit, text=text)
        return Ref(name=name, object=line(self.run("rev-parse", "--verify", full)), commit=commit, annotated=True)

    def delete_tag(self, ref: Ref) -> None:
        """Delete a tag if it still is what ``ref`` says; git checks it in the same step."""
        self.run("update-ref", "-d", self.full_name("refs/tags", ref.name), ref.object)

    def create_branch(self, name: str, commit: str) -> None:
        """Create a branch at a commit (an id). Fails if the branch exists."""
        self.run("branch", "--no-track", "--", self.full_name("refs/heads", name).removeprefix("refs/heads/"), commit)

    def create_and_switch(self, name: str, commit: str) -> None:
        """Create a branch at a commit (an id) and check it out, in one step: if git refuses one, neither happens."""
        self.full_name("refs/heads", name)
        self.run("switch", "--quiet", "--no-track", "--create", name, commit)

    def switch(self, branch: str | None, commit: str) -> None:
        """Check out a branch, or without one the commit itself. Git refuses where a local change would be lost."""
        if branch is None:
            self.run("switch", "--quiet", "--detach", commit)
        else:
            self.run("switch", "--quiet", "--no-guess", self.full_name("refs/heads", branch).removeprefix("refs/heads/"))

    def delete_branch(self, ref: Ref) -> None:
        """Delete a branch if it still is what ``ref`` says; git checks it in the same step."""
        self.run("update-ref", "-d", self.full_name("refs/heads", ref.name), ref.object)


def line(data: bytes) -> str:
    """One line of git's output as text, without its end."""
    return os.fsdecode(data.removesuffix(b"\n"))


def refusal(verb: str, done: subprocess.CompletedProcess[bytes]) -> GitError:
    """The error for a git command that failed."""
    return GitError(f"git {verb} failed (exit {done.returncode})", why=last_words(done.stderr) or last_words(done.stdout))


def last_words(stderr: bytes) -> str:
    """The end of what a command said, as one line."""
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return " / ".join(each.strip() for each in lines[-5:] if each.strip())


def _explain(folder: Path, stderr: bytes) -> NoReturn:
    """Tell the reasons apart by asking again, never by reading git's words.

    Git lets the command line trust a folder. If it finds the repository then, trust was all that was missing.
    """
    trusted = _spawn(folder, ("-c", "safe.directory=*", "rev-parse", "--show-toplevel"), b"")
    if trusted.returncode == 0:
        root = line(trusted.stdout)
        raise UnsafeRepository(
            f"git does not trust the repository at {root}",
            why="another account owns the folder",
            next_step=f"if you trust it: git config --global --add safe.directory '{root}'",
        )
    if _spawn(folder, ("rev-parse", "--git-dir"), b"").returncode == 0:
        raise NotARepository(f"the repository at {folder} has no work tree", next_step="use a clone that is not bare")
    raise NotARepository(
        f"{folder} is not inside a git repository",
        why=last_words(stderr),
        next_step="run git init, or name another folder with --project",
    )
