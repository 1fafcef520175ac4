"""Queries and changes of the record, by aggregate. Each takes a session; none commits."""
