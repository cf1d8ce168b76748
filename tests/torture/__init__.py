"""Kill, race and fuzz loops (`make torture N=100`): each round has a seed, printed, that plays it again."""
