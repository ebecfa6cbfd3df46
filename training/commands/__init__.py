"""The model keeper's commands, in three groups, thin."""
