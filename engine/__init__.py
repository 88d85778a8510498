"""The unprivileged half: signatures over events, findings out of them."""
