"""Many possible futures of one scenario, run, gathered and summed up."""
