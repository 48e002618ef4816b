"""How many lines to dial now: pure, fed with facts and a clock."""
