"""The connector to Valomnia's appointments, which know neither rooms nor what is free."""
