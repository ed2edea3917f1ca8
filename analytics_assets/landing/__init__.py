"""How data comes in: the demonstration shop, and files of one's own."""
