"""Go modules for `packages.*`. Importing the package costs nothing."""
