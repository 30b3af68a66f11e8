letter-not-given-up = Only an email that failed can be sent again; this one is { $state ->
    [queued] waiting to be sent
    [sent] sent
    [withdrawn] withdrawn
   *[other] { $state }
}
letter-settled = The recipient of this email was already informed by other means
