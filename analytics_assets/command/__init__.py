"""What people start from a shell: the demonstration run and its summary."""
