"""The index system as something that is kept: drafts, what they change, and publishing them."""
