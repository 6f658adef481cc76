"""What every app may use: doors, encrypted fields, the clock, live pushes; holds no models."""
