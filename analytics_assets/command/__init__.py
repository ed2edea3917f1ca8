"""What people start from a shell, most of it through make; `main` returns the exit code."""
