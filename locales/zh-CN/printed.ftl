# 表单（PDF）：结算表、资金支付审批表、履约验收书、违约通知书及送达回证、逾期未支付款项情况表

document-settlement-title = 政府购买服务合同结算表
document-settlement-subject = 政府购买服务合同的结算金额、付款节点和未了事项
document-payment-title = 资金支付审批表
document-payment-subject = 政府购买服务合同付款申请的依据、资金和审批意见
document-acceptance-title = 履约验收书
document-acceptance-subject = 政府购买服务合同成果的验收标准、结果和结论
document-breach-title = 违约通知书
document-breach-subject = 政府购买服务合同的违约事实、约定、违约金和申辩途径
document-arrears-title = 逾期未支付中小企业款项情况表
document-arrears-subject = 年末逾期未支付中小企业款项的合同和金额

# 各表通用
document-form-verification = 核验
document-in-words = 人民币（大写）{ $amount }
document-amount-in-words = 金额大写
document-seal-of = { $party }盖章
document-seal-handler = 经办人（签字）：
document-seal-head = 负责人（签字）：
document-seal-day = 日期：　　　　年　　月　　日
document-agreed = 同意
document-by-voucher = 支付凭证号：{ $voucher }
document-column-no = 序号
document-column-figure = 项目
document-column-yuan = 金额（元）
document-column-kind = 类别
document-column-open = 事项及办理途径
document-column-decided = 验收日期
document-column-invoice = 发票号码
document-column-received = 收到日期
document-column-step = 环节
document-column-by = 办理人
document-column-opinion = 意见
document-column-time = 办理时间
document-column-sign = 签章
document-column-standard = 验收标准
document-column-agreed = 约定
document-column-actual = 实际
document-column-conclusion = 结论
document-column-member = 姓名
document-column-post = 单位及职务
document-column-vote = 意见
document-column-signature = 签字
document-column-parties = 购买主体、承接主体

# 结算表
document-settlement-figures = 一、结算金额
document-settlement-milestones = 二、付款节点（元）
document-settlement-open = 三、未了事项
document-settlement-consent = 四、结算确认
document-settlement-net = { $name }：人民币（大写）{ $amount }。
document-settlement-even = 双方轧差后互不欠付。
document-settlement-consent-says = 双方对以上结算金额核对无误。未了事项全部办结后，合同方可归档。

# 资金支付审批表
document-payment-request = 一、申请事项
document-payment-deliverables = 二、成果验收
document-payment-payable = 三、应付金额的计算（元）
document-payment-invoices = 四、发票
document-payment-account = 五、收款账户
document-payment-money = 六、合同资金与预算指标（元）
document-payment-steps = 七、审批意见
document-payment-seals = 八、单位盖章
document-payment-no-deliverables = 合同未约定该节点须以成果验收为付款条件。
document-payment-no-invoices = 尚未收到该节点的发票。
document-payment-account-hidden = 收款账户仅向合同各方显示。
document-paid-on = 支付日期
document-voucher = 支付凭证号
document-account-name = 户名
document-account-bank = 开户银行
document-account-number = 账号
document-contract-amount = 合同总金额
document-budget-amount = 指标金额
document-budget-committed = 本合同占用指标
document-budget-paid = 指标已支付
document-budget-free = 指标可用余额

# 履约验收书
document-acceptance-object = 一、验收对象
document-acceptance-standards = 二、验收标准与结果
document-acceptance-outcome = 三、验收结论
document-acceptance-members = 四、验收小组
document-acceptance-seals = 五、双方盖章
document-acceptance-no-members = 本次验收未登记验收小组成员。
document-service = 服务项目
document-submission-no = 第几次提交
document-standard-quantity = 数量
document-standard-due = 提交期限
document-standard-service = 服务标准
document-standard-evidence = 成果材料
document-standard-met = 达标
document-standard-missed = 未达标
document-standard-short = 少 { $quantity }
document-standard-on-time = 按期
document-standard-late = 逾期 { $days } 天
document-standard-tick = □达标　□未达标
document-target-at_least = 不低于{ $target }
document-target-at_most = 不高于{ $target }
document-decided-on = 验收日期

# 违约通知书、送达回证
document-breach-facts = 一、违约事实
document-breach-clause = 二、合同约定
document-breach-penalty = 三、违约金的计算
document-breach-objection = 四、陈述与申辩
document-breach-seal = 五、通知单位
document-breach-to = { $contractor }：
document-breach-says = 贵单位承接的《{ $title }》（合同编号：{ $number }）履行中，发生下列违约情形，现依照合同约定通知如下：
document-breach-note = 记录说明
document-breach-sum = 截至{ $day }，按上述约定计算的违约金为{ $amount }元；适用合同违约金上限后，应计违约金{ $charged }元。
document-breach-is-waived = 该违约情形已经批准豁免，不计违约金。
document-breach-is-settled = 上述违约金已在“{ $name }”的应付款项中扣减。
document-breach-is-accruing = 违约情形仍在持续，违约金逐日累计，以最终结算为准。请贵单位立即改正。
document-breach-is-open = 上述违约金将在此后的应付款项中扣减；扣减不足的，依法追缴。
document-breach-is-to-recover = 合同已终止或者履行完毕，上述违约金未能在应付款项中扣减，依法追缴。
document-breach-objection-says = 贵单位对上述事实、理由或者金额有异议的，可以在合同履行完毕前，登录“履约”系统，在本合同页面的违约处理栏提出异议，写明事实和理由，并可以附佐证材料。我单位自收到异议之日起{ $days }个工作日内书面答复；参与原认定的人员不参加答复。
document-receipt-title = 送达回证
document-receipt-notice = 违约通知书（{ $clause }），核验码{ $code }
document-receipt-document = 送达文书
document-receipt-sender = 送达单位
document-receipt-recipient = 受送达单位
document-receipt-manner = 送达方式
document-receipt-manners = □直接送达　□邮寄送达　□电子送达　□留置送达　□其他
document-receipt-place = 送达地点
document-receipt-signed = 受送达单位签收（签字、盖章）
document-receipt-day = 收到日期
document-receipt-substitute = 代收人及代收理由
document-receipt-servers = 送达人（二人签字）
document-receipt-remarks = 备注
document-receipt-note = 受送达单位拒绝签收的，由送达人在备注栏写明情况。本回证由送达单位存档。

# 逾期未支付款项情况表
document-arrears-rows = 一、逾期未支付款项（元）
document-arrears-seal = 二、填报单位
document-arrears-reporter = 填报单位
document-arrears-all = 全部购买主体
document-arrears-publish-by = 公开期限
document-arrears-count = 合同份数
document-arrears-says = { $year }年末已到付款期限、尚未支付中小企业的款项，依照《保障中小企业款项支付条例》第十八条公开。
document-arrears-none = 年末没有逾期未支付的款项。
