"""The desk: who needs me now and why; the patient page; feedback."""
