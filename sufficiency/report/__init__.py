"""The report room: charts, their text alternatives, and what may be shared.

Everything here starts from finished tables and knows nothing of how the numbers in them
were made. A table typed by hand would be drawn, described and suppressed in the same way.
"""
