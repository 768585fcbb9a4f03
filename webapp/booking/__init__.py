"""The patient's journey: who, where, when, details, check, book, outcome."""
