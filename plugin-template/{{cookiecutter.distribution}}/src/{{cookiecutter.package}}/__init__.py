"""{{ cookiecutter.summary }}. Importing the package costs nothing; Turbo loads the modules that its entry points name."""
