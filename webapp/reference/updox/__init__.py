"""Stands in for Updox: takes the appointments that it is told of, as its own pages have it.

Written from the vendor's page "API Method AppointmentsSync". What that leaves open is marked Ours.
"""
