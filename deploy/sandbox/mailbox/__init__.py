"""The mailbox: letters come in by SMTP and are read in a browser or as JSON."""
