"""JUnit XML of every run, and its summary on the page of a GitHub Actions step. Importing the package costs nothing."""
