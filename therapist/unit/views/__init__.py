"""What answers below /enhet/."""
