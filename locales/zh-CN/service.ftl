## 登录与权限
sign-in-refused = 用户名、密码或动态验证码不正确
token-missing = 请先登录：请求中没有访问令牌
token-refused = 登录已失效，请重新登录
role-may-not = 您的岗位不能办理此事项。可办理的岗位：{ $roles }。
second-factor-required = 您的岗位要求启用动态验证码，启用前不能办理其他事项。请在 /one-time-codes 页面启用，或调用 POST /api/v1/me/totp 和 POST /api/v1/me/totp/confirm。
side-may-not = 您所在单位在本合同中不能办理此事项
seat-at-contractor = 您在承接主体任职，此事项须由他人办理
not-the-purchaser = 只能登记本单位作为购买主体的合同
self-approval = 前面环节由您（或您代理的人）办理过，本环节须由他人办理

## 一般
not-found = 没有找到。可能地址有误，或者您无权查看。
malformed = 提交的内容无法识别，请按下列提示改正后重新提交
unreadable = 无法识别：{ $reason }
changed = 您读取之后内容已被修改。请重新读取后再保存。
version-required = 请在 If-Match 中注明所修改的版本
refused = 未予办理，原因如下
too-many = 尝试次数过多，请在 { $seconds } 秒后再试
unavailable = 系统暂时无法处理，您的操作没有生效。请稍后重试。
internal = 系统出错，您的操作没有生效。请与管理员联系。
lost-race = 同时有他人在办理，请重新读取后再试
idempotency-key-reused = 该 Idempotency-Key 已用于另一请求，请换一个
idempotency-key-length = Idempotency-Key 须为 1 至 128 个字符
wrong-state = 合同现为“{ $state ->
    [draft] 草稿
    [submitted] 待财政审核
    [funded] 待生效
    [active] 履行中
    [completed] 已履行完毕
    [terminated] 已终止
    [closed] 已归档
    [withdrawn] 已撤回
   *[other] { $state }
}”状态，不能办理此事项
submit-with-change = 该合同有已填写、尚未保存到合同草稿的修改。提交的仍是修改前的内容，请先保存到合同草稿或者放弃修改，再提交财政审核
submit-change-see = 查看尚未保存的修改
reason-missing = 请填写理由
line-length = 请填写 1 至 200 个字符，不能有换行或制表符

## 合同登记
number-taken = 该合同编号与{ $bureau }的合同 { $number } 重复，请核对或更换
unknown-purchaser = 没有此购买主体，或者它没有所属地区
unknown-funder = 没有此财政部门
unknown-contractor = 没有此承接主体。请核对统一社会信用代码，或请管理员先行登记。
unknown-appropriation = 没有此预算指标

