"""sufficiency: enough of the right homes for children in care, and what they will cost.

A scenario file states what is known and what is assumed about one local authority.
The package turns it into many possible futures of its children in care, counts them,
prices them and sets the cost beside the budget. Start with ``sufficiency run --help``.
"""

__version__ = "0.5.0"
