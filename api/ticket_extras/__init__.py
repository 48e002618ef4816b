"""What stands beside a request: watchers, a checklist, time spent, who has it open just now."""
