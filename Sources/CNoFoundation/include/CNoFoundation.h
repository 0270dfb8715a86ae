// Nothing is called by name: see absent.c.
