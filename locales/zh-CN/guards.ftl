malformed-nul = 文字中不得含有空字符（NUL）
body-too-large = 一次提交的内容不得超过 { $limit } MB。返回上一页，填写的内容仍在，请删减后再提交。
body-encoded = 请求内容经过压缩（Content-Encoding），请不压缩直接发送
body-cut = 请求内容没有完整到达，请检查网络后重新发送
body-too-slow = 请求传输过慢，已中止。请换用较快的网络后重新发送
