"""Who answered: what is heard on a leg before and after the answer, told apart by cadence, tones and a small model."""
