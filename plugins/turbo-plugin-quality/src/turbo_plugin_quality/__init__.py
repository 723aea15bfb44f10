"""Linters, type checkers, tests and scanners, with one form of result. Importing the package costs nothing."""
