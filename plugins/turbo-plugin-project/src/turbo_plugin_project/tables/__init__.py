"""What is known about the world of projects, as values: no code decides by a name that stands nowhere here."""
