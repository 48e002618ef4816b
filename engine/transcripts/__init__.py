"""What is said in calls, as text: live, masked, measured, watched for words."""
