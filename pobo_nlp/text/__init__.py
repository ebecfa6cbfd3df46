"""A text becomes clean tokens with character spans."""
