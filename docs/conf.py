"""How the documentation is built: Markdown in, one folder of HTML out that needs no network to be read."""

project = "Turbo"
copyright = "the Turbo authors"  # noqa: A001 - the name that Sphinx reads
extensions = ["myst_parser"]
exclude_patterns = ["_build"]
myst_heading_anchors = 3
suppress_warnings = ["misc.highlighting_failure"]  # ${{ … }} is no YAML to Pygments
html_theme = "furo"
html_title = "Turbo"
html_copy_source = False
html_show_sourcelink = False
html_show_sphinx = False
