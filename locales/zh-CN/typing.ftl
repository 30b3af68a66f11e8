typed-negative = 不能为负数
typed-character = 无法识别字符“{ $character }”，请只填写数字，如 { $example }
typed-grouping = 分隔符“{ $character }”的位置有误，千位分隔应为 { $example }
typed-places = 最多 { $most } 位小数，您填写了 { $given } 位
typed-places-money = 单位为元，最多两位小数，您填写了 { $given } 位
typed-no-such-day = 没有 { $day } 这一天
typed-day-beyond = “{ $day }”的年份须为 2000 至 2099 年
typed-day-year = 缺少年份，请填写完整日期，如 2026年9月29日
typed-day-day = 缺少日，请填写完整日期，如 2026年9月29日
typed-day-century = 年份须写四位数，并按年、月、日的顺序填写，如 2026-09-29
typed-day-order = 分不清月和日，请按年、月、日的顺序填写，如 2026-09-29
typed-large-money = 金额过大，须小于 1,000,000,000,000 元
typed-large-quantity = 数量过大，须小于 1,000,000,000
typed-large-measured = 数值过大，须小于 1,000,000,000
typed-large-whole = 数字过大，请核对
understood = = { $value }
understood-money = = { $value } 元
understood-percent = = { $value }%
understood-days = = { $value } 天
field-pick-day = 选择日期
field-pick-month = 选择月份
email-no-at = 邮箱地址应有“@”，格式如 name@example.com
email-two-ats = 邮箱地址只能有一个“{ $part }”
email-no-local = “@”前缺少用户名
email-no-domain = “@”后缺少域名
email-short-domain = 域名“{ $part }”不完整，格式如 example.com
email-prefix = 请去掉“{ $part }”，只填写邮箱地址
email-dot = “{ $part }”的位置有误，不能连用，也不能在开头或结尾
email-hyphen = 域名中的“{ $part }”不能以“-”开头或结尾
email-by-number = 不能以 IP 地址“{ $part }”代替域名
email-character = 邮箱地址中不能有“{ $part }”
email-domain = 域名“{ $part }”有误，请核对
email-long = 邮箱地址过长
list-count = 共 { $count } 条，{ $order }
list-count-more = 超过 { $count } 条，{ $order }
contracts-order = 最近登记的在前；编号完全相同的排在最前
drafts-order = 最近新建的在前
work-order = 期限最近的在前
events-order = 最近的记录在前
records-order = 最近登记的在前
registers-order = 先登记的在前
public-order = 最近公开的在前
ledger-order = 按预算指标排列，同一指标先登记的在前
ledger-order-of-contract = 先登记的在前
messages-order = 最近发送的在前
annexes-order = 先添加的在前
sessions-order = 最近登录的在前
record-order = 评价期间最近的在前
