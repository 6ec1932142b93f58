"""One possible future of an authority's children in care, as a discrete-event simulation.

Children come into care, are found a home among those with room, move, and leave. The room
is pure: it reads no files and no clock, knows nothing of money, and draws only from the
streams it is given.
"""
