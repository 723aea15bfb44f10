"""npm, Yarn and pnpm for `packages.*`. Importing the package costs nothing."""
