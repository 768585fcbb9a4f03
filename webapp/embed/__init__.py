"""Booking on the practice's own site: the script, the builder of its snippet, and its doctor."""
