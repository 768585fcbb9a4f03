"""Cliniko's API, on the same truth as the day sheet.

Written from the vendor's OpenAPI description ("Cliniko API", version 3.0.3 of that format) and its
page "Individual Appointment". Where they are silent, the choice is marked "Ours".
"""
