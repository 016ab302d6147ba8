"""The shared vocabulary (model, errors, contract) and the only place that knows a database exists."""
