"""Check the names before anything is written: a wrong one would only be noticed after the plugin is published."""

import keyword
import re
import sys

NAME = {{ cookiecutter.name|string|tojson }}
KINDS = {{ cookiecutter.kinds|string|tojson }}.split()
DISTRIBUTION = {{ cookiecutter.distribution|string|tojson }}
PACKAGE = {{ cookiecutter.package|string|tojson }}
TEXTS = {
    "summary": {{ cookiecutter.summary|string|tojson }},
    "author": {{ cookiecutter.author|string|tojson }},
}
KNOWN = ["actions", "executor", "decider", "documenter", "tracker", "channel", "analyzer"]
RESERVED = set(
    """
    approve cancel check clean compare completion config decisions do docs doctor events fmt
    forecast graph help history init list logs messages plan plugin progress reject replay report resume run
    runs schema show simulate stats test undo version wait why
    """.split()
)
BUILT_IN = {"communicate", "decide", "document", "execute", "local", "terminal", "track"}


def problems():
    """Yield a sentence for each answer that cannot be used."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", NAME) or keyword.iskeyword(NAME):
        yield f"name {NAME!r}: use lower-case letters, digits and _, a letter first, and no word that Python reserves"
    if NAME in RESERVED:
        yield f"name {NAME!r}: 'turbo {NAME}' is a command of Turbo itself; choose another"
    if NAME in BUILT_IN:
        yield f"name {NAME!r}: Turbo itself has a plugin, a channel or an executor of that name; choose another"
    if not KINDS or len(set(KINDS)) < len(KINDS) or not set(KINDS) <= set(KNOWN):
        yield f"kinds {' '.join(KINDS)!r}: give some of {' '.join(KNOWN)}, each once, parted by blanks"
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", DISTRIBUTION):
        yield f"distribution {DISTRIBUTION!r}: use lower-case letters and digits, parted by single hyphens"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", PACKAGE) or keyword.iskeyword(PACKAGE):
        yield f"package {PACKAGE!r}: use a name that Python can import, in lower case"
    for key, text in TEXTS.items():
        if not text.strip() or not text.isprintable() or '"' in text or "\\" in text:
            yield f"{key}: one line that is not empty, without quotation marks and backslashes"


found = list(problems())
for problem in found:
    print(problem, file=sys.stderr)
sys.exit(bool(found))
