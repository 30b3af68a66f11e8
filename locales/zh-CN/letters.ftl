letter-not-given-up = 只有发送失败的邮件可以重新发送，该邮件现为“{ $state ->
    [queued] 待发送
    [sent] 已发送
   *[other] { $state }
}”
