"""Travel times between places: great circles by default, road engines behind the same protocol."""
