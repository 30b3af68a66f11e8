letter-not-given-up = Only an email that failed can be sent again; this one is { $state ->
    [queued] waiting to be sent
    [sent] sent
    [withdrawn] withdrawn
   *[other] { $state }
}
letter-settled = The recipient of this email was already informed by other means
letter-changed = This email was changed in the database and cannot be sent; luyue check names it
