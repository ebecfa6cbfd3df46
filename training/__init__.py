"""Makes a model: reads annotations and prior knowledge, trains, calibrates, judges and writes the artefact."""
