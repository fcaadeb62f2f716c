"""What a build that was ended has finished, for the same build to go on from."""
