letter-not-given-up = 只有已放弃投递的邮件可以重新发送，该邮件当前状态为“{ $state }”。
