# 文书（PDF）

document-author = 履约
document-summary-title = 合同履约情况表
document-summary-subject = 政府购买服务合同的约定、成果、资金支付、违约处理与绩效评价
document-missing-character = {"{mark}"}：此处字符的编码为 {"{code}"}，本文件所用字体中没有该字符，以系统中的记录为准
document-page = 第{"{n}"}页　共{"{m}"}页
document-header-as-of = 数据截至 { $day }
document-qr-alt = 核验二维码，内容为{ $url }
document-qr-caption = 扫码核验
document-list = 、
document-comma = ，
document-semicolon = ；
document-sentence = 。
document-colon = { $name }：{ $text }
document-with-code = { $name }（{ $code }）

document-number = 合同编号
document-title = 合同名称
document-purchaser = 购买主体（甲方）
document-contractor = 承接主体（乙方）
document-funder = 财政部门
document-contract-state = 合同状态
document-period = 履行期限
document-as-of = 数据截至
document-prepared-on = 制表日期
document-from-to = { $from }至{ $to }

document-state-draft = 草稿
document-state-submitted = 待财政审核
document-state-funded = 待生效
document-state-active = 履行中
document-state-completed = 已履行完毕
document-state-terminated = 已终止
document-state-closed = 已归档
document-state-withdrawn = 已撤回

# 一、概况
document-overview = 一、履约概况
document-overview-text = 合同总金额{ $amount }元。截至{ $day }，达到付款条件的款项扣减违约金后应付{ $payable }元，已付{ $paid }元；违约扣减{ $settled }元；因逾期付款应由甲方支付的利息{ $interest }元。
document-overview-score = 综合得分{ $score }分，等次为“{ $rating }”。
document-overview-no-score = 尚无足以评价绩效的数据。
document-share-paid = 已付
document-share-unpaid = 应付未付
document-share-deducted = 违约扣减
document-share-rest = 未达到付款条件
document-share-never = 不再支付
document-bar-alt = 合同资金分布：已付{ $paid }，应付未付{ $unpaid }，违约扣减{ $deducted }，未达到付款条件{ $rest }，不再支付{ $never }（元）

# 二、约定
document-terms = 二、合同约定
document-terms-quantity = 数量要求
document-terms-quality = 质量要求
document-terms-period = 服务期限
document-terms-payment = 资金支付方式
document-terms-breach = 违约责任
document-quantity = { $quantity }{ $unit }
document-term-item = { $name }：{ $quantity }，单价{ $price }元
document-term-at-least = { $indicator }不低于{ $target }（{ $deliverables }）
document-term-at-most = { $indicator }不高于{ $target }（{ $deliverables }）
document-term-no-indicator = 未约定量化质量指标
document-term-inspection = 乙方提交成果后，甲方应在{ $days }日内作出验收决定
document-term-deemed = 逾期未作出决定的，视为验收通过
document-term-cure = 成果首次被退回后，乙方整改不超过{ $days }日的期间不计为逾期
document-term-deliverable = { $name }：{ $quantity }，{ $due }前提交
document-term-total = 合同总金额{ $amount }元，分{ $count }个节点支付
document-term-milestone-fixed = { $name } { $amount }元
document-term-milestone-quantity = { $name }按验收数量结算
document-term-requires = { $deliverables }验收通过后支付
document-term-scored = 须完成绩效评价
document-term-not-before = 不早于{ $day }
document-term-within = { $days }日内付清
document-term-from-acceptance = 付款期限自验收通过（或应当完成验收）之日起算；甲方拖延验收、拖延绩效评价的，不推迟付款期限（国务院令第802号第十条、第十四条）
document-term-from-invoice = 付款期限自收到合格发票之日起算，且不早于验收通过（或应当完成验收）之日（国务院令第802号第十条、第十四条）
document-term-cap = 违约金合计不超过合同总金额的{ $rate }，另有约定的除外
document-term-interest = 甲方逾期付款的，按日利率{ $rate }支付逾期利息（国务院令第802号第十七条）
document-term-termination = 有下列情形之一的，甲方可以解除合同：{ $conditions }
document-term-when-penalty = 违约金达到合同总金额的{ $rate }
document-term-when-late = 任一成果逾期超过{ $days }日
document-term-when-breaches = 未豁免的违约达到{ $count }次
document-term-outside-cap = 不受违约金上限限制

