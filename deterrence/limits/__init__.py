"""What an answer may cost: moments after which a search stops, code that may never end."""
