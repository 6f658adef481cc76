"""Ways for a text message out of the house; SMS_BACKEND names one, "" is none."""
