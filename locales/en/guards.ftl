malformed-nul = Text must not contain the character NUL
body-too-large = The request must be { $limit } MiB or smaller