## 事实的日期
day-in-the-future = 日期不能晚于今天（{ $today }）
day-before-contract = 日期不能早于合同签订之日和服务起始日（{ $first }）
day-before-service = 服务自 { $first } 开始，不能登记更早日期的履约情况
month-before-service = 服务自 { $first } 开始，不能登记更早月份的人数
effects-unseen = 尚未办理。请核对下列变化，确认无误后再次提交。
repeated-survey = 已有相同的满意度调查（第 { $seq } 号记录，{ $on }）。请先查看已有记录；确为另一次的，请选择另记一条。
repeated-incident = 该编号的违约事件已提出，待审批（{ $on } 提出）。请等待审批，不必再次提出。
repeated-incident-number = 同一条款、同一日期、相同说明的违约事件已用编号“{ $id }”记录或提出。请先查看已有的；确为另一事件的，请选择另记一条。
submission-opened = 购买主体已于 { $on } 查阅这次提交，不能再撤回。确有差错的，请留言说明，由经办人验收时退回。
recall-opened = { $who } 已于 { $at } 查阅，不能再收回。如需修改，请联系办理人退回。
recall-by-other = 只有提交人本人可以收回
submission-settled = 这次提交已不在待验收状态，不能撤回
incident-recorded-already = 已有相同的违约事件（第 { $seq } 号记录，{ $on }）
repeated-headcount = 已有相同的人数记录（第 { $seq } 号记录，{ $on }）
repeated-extension = 该成果已有延期申请待审批（{ $on } 提出）。请先等待审批；确需在其之外再延期的，请选择另记一条。
repeated-message = 几分钟内已发送过相同的留言。请先查看已发送的留言；确需再次发送的，请选择另记一条。
repeated-score = 已记录相同的绩效得分（第 { $seq } 号记录，{ $on }），不必再次记录
repeated-submission = 相同的内容已于 { $on } 提交（第 { $no } 次提交），尚未退回，不必再次提交
repeated-waiver = 该项违约已有豁免申请待审批（{ $on } 提出）。请等待审批，不必再次申请。
repeated-reversal = 该条记录已有作废申请待审批（{ $on } 提出）。请等待审批，不必再次申请。
waived-already = 该项违约已豁免（第 { $seq } 号记录，{ $on }），无需再次豁免。豁免日期有误的，请先申请作废该条记录。
repeated-payment = 已提出相同的付款申请（{ $on }），尚未支付。确有另一笔同额付款的，请选择另记一条。
repeated-interest-waiver = { $on }已放弃相同金额（第 { $seq } 条记录）。确需再次放弃的，请选择另记一条。
nothing-to-reverse = 没有这一条记录，或者它已作废
amendment-undone = 登记此项将使 { $effective_on } 起生效的补充协议不能生效。请以较晚的日期登记，或者另行签订补充协议。
amendment-effective-past = 补充协议不能追溯生效：生效日期不得早于今天 { $today }。请撤回后改定生效日期，重新提出。
amendment-unfit = 生效日期当日及以后已有登记，与新条款不符。请改定较晚的生效日期，或者在新条款中保留所涉内容。
amendment-settled-deliverable = 成果“{ $deliverable }”届时已验收：新条款须保留该成果及其所属服务项目，数量不得增加。其余变更请另列成果。
amendment-settled-milestone = 付款节点“{ $milestone }”届时已达到付款条件：其金额和所含成果不能改变。请在其他付款节点中调整，或者另设付款节点。
amendment-settled-required = 付款节点“{ $milestone }”届时已达到付款条件：所含成果“{ $deliverable }”的数量、单价、提交期限和指标不能改变
supplement-over-tenth = 补充合同的采购金额合计不得超过按原合同采购金额计算的限额（政府采购法第四十九条）。限额 { $limit } 元，已用 { $used } 元，尚余 { $left } 元，本次增加 { $increase } 元。
amendment-changes-nothing = 与现行条款完全相同，没有变更内容
amendment-ground-supplement = 合同金额没有增加，不属于追加采购，请另选事由
amendment-ground-growth = 合同金额增加的，事由须为追加采购
amendment-ground-reduction = 合同金额没有减少，不属于核减，请另选事由
amendment-ground-amount = 合同金额减少的，事由须为核减、公共利益或者不可抗力
amendment-ground-schedule = 期限、成果和付款节点都没有变更，请另选事由
amendment-ground-clauses = 违约条款、费率和评价办法都没有变更，请另选事由
amendment-ground-parties = 条款有变更，不只是账户或者人员变更，请另选事由
amendment-repeated = 已有一份内容相同的补充协议正在办理
amendment-outdated = 合同条款在提出之后已有变更，本补充协议不再适用。请撤回，按现行条款重新提出。
amendment-wrong-state = 补充协议的状态不允许此项操作：{ $state ->
    [proposed] 等待承接主体同意
    [consented] 等待分管领导批准
    [approved] 等待财政部门落实预算
    [agreed] 已经达成
    [withdrawn] 已撤回
   *[refused] 已被拒绝
 }
objection-text-missing = 请写明事实和理由
objection-subject-unknown = 合同没有所指的违约情形、履约验收、绩效得分或者违约金扣减，请从合同页面对应的条目提出
objection-breach-waived = 该项违约已经豁免，不扣减违约金，不必提出异议
objection-repeated = 对同一事项已提出异议（{ $on }），正等待答复。请在答复后再提出。
objection-answered = 该异议已有答复：{ $state ->
    [upheld] 异议成立
   *[rejected] 异议不成立
 }
objection-of-leader = 该异议由购买主体的分管领导答复；财政部门只答复对分管领导所作决定（绩效得分、同意的违约事件）的异议
change-request-not-endorsed = 该申请由承接主体提出，须先由经办人核实报批
change-request-endorsed = 该申请正等待分管领导审批，不能再由经办人核实或者退回
change-request-at-finance = 该申请由财政部门提出，或者涉及财政部门支付的款项，由财政审批人决定
change-request-at-leader = 该申请由购买主体提出，由分管领导决定
message-text-missing = 请填写留言内容
message-about-unknown = 合同没有所指的成果、付款节点或者付款申请
publication-current = { $state ->
    [published] 合同已经公开。如需重新公开，请先撤销。
   *[proposed] 合同已提请公开，正在等待分管领导审批
 }
