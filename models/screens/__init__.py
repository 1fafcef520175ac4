"""What people look at: read-only views of the record. Each takes a session and changes nothing."""
