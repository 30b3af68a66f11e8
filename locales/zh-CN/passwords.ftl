# 设置新密码时的提示
password-too-short = 密码至少 { $min } 个字符，建议 15 个以上
password-too-long = 密码不能超过 { $max } 个字符
password-common = 这个密码太常见，或只是由常见密码、数字、符号拼成，容易被猜到
password-pattern = 密码不能主要由重复的字符、连续的字符或键盘上相邻的键组成
password-context = 密码中不能包含本人账号、单位名称（含拼音）或本系统名称
password-not-mixed = 密码须包含大写字母、小写字母、数字、其他字符中的至少三类
