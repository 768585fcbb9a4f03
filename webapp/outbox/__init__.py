"""Work that was promised in the transaction of a booking, and the worker that keeps the promise."""
