"""Tokens -> features -> probabilities -> decisions -> Suggestion; a model is saved and loaded here side by side."""
