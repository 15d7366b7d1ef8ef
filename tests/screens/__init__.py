"""Every screen of the client in its states: what tests check, the bench measures and `./svet shots` photographs."""