document-base-deliverable = 该成果价款
document-base-milestone = 所属付款节点金额
document-base-contract = 合同总金额
document-kind-late_delivery = 逾期提交
document-kind-non_delivery = 未提交
document-kind-quantity_shortfall = 数量不足
document-kind-quality_shortfall = 质量未达标
document-kind-low_score = 绩效得分偏低
document-kind-staffing = 人员配备不足
document-kind-incident = 违约事件
document-severity-minor = 一般
document-severity-major = 较重
document-severity-critical = 严重
document-clause = { $name }（{ $severity }）：{ $text }
document-clause-late = 每逾期一日，按{ $base }的{ $rate }计违约金
document-clause-late-grace = 逾期超过{ $grace }日的，自其后每日按{ $base }的{ $rate }计违约金
document-clause-late-cap = 最高不超过{ $base }的{ $cap }
document-clause-none = 逾期超过{ $days }日的，视为未提交，按{ $base }的{ $rate }计违约金
document-clause-short = 验收数量不足的，不足部分按单价的{ $rate }计违约金
document-clause-short-tolerance = 验收数量不足超过约定数量{ $tolerance }的，不足部分按单价的{ $rate }计违约金
document-clause-quality-under = { $indicator }低于{ $limit }的，按{ $base }的{ $rate }
document-clause-quality-over = { $indicator }高于{ $limit }的，按{ $base }的{ $rate }
document-clause-score = 绩效得分低于{ $limit }分的，按该节点应得金额的{ $rate }
document-clause-highest = 取其中最高一档计违约金
document-clause-staffing = 每{ $clients }名服务对象至少配备1名工作人员，每月核对，每缺1人计{ $amount }元
document-clause-incident-amount = 每发生一起计{ $amount }元
document-clause-incident-rate = 每发生一起按合同总金额的{ $rate }计违约金

# 三、成果
document-deliverables = 三、成果提交与验收
document-no-deliverables = 合同未约定成果。
document-column-deliverable = 成果
document-column-planned = 约定数量
document-column-accepted = 验收数量
document-column-due = 提交期限
document-column-state = 状态
document-column-late = 逾期天数
document-deliverable-accepted = 验收通过
document-deliverable-partial = 部分通过
document-deliverable-submitted = 待验收
document-deliverable-cancelled = 已取消
document-deliverable-overdue = 逾期未提交
document-deliverable-rejected = 退回整改
document-deliverable-open = 未到期

# 四、支付
document-milestones = 四、资金支付（元）
document-no-milestones = 合同未约定付款节点。
document-column-milestone = 付款节点
document-column-gross = 应得
document-column-deductions = 扣减
document-column-payable = 应付
document-column-paid = 已付
document-column-pay-by = 付款期限
document-column-interest = 逾期利息
document-total = 合计
document-milestone-waiting = 未达条件
document-milestone-paid = 已付清
document-milestone-earned = 待发票
document-milestone-overdue = 逾期未付
document-milestone-due = 待支付
document-milestone-never = 不再支付
document-trail-of = { $name }应付{ $payable }元的计算
document-breach-steps = { $clause }（{ $subject }）：{ $steps }
document-termination-right = 自{ $day }起，甲方依约享有解除权。

# 五、违约
document-breaches = 五、违约处理（元）
document-no-breaches = 截至{ $day }，无违约记录。
document-column-clause = 违约事项
document-column-subject = 对象
document-column-since = 起始日期
document-column-amount = 违约金
document-column-charged = 实际扣减
document-column-settlement = 处理
document-breach-waived = 已豁免
document-breach-accruing = 累计中
document-breach-settled = 计入{ $name }
document-breach-open = 待结算
document-breach-totals = 违约金合计{ $charged }元，其中已在付款中扣减{ $settled }元，待扣减{ $outstanding }元。

# 六、绩效
document-performance = 六、绩效评价
document-column-measure = 指标
document-column-weight = 权重
document-column-score = 得分
document-column-basis = 计算口径
document-measure-quantity = 数量完成
document-measure-timeliness = 提交及时
document-measure-first_pass = 一次通过
document-measure-quality = 质量达标
document-measure-compliance = 履约合规
document-measure-satisfaction = 服务满意度
document-basis-quantity = 已验收及已到期成果的验收数量（不超过约定数量）占约定数量之比，按单价加权
document-basis-timeliness = 每项成果100分，每逾期一日扣{ $points }分，取平均
document-basis-first_pass = 首次提交即全部验收通过的成果所占比例
document-basis-quality = 各项实测质量指标达到目标值的程度，取平均
document-basis-compliance = 100分，每起未豁免的违约：一般扣2分，较重扣5分，严重扣20分
document-basis-satisfaction = 历次满意度调查得分，取平均
document-basis-score = 各指标得分按权重加权平均
document-score = 综合得分
document-rating-excellent = 优
document-rating-good = 良
document-rating-adequate = 中
document-rating-poor = 差
document-provisional = 暂定
document-provisional-note = 标“暂定”的期限所在年度放假安排尚未公布，公布后如遇休息日将相应调整。
document-not-measured = 无数据的指标不计入综合得分。

# 七、核验
document-verification = 七、核验
document-verification-text = 本文书由“履约”系统依据所附数据生成。在下列网址输入核验码，可以核对本文书的内容；所附数据文件（{ $file }）的SHA-256与下列数值一致的，数据未经改动。
document-verification-address = 核验网址
document-verification-code = 核验码
document-verification-hash = 数据SHA-256
document-attachment = 生成本文书所依据的数据（规范JSON）

# 未命名的旧合同条目
name-item = 服务项目{ $number }
name-deliverable = { $item }（{ $due } 前）
name-milestone = 第{ $number }期付款
name-indicator = 考核指标{ $number }
