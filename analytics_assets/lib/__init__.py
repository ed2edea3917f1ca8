"""What several questions share; it knows none of them."""
