"""Configs: one file a run. `get_config()` returns the run as an ml_collections ConfigDict."""
