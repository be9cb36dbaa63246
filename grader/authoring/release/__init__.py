"""What a student gets: the labs, a wheel of the student's side, and how to begin."""
