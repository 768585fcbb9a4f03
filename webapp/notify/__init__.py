"""Messages to patients and practices: composed here, handed to the services that carry them."""
