"""The `tfgan-zoo` command."""
