"""Discrete-event simulation of a campaign: clients who answer or do not, operators, a dialler under test."""
