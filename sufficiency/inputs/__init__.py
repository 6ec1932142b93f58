"""Readers of what is published and of what a council holds. They know nothing of the model."""
