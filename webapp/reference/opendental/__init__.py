"""Open Dental's REST API, on the same truth as the day sheet.

Written from the vendor's pages "API Specification", "API Implementation", "API Appointments",
"API Patients", "API Providers", "API Operatories" and "API AsapComms". Where they are silent, the
choice is marked "Ours".
"""
