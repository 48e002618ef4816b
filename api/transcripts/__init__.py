"""What was said: transcripts of calls and messages, alerts, the rules by which words are looked for and hidden."""
