"""When modules and steps open, branch and are chosen: the rules as data, and what they mean. Pure."""
