email-not-given-up = Only an email that failed can be sent again; this one is { $state ->
    [queued] waiting to be sent
    [sent] sent
    [withdrawn] withdrawn
   *[other] { $state }
}
email-settled = The recipient of this email was already informed by other means
email-changed = This email was changed in the database and cannot be sent; luyue check names it
emails-refused = The mail server refuses all emails of this installation: “{ $answer }”. They are tried again for some three days; correct LUYUE_SMTP_URL or LUYUE_MAIL_FROM.
emails-refused-link = See the emails
column-gateway = Gateway
post-state-queued = waiting
post-state-sent = posted
post-state-dead = failed
post-state-skipped = not posted
post-not-given-up = Only a post that failed can be posted again
person-bounced = came back: { $reason }
