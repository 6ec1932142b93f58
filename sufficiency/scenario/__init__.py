"""The scenario room: reads what a person wrote and says where each figure came from.

A scenario is a YAML file, perhaps laid over others. This room reads it strictly, checks
that it makes sense, and hands on one fixed statement with the file and line behind every
value. It knows nothing of how the model works or what comes of it.
"""
