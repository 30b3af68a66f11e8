malformed-nul = A text must not hold the character NUL.
body-too-large = The request is too large: at most { $limit } MiB.
