"""A whole Svet on this machine: private PostgreSQL and RabbitMQ, every process supervised."""
