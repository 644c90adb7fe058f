"""Game trees: nodes, information sets, play, recall, plans, and behaviour by information set."""
