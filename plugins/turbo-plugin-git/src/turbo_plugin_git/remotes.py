"""Talking to other repositories: fetch and push, and what came of each ref. Knows nothing of Turbo.

No prompt ever waits: neither for a password nor for the key of a host. What a person has set up (a credential helper, an agent,
keys, ``GIT_SSH_COMMAND``) is used as it is; a token is given to git through its environment, never on a command line.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from turbo_plugin_git.git import GitError, Repository, last_words, line

_FROM_OUTSIDE: Final = frozenset(
    {
        "ALL_PROXY",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSL_CAINFO",
        "HTTPS_PROXY",
        "HTTP_PROXY",
        "NO_PROXY",
        "SSL_CERT_DIR",
        "SSL_CERT_FILE",
        "all_proxy",
        "http_proxy",
        "https_proxy",
        "no_proxy",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A ref that was moved: what it was (``None``: it was not there), and what it is now (``None``: it is gone)."""

    ref: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Who asks, and the token that proves it."""

    user: str
    token: str


def url_of(repository: Repository, remote: str, *, pushing: bool = False) -> str:
    """The address of a remote, or of a remote that is an address already.

    Raises:
        GitError: there is no remote of that name, or it could be taken for an option.
    """
    if remote.startswith("-") or not remote.isprintable():
        raise GitError(f"{remote!r} is no name of a remote")
    done = repository.ask("remote", "get-url", *(("--push",) if pushing else ()), "--", remote)
    if done.returncode == 0:
        return line(done.stdout)
    if ":" in remote or "/" in remote:
        return remote
    known = ", ".join(repository.run("remote").decode("utf-8", "replace").split()) or "none"
    raise GitError(f"there is no remote {remote!r}", why=f"this repository knows: {known}")


def _environment(repository: Repository, url: str, login: Login | None) -> Mapping[str, str]:
    env = {name: value for name, value in os.environ.items() if name in _FROM_OUTSIDE}
    env["SSH_ASKPASS_REQUIRE"] = "never"
    chosen = repository.ask("config", "--get", "core.sshCommand").returncode == 0
    if not chosen and not {"GIT_SSH", "GIT_SSH_COMMAND"} & set(env):
        env["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes"
    if login is None:
        return env
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        raise GitError(
            "a token is for HTTP only", why=f"the address is {url}", next_step="use keys of SSH, or leave out the token"
        )
    secret = base64.b64encode(f"{login.user}:{login.token}".encode()).decode()
    key = f"http.{parts.scheme}://{parts.netloc.rpartition('@')[2]}/.extraHeader"
    header = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": key, "GIT_CONFIG_VALUE_0": f"Authorization: Basic {secret}"}
    return env | header


def tracked(repository: Repository, remote: str) -> dict[str, str]:
    """Refs that a fetch from a remote may move, tags among them, with their ids."""
    data = repository.run("for-each-ref", "--format=%(refname) %(objectname)", f"refs/remotes/{remote}", "refs/tags")
    return dict(each.rsplit(" ", 1) for each in data.decode("utf-8", "surrogateescape").splitlines())


def fetch(repository: Repository, remote: str, *, prune: bool, tags: bool, login: Login | None) -> list[Moved]:
    """Fetch all branches of a remote; gives which refs moved.

    Raises:
        GitError: the other side cannot be reached or refuses.
    """
    url, before = url_of(repository, remote), tracked(repository, remote)
    flags = ("--prune" if prune else "--no-prune", "--tags" if tags else "--no-tags", "--no-recurse-submodules")
    done = repository.ask(
        "fetch", "--quiet", "--no-auto-maintenance", *flags, "--", remote, env=_environment(repository, url, login)
    )
    if done.returncode != 0:
        raise _unreachable("fetch", url, done.stderr)
    return list(differences(before, tracked(repository, remote)))


def differences(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Moved]:
    """Which refs moved between two looks at them."""
    for ref in sorted({*before, *after}):
        if before.get(ref) != after.get(ref):
            yield Moved(ref=ref, before=before.get(ref), after=after.get(ref))


def is_at(repository: Repository, ref: str, name: str | None) -> bool:
    """Whether a ref of this repository (a whole name) is this, or is not there (``None``)."""
    done = repository.ask("rev-parse", "--verify", "--quiet", "--end-of-options", ref)
    return (line(done.stdout) if done.returncode == 0 else None) == name


def put_back(repository: Repository, moved: Sequence[Moved]) -> None:
    """Make refs what they were; all of them, or none if one is not any more what it was left as.

    Raises:
        GitError: somebody else has moved one.
    """
    commands = [_restoring(each) for each in moved]
    repository.run("update-ref", "--stdin", text="".join(commands).encode("utf-8", "surrogateescape"))


def _restoring(moved: Moved) -> str:
    if moved.before is None:
        return f"delete {moved.ref} {moved.after}\n"
    return f"update {moved.ref} {moved.before} {moved.after}\n" if moved.after else f"create {moved.ref} {moved.before}\n"


def there(repository: Repository, remote: str, refs: list[str], login: Login | None) -> dict[str, str]:
    """What the other side says that these refs (whole names) are; one that is missing is not there.

    Raises:
        GitError: it cannot be reached.
    """
    url = url_of(repository, remote, pushing=True)
    done = repository.ask("ls-remote", "--refs", "--quiet", "--", url, *refs, env=_environment(repository, url, login))
    if done.returncode != 0:
        raise _unreachable("ls-remote", url, done.stderr)
    pairs = (each.split("\t") for each in done.stdout.decode("utf-8", "surrogateescape").splitlines())
    return {ref: name for name, ref in pairs if ref in refs}


def push(
    repository: Repository, remote: str, wanted: list[Moved], *, force: bool, follow: bool, hooks: bool, login: Login | None
) -> None:
    """Make refs of the other side what ``after`` says: all of them, or none, and only if they still are what ``before`` says.

    Args:
        repository: where from.
        remote: where to.
        wanted: the refs.
        force: also where commits of the other side would be left out.
        follow: let the refs of this repository that stand for those of the other side follow them.
        hooks: run the hook ``pre-push``.
        login: who asks, for HTTP.

    Raises:
        GitError: the other side cannot be reached or refuses; nothing has moved there.
    """
    url = url_of(repository, remote, pushing=True)
    behind = [] if force else [each.ref for each in wanted if not _goes_forward(repository, each)]
    if behind:
        step = "fetch, then merge or rebase; or push with force: true, which leaves their commits out"
        raise GitError(f"{behind[0]} has something there that is missing here", next_step=step)
    # With a lease git looks at nothing else: so what goes forward was judged above.
    leases = [f"--force-with-lease={each.ref}:{each.before or ''}" for each in wanted]
    specs = [f"{each.after or ''}:{each.ref}" for each in wanted]
    command = (
        "push",
        "--quiet",
        "--atomic",
        "--porcelain",
        "--verify" if hooks else "--no-verify",
        *leases,
        "--",
        remote if follow else url,
        *specs,
    )
    done = repository.ask(*command, env=_environment(repository, url, login))
    if done.returncode != 0:
        refused = [each for each in done.stdout.splitlines() if each.startswith(b"!")]
        raise _unreachable("push", url, b"\n".join([*refused, done.stderr]))


def _goes_forward(repository: Repository, wanted: Moved) -> bool:
    if wanted.before is None or wanted.before == wanted.after:
        return True
    if wanted.after is None or wanted.ref.startswith("refs/tags/"):
        return False
    return repository.ask("merge-base", "--is-ancestor", wanted.before, wanted.after).returncode == 0


def plain(url: str) -> str:
    """An address without what stands before ``@`` in it: that may be a password."""
    parts = urlsplit(url)
    return url.replace(f"{parts.netloc.rpartition('@')[0]}@", "", 1) if parts.scheme.startswith("http") and "@" in url else url


def _unreachable(verb: str, url: str, words: bytes) -> GitError:
    step = "see that the address and the login are right"
    return GitError(f"git {verb} failed with {plain(url)}", why=last_words(words), next_step=step)
