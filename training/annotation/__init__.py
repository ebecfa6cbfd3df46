"""What to annotate next, which annotations look wrong, and decisions that become annotations."""
