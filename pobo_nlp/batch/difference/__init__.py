"""What is different between two tables of the same inquiries: counts, pictures, and lists to review."""
