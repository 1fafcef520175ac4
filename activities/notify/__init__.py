"""Telling people and other systems: channels, messages, webhooks, and the relay that hands them over."""
