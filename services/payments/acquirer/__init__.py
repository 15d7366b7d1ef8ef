"""The acquirer as payments sees it: an interface and its dialects."""
