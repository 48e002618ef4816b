"""The history of calls: who sees what of it, filters, export, recordings and who listened to them."""
