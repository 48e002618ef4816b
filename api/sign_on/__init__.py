"""Single sign-on of pages that embed the widget: tokens that stand for a sign-in, once."""
