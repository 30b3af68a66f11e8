# What is around every page
product = 履约
skip-to-content = 跳到正文
nav = 主导航
nav-work = 待办
nav-contracts = 合同
other-language = English
other-language-tag = en
sign-out = 退出
clock-notice = 演练时间：{ $at }。系统时钟不是真实时间，所办事项仅供演示、演练。
foot = 履约：政府购买服务合同履约管理。金额均为人民币元，日期以北京时间为准。
errors-title = 请更正以下问题
form-unreadable = 所填内容无法识别，请检查后重新填写
form-empty = 请填写“{ $field }”
error-mark = 有误：
failure-later = 系统暂时不能办理，请稍后再试；仍有问题的，请联系系统管理员。
failure-back = 请返回上一页核对；链接可能已失效，或者该事项不在您的职责范围内。
failure-home = 返回待办
pages = 翻页
pages-first = 回到首页
pages-next = 下一页

# Roles
role-officer = 经办人
role-leader = 分管领导
role-station = 司法所
role-reviewer = 财政审核
role-approver = 财政审批
role-cashier = 国库支付
role-contractor = 承接主体
role-supervisor = 监督
role-administrator = 系统管理员

# Signing in
sign-in = 登录
sign-in-username = 用户名
sign-in-password = 密码
sign-in-code = 动态验证码
sign-in-code-hint = 已启用动态验证码的填写，未启用的留空。
forgotten-title = 忘记密码？
forgotten-says = 请输入用户名。系统将向您登记的邮箱发送设置新密码的链接，一小时内有效，限用一次。
forgotten-send = 发送链接
forgotten-sent = 如该用户名存在，链接已发送至登记的邮箱。几分钟内未收到的，请联系系统管理员。
forgotten-name-missing = 请输入用户名
change-password-title = 修改密码
change-password-says = 修改密码后，您的其他登录会话即告结束，当前会话不受影响。
change-password-done = 密码已修改，其他登录会话已结束。
current-password = 当前密码
current-password-hint = 用于确认是您本人操作
current-password-wrong = 密码或动态验证码不正确
password-show = 显示
password-hide = 隐藏
password-show-long = 显示密码
password-hide-long = 隐藏密码
password-shown = 密码已显示
password-hidden = 密码已隐藏
session-ended = 请登录；登录已超时的，请重新登录。
form-not-ours = 页面已失效，未作任何更改。请刷新页面后重新提交。
sessions-title = 登录设备
sessions-hint = 以下设备已用您的账号登录。不是本人登录的，请立即退出该设备并修改密码。
sessions-browser = 浏览器
sessions-on = { $browser }（{ $system }）
browser-wechat = 微信
browser-dingtalk = 钉钉
browser-edge = Edge
browser-opera = Opera
browser-qq = QQ 浏览器
browser-sogou = 搜狗浏览器
browser-qihoo = 360 浏览器
browser-uc = UC 浏览器
browser-huawei = 华为浏览器
browser-xiaomi = 小米浏览器
browser-samsung = 三星浏览器
browser-firefox = Firefox
browser-chrome = Chrome
browser-safari = Safari
browser-other = 其他浏览器
system-harmony = 鸿蒙
system-windows = Windows
system-android = 安卓
system-ios = iPhone
system-ipados = iPad
system-macos = Mac
system-kylin = 麒麟
system-uos = 统信 UOS
system-linux = Linux
system-other = 未知系统
sessions-address = 地址
sessions-opened = 登录时间
sessions-seen = 最近使用
sessions-end = 退出该设备
sessions-ended = 已退出该设备。

# Work list
work-title = 待办
work-nothing = 没有待办事项。
work-others = 他人正在办理
work-others-most = 以上为最紧急的 { $number } 项，其余见合同列表
work-what = 事项
work-contract = 合同
work-who = 办理人
work-when = 期限

# The register
contracts-title = 合同
contracts-q = 编号、名称或承接主体
contracts-state = 状态
contracts-region = 地区
contracts-year = 年度
contracts-any = 全部
contracts-find = 查询
contracts-all = 查看全部合同
contracts-none = 还没有合同。
contracts-none-found = 没有符合条件的合同。
contracts-column-contract = 合同
contracts-column-parties = 购买主体、承接主体
contracts-column-term = 服务期限
contracts-column-amount = 金额（元）
contracts-column-state = 状态
contracts-column-duty = 最近期限

# For programs
api-says = 供其他系统调用的接口。登录、错误、分页和重复提交的处理方式见项目文档 docs/api.md。以下接口说明仅有英文。

# The check of a document
verify-title = 文书核验
verify-ours = 该文书由本系统出具
verify-not-ours = 没有核验码为“{ $code }”的文书。请核对是否输错；确认无误的，该文书不是本系统出具。
verify-document = 文书
verify-made = 首次出具时间
verify-digest = 数据 SHA-256
verify-compare = 请与手中文书逐项核对；以上内容不一致的，文书可能被改动。
verify-code = 核验码
verify-hint = 印在文书二维码下方和每页页脚，16 位字母和数字。
verify-check = 核验

# One-time codes
totp-title = 动态验证码
totp-says = 启用后，登录时除密码外还须输入手机验证器应用显示的六位数字，密码泄露也不能登录。建议财政和管理岗位启用。
totp-begin = 启用
totp-step-app = 在手机上安装任意一款验证器应用（支持 TOTP）。
totp-step-scan = 用应用扫描下图，或者手工输入下方的密钥。
totp-qr = 验证器应用扫描的二维码
totp-step-code = 输入应用显示的六位数字，确认启用。
totp-confirm = 确认启用
totp-active-says = 已启用。登录时须输入动态验证码。
totp-remove = 停用动态验证码

contract-duties-more = 其他待办（{ $number } 项）
contract-timeline-scroll = 左右滑动可查看全图。
versions-title = 条款版本对照
versions-no = 第 { $no } 版
versions-before = 对照
versions-after = 与
versions-compare = 对照
versions-recorded = { $who }登记，{ $at }
versions-one = 本合同条款只登记过一版。
versions-same = 两版条款一致。
versions-differ = 五项条款中有 { $number } 项不同：划去的只见于前一版，加底色的只见于后一版。
versions-term = 条款
versions-unchanged = 两版一致
versions-look = 与其他版本对照
