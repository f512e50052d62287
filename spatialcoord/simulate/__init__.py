"""The independent twin: a non-linear economy that answers policy settings and shares no code with the model."""
