"""What Turbo costs, measured: races against other tools, and counts that are held to a budget."""
