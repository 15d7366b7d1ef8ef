"""The registry package: its format, its checks and its loading into the services' databases."""
