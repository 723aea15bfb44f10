"""The `turbo` command: one file for each subcommand, holding its options and its handler."""
