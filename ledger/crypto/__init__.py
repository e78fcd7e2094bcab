"""Values: group → generators → transcript → claim proof → batch. No log, no input or output, no clock."""
