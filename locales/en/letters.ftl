letter-not-given-up = Only an email that failed can be sent again; this one is { $state ->
    [queued] waiting to be sent
    [sent] sent
   *[other] { $state }
}
