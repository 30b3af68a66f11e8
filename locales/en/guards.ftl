malformed-nul = Text must not contain the character NUL
body-too-large = The request must be { $limit } MiB or smaller
body-encoded = The body is compressed (Content-Encoding); send it uncompressed
body-too-slow = The request arrived too slowly and was given up. Send it again over a faster connection
