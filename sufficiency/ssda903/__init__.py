"""A council's own return of its children in care (SSDA903): reading, repairing and writing it."""
