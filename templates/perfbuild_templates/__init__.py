"""The templates of what perfbuild writes for people: the HTML report and the Markdown summary."""
