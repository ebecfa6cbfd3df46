"""The model keeper's commands, in four groups, thin."""
