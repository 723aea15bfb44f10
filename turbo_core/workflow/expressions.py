"""Expressions over JSON values: parsed by `ast`, evaluated by an allow-list within a budget."""
