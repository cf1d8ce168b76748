"""The demonstration: one emergency's whole life with invented people, on a real server and a real worker."""
