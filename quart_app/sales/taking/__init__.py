"""From what a till has sent to what is counted: read, priced, judged and written."""
