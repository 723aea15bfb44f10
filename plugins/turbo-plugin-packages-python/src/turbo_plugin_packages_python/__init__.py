"""The package managers of Python, for `packages.*`. Importing the package costs nothing."""
