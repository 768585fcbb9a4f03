"""Cliniko, by the vendor's OpenAPI description and its page "Individual Appointment"."""
