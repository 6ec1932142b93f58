"""The verbs of the command line, each a plain function that the command line calls."""
