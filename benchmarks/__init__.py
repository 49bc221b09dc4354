"""Speed and reproduction: each script prints a table and writes JSON."""
