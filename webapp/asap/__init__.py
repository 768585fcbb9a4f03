"""The ASAP list: who wants something sooner, what opened, who was offered it, who has it."""
