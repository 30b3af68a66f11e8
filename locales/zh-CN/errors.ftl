# What is malformed in terms, facts or a case
malformed-json = 不是有效的 JSON：{ $detail }
malformed-type = 此处的数据类型不对
malformed-missing-key = 缺少“{ $key }”
malformed-unknown-key = 不认识的字段
malformed-duplicate-key = 有重复的字段
malformed-money = 金额须写成字符串，不小于 0，最多两位小数，小于一万亿元
malformed-quantity = 数量须写成字符串，不小于 0，最多四位小数，小于十亿
malformed-rate = 比率须写成小数字符串，0 至 10，最多十位小数
malformed-score = 分数须写成字符串，0 至 100，最多十位小数
malformed-measured = 指标值须写成字符串，不小于 0，最多十位小数，小于十亿
malformed-days = 天数须为 0 至 3650 的整数
malformed-whole = 须为不小于 0 的整数
malformed-code = 代码须为 1 至 64 个字符
malformed-date = 日期须写成 YYYY-MM-DD，在 2000 年至 2099 年之间
malformed-month = 月份须写成 YYYY-MM，在 2000 年至 2099 年之间
malformed-word = 不是可选的值
malformed-list = 最多一千项
malformed-extensions = 每项成果最多延期十次
malformed-positive-money = 金额须大于 0
malformed-positive-quantity = 数量须大于 0
malformed-positive-target = 目标值须大于 0
malformed-positive-whole = 须为大于 0 的整数
document-subject-missing = 请写明文书所涉的事项：付款申请的编号、“成果代码/提交次数”或者“条款代码/违约对象”
document-only-of-today = 结算表和资金支付审批表只反映当日的数据，请不填日期或者填写今日

# What terms and facts break (docs/standing.md, Validity)
ends-before-start = 服务结束日期早于开始日期 { $starts_on }
deemed-without-inspection = 约定逾期未验收视为通过的，须约定验收期限
amendment-before-start = 补充协议不得早于合同开始日期 { $starts_on } 生效
amendment-not-after = 补充协议须晚于前一份补充协议生效，前一份于 { $latest } 生效
amendment-moves-start = 补充协议不能改变合同开始日期 { $starts_on }
code-twice = “{ $code }”重复
no-such-item = 没有代码为“{ $code }”的服务项目
quantity-not-sum = 与各成果数量之和 { $sum } 不符
amount-not-sum = 与各成果价款之和 { $sum } 元不符
no-such-deliverable = 没有代码为“{ $code }”的成果
required-twice = 成果“{ $code }”已列入付款节点，不得重复
by-quantity-of-nothing = 按验收数量结算的付款节点须列明成果
nothing-required = 不以成果为条件的付款节点须约定最早付款日期
payment-days = 付款期限须为 1 至 60 日（《保障中小企业款项支付条例》第九条）
not-required = 成果“{ $code }”未列入任何付款节点
milestones-not-amount = 各付款节点金额之和 { $sum } 元，与合同金额 { $amount } 元不符：{ $side ->
    [over] 多
   *[under] 少
 } { $left } 元（未填金额的付款节点，按其各项成果的金额计）
no-such-indicator = 所涉成果没有指标“{ $code }”
amount-or-rate = 违约金须约定金额或比率，二者择一
extension-after-due = 延期的申请日期不得晚于提交期限 { $due }
extension-after-acceptance = 该成果已验收，不能再延期
acceptance-before-extension = 该成果已同意延期，验收日期须晚于同意延期之日，请于次日办理
after-end = 合同已终止
submission-number = 该成果下一次提交应为第 { $next } 次
submission-before-rejection = 第 { $no } 次提交尚未被退回，不能再次提交
no-such-submission = 没有这次提交
decided-already = 这次提交已有验收结论
decision-before-submission = 验收日期早于提交日期
decision-after-deemed = 已过验收期限，依约视为验收通过
accepted-more-than-submitted = 验收数量多于提交数量
no-such-milestone = 没有代码为“{ $code }”的付款节点
scored-already = 付款节点“{ $code }”已有绩效得分
score-not-required = 付款节点“{ $code }”不以绩效得分为条件
invoiced-already = 付款节点“{ $code }”已有发票
month-twice = { $month } 的人员在岗情况已有登记
month-to-come = { $month } 尚未到来
no-such-incident-clause = 没有代码为“{ $code }”的违约事件条款
no-such-clause = 没有代码为“{ $code }”的违约条款
payment-before-satisfaction = { $first ->
    [none] 付款日期之前，付款节点尚未达到付款条件
   *[other] 付款须在付款节点达到付款条件的次日以后：请填 { $first } 或以后的日期
}
payment-over-payable = 累计支付超过应付的 { $payable } 元
