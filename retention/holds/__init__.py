"""Keeping longer, on the only two grounds the law knows (ER art. 85): the record moves, and the rest can leave."""
