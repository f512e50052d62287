"""What can be made equal: one file each, found by name in a scenario's `objective.of`."""
