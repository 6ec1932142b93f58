"""What the homes cost: from who lived where, and prices, to whole pence against the budget.

Nothing here simulates anything or reads a file. The same stays can be priced again under
other prices, so asking "what if fees rose by 5%" needs no new forecast.
"""
