"""Openslot: online booking for a practice that already has a diary."""
