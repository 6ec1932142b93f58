"""How counts become rates, opening children and year-to-year variation, each with its interval."""
