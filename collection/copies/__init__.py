"""The register of copies: stores that the house cannot destroy by itself, each with a keeper and an end."""
