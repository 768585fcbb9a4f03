"""What is free: many questions to a diary at once, cached, merged, and never guessed."""
