"""Maven and Gradle for `packages.*`. Importing the package costs nothing."""
