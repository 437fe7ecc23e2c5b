"""One user story per file, read as a list of steps: publish, reconcile, measure, report."""
