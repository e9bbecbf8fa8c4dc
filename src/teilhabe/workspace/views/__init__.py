"""The pages of the workspace: each fetches through a door, calls one operation, answers."""
