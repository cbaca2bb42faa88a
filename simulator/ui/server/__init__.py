"""What protects the process that serves everyone: its limits, who may ask for what, and its end."""
