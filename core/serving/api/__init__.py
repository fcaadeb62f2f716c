"""The same answers for programs: a REST service over HTTP."""
