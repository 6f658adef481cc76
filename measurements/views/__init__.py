"""The screens of measurements, all of them in the editors' admin."""
