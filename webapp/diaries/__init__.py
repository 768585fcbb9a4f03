"""The port to a practice's diary, and one connector for each system that speaks it."""
