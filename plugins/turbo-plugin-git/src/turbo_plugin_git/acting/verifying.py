"""The action that checks the signatures of commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from turbo_core import Context, action

from turbo_plugin_git.acting.ground import repository_of
from turbo_plugin_git.formats import fields

_WORDS: Final = {
    "G": "good",
    "U": "untrusted",
    "B": "bad",
    "X": "expired",
    "Y": "expired key",
    "R": "revoked key",
    "E": "unknown key",
    "N": "unsigned",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """How the signature of a commit stands.

    Attributes:
        commit: the commit.
        state: `good`, `untrusted` (good, but the key is not known to be theirs), `bad`, `expired`, `expired key`, `revoked key`,
            `unknown key` or `unsigned`.
        signer: who signed, as the key says; empty if that is not known.
        key: the key; empty if that is not known.
        author: who made the commit, as the commit says.
    """

    commit: str
    state: str
    signer: str
    key: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """How the signatures of a history stand; also the answer of a criterion of a gate.

    Attributes:
        count: how many commits were checked.
        good: how many have a good signature of a trusted key.
        others: the commits that have not, up to the limit.
        score: the part of the commits whose signature is good.
        confidence: 1; 0 if there was no commit to check.
        reason: one sentence.
    """

    count: int
    good: int
    others: list[Signature]
    score: float
    confidence: float
    reason: str


@action(risk="read")
def verify(
    context: Context, since: str = "", until: str = "HEAD", *, allowed_signers: str = "", merges: bool = True, limit: int = 100
) -> Signatures:
    """Check the signatures of commits, made with GnuPG or SSH. Who is trusted is what git is set up with on this machine.

    Args:
        since: a tag, branch or commit to start after; empty checks only the last commit.
        until: the tag, branch or commit to end with.
        allowed_signers: a file of trusted SSH keys, relative to the project, in place of the one that git is set up with.
        merges: also check merge commits.
        limit: how many commits the list may hold.
    """
    with repository_of(context) as repository:
        last = repository.resolve(until)
        span = (f"{repository.resolve(since)}..{last}",) if since else ("--max-count=1", last)
        trusted = ("-c", f"gpg.ssh.allowedSignersFile={context.project / allowed_signers}") if allowed_signers else ()
        kind = () if merges else ("--no-merges",)
        data = repository.run(*trusted, "log", "-z", "--format=%H%x00%G?%x00%GS%x00%GK%x00%aN", *kind, *span, "--")
    texts = [each.decode("utf-8", "replace") for each in fields(data)]
    rows = [texts[start : start + 5] for start in range(0, len(texts), 5)]
    others = [
        Signature(commit=commit, state=_WORDS.get(state, "bad"), signer=signer, key=key, author=author)
        for commit, state, signer, key, author in rows
        if state != "G"
    ]
    good = len(rows) - len(others)
    return Signatures(
        count=len(rows),
        good=good,
        others=others[:limit],
        score=round(good / len(rows), 4) if rows else 0.0,
        confidence=1.0 if rows else 0.0,
        reason=f"{good} of {len(rows)} commits have a good signature",
    )