publication-notice-address = 请填写以 https:// 开头的公告网址，网站须用域名，不带用户名和端口，不超过 500 个字符
publication-review-missing = 请填写保密审查意见
publication-announced-on = 合同公告登记的日期是 { $day }，官方公告的日期应当与其一致
publication-state-is = { $state ->
    [proposed] 该公开正在等待审批
    [published] 该公开已经生效
    [refused] 该公开已被退回：不同意公开
   *[withdrawn] 该公开已经撤销
 }
would-have-changed = 已有付款审批通过或者支付，此项不能改变：原为 { $old }，将变为 { $new }

## 资金与签订
appropriation-missing = 合同没有指明预算指标，不能落实预算（支付条例第八条：无预算不得采购）。请在合同中选择预算指标；已提交的，先退回经办人。
appropriation-not-approved = 该预算指标尚未批准，批准后方可使用
appropriation-of-another = 该预算指标不属于本购买主体
appropriation-known = 本单位已有这一指标文号和项目编码的预算指标：{ $document }，{ $project }，{ $year } 年度，{ $amount } 元
appropriation-lapsed = { $year } 年度的预算指标已经过期，须凭结转文件结转到下一年度后使用
appropriation-lapses-before = 付款节点“{ $milestone }”预计最迟于 { $on } 支付，届时 { $year } 年度的预算指标已经过期，须先结转
appropriation-carried-over = { $year } 年度的预算指标已凭“{ $document }”结转，请在合同中改选结转后的指标
budget-exceeded = 合同金额 { $amount } 元超过该指标可用余额 { $free } 元（支付条例第八条、预算法第十三条）
approval-rule-approvers = 审批人数须为 1 至 { $most }
approval-rule-day = 生效日须晚于今天
chain-order = 环节须按确认、审核、审批、支付的顺序，且不得重复；审批可以由另一岗位再办理一次
chain-role = 该岗位不能办理此环节
chain-amount = 第一次审批和支付不分金额，均须办理
chain-subject = 该环节不属于这类审批流程
chain-of-purchaser = 采购人只能为本单位合同设置流程，付款申请的流程由财政部门设置
chain-people = 会签人数须为 1 至 { $most }，其他环节由一人办理
contract-in-chain = 合同尚在{ $step ->
    [lead] 分管领导审签
    [legality] 合法性审查
    [chief] 主要领导审签
   *[countersign] 会签
}环节，由{ $role ->
    [officer] 经办人
    [leader] 分管领导
   *[accountant] 单位会计
}办理
sign-off-not-waiting = 合同当前没有待审签的环节
chain-lacks = 审批流程缺少{ $step ->
    [approve] 审批
   *[pay] 支付
}环节
loan-rate-places = 请填写 0.01% 至 24% 的年利率，最多两位小数
suspension-no-contract = 没有这个编号的合同，或它不是您单位的合同
suspension-known = 该合同已经中止
suspension-missing = 该合同没有中止，不需要恢复
suspension-day = 不得早于上一次的 { $last }
yearly-share-no-contract = 没有这个编号的合同，或您不能落实其预算
yearly-share-not-later = 合同原指标为 { $own } 年度，请选择以后年度的指标，这笔是 { $year } 年度
yearly-share-known = 该合同已安排 { $year } 年度的指标
yearly-share-nothing-due = 按合同条款，{ $year } 年度及以后没有到期应付的款项
yearly-share-exceeded = { $year } 年度到期应付 { $amount } 元，超过所安排指标的可用余额 { $free } 元（支付条例第八条、预算法第十三条）
approval-rule-known = 相同的审批规则已经批准
purchase-plan-known = 已有这个编号的采购计划
purchase-plan-none-reserved = 该采购计划已没有预留金额
budget-change-exceeds = { $amount } 元超过调出指标的可用余额 { $free } 元（支付条例第八条、预算法第十三条）
budget-change-lapsed = { $year } 年度的预算指标已经过期，不能调剂或者划转，只能结转
carry-over-early = { $year } 年度还没有结束，年度结束后才能结转
carry-over-whole = 结转时留空：可用余额和合同尚未支付的部分全部结转
carry-over-nothing = 该预算指标没有可用余额，合同也没有尚未支付的部分，不用结转
carry-over-incomplete = 有合同的预算指标账还没有补记完，请稍后再试
budget-change-same = 调出和调入的是同一笔预算指标，请另选一笔
budget-change-years = 调剂和划转只在同一年度的预算指标之间进行
budget-change-within = 调剂在同一单位的预算指标之间进行；划给其他单位的，请选划转
budget-change-between = 划转在不同单位的预算指标之间进行；同一单位的，请选调剂
budget-change-too-large = 调入后的指标金额超过系统允许的上限
signing-day-missing = 请填写合同签订日期
signed-before-award = 签订日期不能早于中标（成交）通知书发出之日
published-already = 合同已经公告
published-before-signing = 公告日期不能早于合同签订或者补充协议生效之日（实施条例第五十条）

