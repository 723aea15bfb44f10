"""Values become text and pictures: terminal, JSON lines, Markdown, HTML."""
