# Two commands do everything on a machine with Python 3.11+, git and make: `make demo` and `make test`.
# uv is taken from PATH, or installed into .tools; tox does the work (tox.ini). No interpreter is ever downloaded.
export UV_PYTHON_DOWNLOADS := never
export PATH := $(PATH):$(CURDIR)/.tools/uv/bin$(shell printf ':%s' "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.1[1-9]*/bin)
UV := $(if $(shell uv --version 2>/dev/null),uv,.tools/uv/bin/uv)
BOOT := $(filter .tools/%,$(UV))
TOX := $(UV) tool run --python '>=3.11' --with tox-uv tox run
DEMO := .tools/demo

.PHONY: demo test lint docs bench clean

demo: $(BOOT)
	$(UV) venv --quiet --allow-existing --python '>=3.11' $(DEMO)
	$(UV) pip install --quiet --python $(DEMO) --reinstall-package turbo-core --reinstall-package turbo-plugin-git \
	  --group test . ./plugins/turbo-plugin-git
	PATH="$(CURDIR)/$(DEMO)/bin:$$PATH" turbo run -f examples/release-check/turbo.yaml

test: $(BOOT)
	$(TOX)

lint: $(BOOT)
	$(TOX) -e lint,type

docs: $(BOOT)
	$(TOX) -e docs

# `make bench CASE=chain` measures one case.
bench: $(BOOT)
	$(TOX) -e bench -- $(CASE)

clean:
	rm -rf .tools .tox build dist site .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .coverage*

.tools/uv/bin/uv:
	python3 -m venv .tools/uv
	.tools/uv/bin/python -m pip install --quiet uv
