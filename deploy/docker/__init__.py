"""What the containers of docker-compose.yml run besides Svet's own processes."""
