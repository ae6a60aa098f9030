"""A part of the package safetensors, for machines without it: see safetensors.torch."""
