"""What is stored of patients, why and for how long; and how it is forgotten."""
