"""What is measured: a layout of rooms and what the generator is told to do with them."""
