"""The store itself: when it was born, whether as a demo, and what time it is in it."""
