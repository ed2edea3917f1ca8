"""What people read without touching the working database: its copy, and the report made from it."""
