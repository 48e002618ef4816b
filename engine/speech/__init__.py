"""Speech: recognisers and voices behind ports, in processes of their own."""
