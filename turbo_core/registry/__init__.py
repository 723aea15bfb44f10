"""Registries of plugins, and what is done with them: find, check, install, lock, certify."""
