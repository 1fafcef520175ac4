"""The command line: groups of commands, and what they share."""
