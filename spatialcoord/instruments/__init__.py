"""By which means: one file an instrument, each registering itself."""
