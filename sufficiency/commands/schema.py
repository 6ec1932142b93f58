"""``sufficiency schema``: the schema of a scenario, for editors or as a page for people."""

from __future__ import annotations


def schema(reference: bool = False) -> str:
    """The schema of a scenario.

    Args:
        reference: The page for people (Markdown) instead of the JSON Schema for editors.

    Returns:
        The text, ending in a new line.
    """
    from sufficiency.scenario.reference import json_schema_text, reference_text

    return reference_text() if reference else json_schema_text()
