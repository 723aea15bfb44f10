"""Cargo for `packages.*`. Importing the package costs nothing."""
