"""Real processes: slots as the runner sees them, the supervisors that hold attempts, and what contains them."""
