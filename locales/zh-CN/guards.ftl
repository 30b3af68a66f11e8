malformed-nul = 文字中不得含有空字符（NUL）
body-too-large = 请求内容不得超过 { $limit } MiB
