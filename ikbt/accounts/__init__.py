"""People, care units, roles and how one signs in."""
