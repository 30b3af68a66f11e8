letter-not-given-up = A letter is tried anew only after it was given up; this one is “{ $state }”.
