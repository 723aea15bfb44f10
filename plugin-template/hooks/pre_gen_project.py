"""Check the names before anything is written: a wrong one would only be noticed after the plugin is published."""

import keyword
import re
import sys

NAMESPACE = {{ cookiecutter.namespace|string|tojson }}
DISTRIBUTION = {{ cookiecutter.distribution|string|tojson }}
PACKAGE = {{ cookiecutter.package|string|tojson }}
TEXTS = {
    "summary": {{ cookiecutter.summary|string|tojson }},
    "author": {{ cookiecutter.author|string|tojson }},
}
RESERVED = set(
    """
    approve cancel check completion decisions do doctor events fmt graph help init list logs messages plan
    plugin reject replay report resume run runs schema show simulate test undo version wait why
    """.split()
)


def problems():
    """Yield a sentence for each name that cannot be used."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", NAMESPACE) or keyword.iskeyword(NAMESPACE):
        yield f"namespace {NAMESPACE!r}: use lower-case letters, digits and _, a letter first, and no word that Python reserves"
    if NAMESPACE in RESERVED:
        yield f"namespace {NAMESPACE!r}: 'turbo {NAMESPACE}' is a command of Turbo itself; choose another"
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", DISTRIBUTION):
        yield f"distribution {DISTRIBUTION!r}: use lower-case letters and digits, parted by single hyphens"
    if not re.fullmatch(r"[a-z][a-z0-9_]*", PACKAGE) or keyword.iskeyword(PACKAGE):
        yield f"package {PACKAGE!r}: use a name that Python can import, in lower case"
    for key, text in TEXTS.items():
        if not text.strip() or re.search(r'["\\\n]', text):
            yield f"{key}: one line that is not empty, without quotation marks and backslashes"


found = list(problems())
for problem in found:
    print(problem, file=sys.stderr)
sys.exit(bool(found))
