"""From results and problems to what people read."""
