"""Valomnia's appointments, on the same truth as the day sheet.

Written from the vendor's "72 Appointments - Reference Documentation 2.1" and its page "Service:
Authentication". Where they are silent, the choice is marked "Ours".
"""
