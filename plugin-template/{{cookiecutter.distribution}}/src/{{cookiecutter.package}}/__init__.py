"""{{ cookiecutter.summary }}. Importing the package costs nothing; the actions are in the module ``actions``."""
