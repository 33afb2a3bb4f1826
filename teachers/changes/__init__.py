"""Change requests: what each kind asks, checks and does to a file."""
