"""Programs for those who change the extension; nothing here is installed."""
