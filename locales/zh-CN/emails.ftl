email-not-given-up = 只有发送失败的邮件可以重新发送，该邮件现为“{ $state ->
    [queued] 待发送
    [sent] 已发送
    [withdrawn] 已取消
   *[other] { $state }
}”
email-settled = 该邮件已登记为另行告知
email-changed = 该邮件的数据库记录被改动，不能再发送，详见 luyue check 的结果
emails-refused = 邮件服务器拒收本系统的所有邮件：“{ $answer }”。系统会继续重试约三天，请更正 LUYUE_SMTP_URL 或 LUYUE_MAIL_FROM 设置。
emails-refused-link = 查看邮件
column-gateway = 短信网关
post-state-queued = 待推送
post-state-sent = 已推送
post-state-dead = 推送失败
post-state-skipped = 不推送
post-not-given-up = 只有推送失败的通知可以重新推送
person-bounced = 退信：{ $reason }
