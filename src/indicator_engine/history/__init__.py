"""What was said before: editions frozen and reproduced, and why figures differ between two of them."""
