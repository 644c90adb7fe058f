"""Reports: what an answer comes to, on one page and in words."""
