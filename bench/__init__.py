"""What Tracewire costs: one module per question, each figure beside a baseline of the same run."""
