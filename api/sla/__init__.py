"""Promises to clients (SLA): business hours, plans, deadlines, what becomes of them.

The rule of changes: a promise is given under the terms of its plan in that moment (table ``sla_terms``) and keeps them.
A plan or calendar that is changed later changes no promise that runs. A plan is chosen when a request is opened, when
it is reopened after it was closed, and when its priority, category or account changes; where that chooses another plan,
all promises that run go over to the new terms, counted from their own beginning. A promise that begins later (the next
reaction) takes the words that its request's plan has then. What was broken stays broken.
"""
