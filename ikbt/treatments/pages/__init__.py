"""What the patient's pages show, worked out before the template: words, addresses and counts."""
