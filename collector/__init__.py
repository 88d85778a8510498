"""The privileged half: BPF programs in, batches of events out."""
