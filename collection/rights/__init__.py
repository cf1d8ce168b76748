"""What people may ask about their own information, and the answer they get."""
