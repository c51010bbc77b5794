"""The people of the office: who joins, changes and leaves, and what that means for cases."""
