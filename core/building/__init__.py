"""A catalogue in, a bundle out: encode, split, train, judge, project, find faults."""
