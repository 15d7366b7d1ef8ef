"""Everything that runs behind the bus: the shared rooms (common, contracts, chassis) and five services."""
