"""A workflow becomes a run: pure state and scheduler, and the runner around them."""
