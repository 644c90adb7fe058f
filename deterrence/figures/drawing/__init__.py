"""What all figures are drawn with: page, style, bars, texts, files."""
