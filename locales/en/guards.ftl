malformed-nul = Text must not contain the character NUL
body-too-large = The request must be { $limit } MB or smaller. What you typed is still there when you go back; shorten it and send it again.
body-encoded = The body is compressed (Content-Encoding); send it uncompressed
body-cut = The request did not arrive whole. Check the connection and send it again.
body-too-slow = The request arrived too slowly and was given up. Send it again over a faster connection
