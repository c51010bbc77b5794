"""The language data, one TOML file for each reader; a package so that the files travel with the code."""
