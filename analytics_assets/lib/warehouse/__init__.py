"""Where tables live: one small interface, two engines, and the SQL that Python sends."""
