"""Bookings told to systems beside the diary that must know of them."""
