"""Everything on one host: NATS, OPA, the engine and the collector as supervised children."""
