"""Planning: from the record to a problem, from a plan to published bookings."""
