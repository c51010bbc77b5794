"""What each action does to a case, one file a family; the table of the lifecycle says when it may be done, and by whom."""
