## 列表
list-limit = 每页条数为1至{ $most }
cursor-unknown = 列表位置无效，请从头查询

## 基础信息
register-code = 编码为1至64位字母、数字或 - _ .，不含空格
register-code-taken = 该编码已被使用
register-region-code = 区划代码为1至12位字母或数字
register-region-missing = 请填写所属区划（仅“其他”类机构可以不填）
register-unknown-region = 区划不存在，请先添加
register-named-none = 没有名称或代码含“{ $typed }”的记录，请核对后重新填写
register-named-several = 名称或代码含“{ $typed }”的有 { $count } 个，请选择其中一个
register-named-many = 名称或代码含“{ $typed }”的超过 { $count } 个，请再多填几个字，或者选择其中一个
register-named-similar = 没有名为“{ $typed }”的记录，或者有多个同名。名称相近的有：{ $names }。请填写其中一个的全称或代码
register-unknown-bureau = 本地区没有该单位
register-unknown-organisation = 单位不存在，请先添加
register-first-organisation = 系统中尚无单位，请同时指定首个单位：--role administrator --organisation 编码 --organisation-name 名称
register-add-contractor = 承接主体请在“承接主体”中凭统一社会信用代码添加
register-name-known = 已登记“{ $name }”（{ $code }）。如确为另一家单位，请在名称中写明区别，如所在地。
register-contractor-known = 该统一社会信用代码已登记
register-text-length = 最多{ $most }个字
register-year = 年度应为 2000 至 2099
register-days = 结束日期不得早于开始日期，代理不得从今天以前开始
credit-code-shape = 统一社会信用代码为18位数字或大写字母，不含 I、O、S、V、Z（GB 32100-2015）
credit-code-check = 统一社会信用代码校验位不符，请核对是否录入有误（GB 32100-2015）
service-barred = 自{ $since }起不得购买：{ $basis }

## 收款账户与预算指标
register-account-number = 账号为6至32位数字
proposal-waiting = 相同的内容已经提出，正等待批准
account-waiting = 该承接主体已有待批准的收款账户
decided-before = { $state ->
    [approved] 已批准
    [refused] 未批准
    [recalled] 已收回
   *[other] 当前状态：{ $state }
}，不能重复办理
finance-bureau-only = 仅限财政部门人员办理

## 人员
register-seats = 请指定1至{ $most }个岗位，并注明所在单位
register-username-taken = 该用户名已被使用
register-unknown-person = 没有该用户
register-role-misplaced = 该类单位不设此岗位
register-roles-apart = 系统管理员、监督人员、承接主体人员不得兼任其他岗位
register-one-contractor = 同一人不得在两家承接主体任职；请先结束其在原承接主体的岗位
not-oneself = 不能对本人办理
person-is-so = 当前已是该状态

## AB岗
delegation-no-seat = 被代理人在该单位没有此岗位
delegation-deputy = “{ $name }”不能代理：请填写本单位在岗人员的用户名或姓名（有同名的填用户名），且其岗位与该岗位不冲突
delegation-too-long = 一次委托最长不超过一年，请提前截止日期
delegation-exists = 该岗位在此期间已委托给此人，无须重复办理
delegation-of-another = 只能委托本人的岗位
delegation-over = 代理已结束
