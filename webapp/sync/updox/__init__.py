"""Updox's AppointmentsSync: appointments are told to it, and it is asked nothing back."""
