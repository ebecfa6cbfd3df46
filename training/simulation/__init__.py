"""Makes tables of inquiries as an office could have them over some years, with patterns planted and a key to them.

The texts and labels are the corpus's own. Sites are invented, and so is every municipality where something is planted:
no real place is told to have failed. What the model says of a text is what it said without having been trained on it.
"""