## 法定要求
five-terms-quantity = 缺少数量要求：请填写服务清单和成果（宣司〔2017〕43号第五部分、政府采购法第四十四条）
five-terms-quality = 缺少质量要求：请至少填写一项考核指标或者服务标准（宣司〔2017〕43号第五部分、政府采购法第四十四条）
five-terms-payment = 缺少资金支付方式：请填写付款节点（宣司〔2017〕43号第五部分、政府采购法第四十四条）
five-terms-breach = 缺少违约责任：请至少填写一项违约条款（宣司〔2017〕43号第五部分、政府采购法第四十四条）
inspection-period-missing = 以验收通过为付款条件的，合同须约定验收期限（支付条例第十条）
interest-under-lpr = 逾期付款利率折合年利率不得低于签订时一年期贷款市场报价利率 { $lpr }%（支付条例第十七条）
value-percent = 指标“{ $indicator }”以百分比计，须为 0 至 100，您填写了 { $value }
value-points = 指标“{ $indicator }”以百分制计分，须为 0 至 100，您填写了 { $value }
value-ratio = 指标“{ $indicator }”为比值，须为 0 至 1，您填写了 { $value }
value-count = 指标“{ $indicator }”为个数，须为整数，您填写了 { $value }
tier-limit-falls = 第 { $row } 档的界限须低于上一档（{ $before }）：由轻到重逐档填写
tier-limit-rises = 第 { $row } 档的界限须高于上一档（{ $before }）：由轻到重逐档填写
tier-rate-rises = 第 { $row } 档的违约金比例须高于上一档（{ $before }%），否则该档不会适用
due-before-start = 成果“{ $name }”的提交期限 { $due_on } 早于服务开始日期 { $starts_on }
share-over-whole = 此处的比例不能超过 100%，您填写了 { $value }%
standard-without-result = 验收须逐项对照标准，指标“{ $indicator }”没有结果（实施条例第四十五条）

## 完成、终止与结算
milestone-not-paid = 该付款节点还有 { $open } 元未付，付清后方可办理
milestone-not-reached = 该付款节点（约定 { $gross } 元）尚未达到付款条件，达到条件并付清后方可办理
termination-asked-already = 已提出提前终止，正等待财政部门同意
no-termination-asked = 没有等待同意的提前终止申请
open-records = { $station }尚有 { $number } 条服务记录未确认，请司法所确认或退回，或由承接主体撤回
open-inspection = “{ $name }”的提交尚未验收，请作出验收决定
open-payable = “{ $name }”应付未付 { $amount } 元，请付清
open-interest = “{ $name }”的逾期利息 { $amount } 元未付也未放弃，请承接主体申请或放弃
open-payment = “{ $name }”的付款申请（{ $amount } 元）在办，请支付或退回
open-interest-payment = “{ $name }”的逾期利息付款申请（{ $amount } 元）在办，请支付或退回
open-change-request = { $on } 提出的{ $kind ->
    [extension] 延期申请
    [waiver] 违约豁免申请
    [termination] 提前终止申请
    [incident] 违约事件
   *[reversal] 作废记录申请
 }尚未决定，请办理
open-amendment = { $on } 起执行的补充协议尚未办结，请同意、不同意或撤回
open-objection = { $on } 提出的异议尚未答复，请答复
unknown-filter = 筛选条件或页码无法识别
file-too-many-rows = 列表超过 { $most } 行，不能整份下载。请缩小筛选范围后分次下载。
