"""What writes the generated pages; each module runs by itself, and a test holds its pages to it."""
