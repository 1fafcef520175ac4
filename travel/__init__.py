"""Travel times between places: how long, how far. Integer seconds and metres."""
