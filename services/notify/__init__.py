"""Notify: letters that others ask for, written in Russian, sent by SMTP until accepted, with a delivery log."""
