"""The log's screens: a patient sees who read about her, an auditor reviews."""
