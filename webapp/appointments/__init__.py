"""What any journey does with an appointment: place it, settle it, release it, tell of it."""
