"""The built-in plugins, one file for each of the five moments; they use only what any plugin may use."""
