malformed-nul = 文字中不得含有空字符（NUL）
body-too-large = 请求内容不得超过 { $limit } MiB
body-encoded = 请求内容经过压缩（Content-Encoding），请不压缩直接发送
body-too-slow = 请求传输过慢，已中止。请换用较快的网络后重新发送
