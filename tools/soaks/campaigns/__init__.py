"""Campaigns of the dialler against simulated customers and operators on real SIP phones (``tools/soak campaign``).

``behaviours`` says what a customer does by the digits of the number; ``customers`` is the phone network behind the
trunk, one process for hundreds of calls, which writes down what each phone saw; ``operators`` are phones that register,
answer by themselves and talk; ``totals`` holds the product's rows against both records, call by call.
"""
