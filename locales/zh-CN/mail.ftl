# Letters. A body's first line says what happened, to which contract, and what to do by when.
mail-due-10-subject = 待办提醒：{ $task }，{ $left }（合同 { $number }）
mail-due-10-body =
    { $name }：合同《{ $title }》（{ $number }）有待办事项：{ $task_in_full }，请于{ $due }前办结，{ $left }。

    { $hint }
mail-due-5-subject = 临近到期：{ $task }，{ $left }（合同 { $number }）
mail-due-5-body =
    { $name }：合同《{ $title }》（{ $number }）有事项临近到期：{ $task_in_full }，请于{ $due }前办结，{ $left }。

    { $hint }
mail-due-7-subject = 待办提醒：{ $task }，{ $left }（合同 { $number }）
mail-due-7-body =
    { $name }：合同《{ $title }》（{ $number }）有待办事项：{ $task_in_full }，请于{ $due }前办结，{ $left }。

    { $hint }
mail-due-3-subject = 临近到期：{ $task }，{ $left }（合同 { $number }）
mail-due-3-body =
    { $name }：合同《{ $title }》（{ $number }）有事项临近到期：{ $task_in_full }，请于{ $due }前办结，{ $left }。

    { $hint }
mail-due-1-subject = 即将到期：{ $task }，{ $left }（合同 { $number }）
mail-due-1-body =
    { $name }：合同《{ $title }》（{ $number }）有事项即将到期：{ $task_in_full }，请务必于{ $due }前办结，{ $left }。

    { $hint }
mail-overdue-subject = 已逾期：{ $task }，{ $late }（合同 { $number }）
mail-overdue-body =
    { $name }：合同《{ $title }》（{ $number }）有事项已逾期：{ $task_in_full }，应于{ $due }前办结，{ $late }，请立即办理。

    { $hint }
mail-breach-found-subject = 违约通知：{ $clause }——{ $subject }，违约金 { $charged } 元（合同 { $number }）
mail-breach-found-body =
    { $name }：合同《{ $title }》（{ $number }）自{ $since }起违约情形成立：{ $breach }，涉及“{ $subject }”，适用条款“{ $clause }”。请核对，有异议的，请点击下方链接提出（陈述申辩）。

    违约金：截至{ $on }为 { $charged } 元{ $accruing ->
        [true] ，仍按日累计，请立即改正
       *[other] ，在相应付款节点结算时扣减
    }。

    计算过程：{ $steps }

    一、提出异议：写明事实和理由，可附佐证材料。{ $answer_days } 个工作日内书面答复，由未参与原认定的人员办理；答复前有争议的违约金暂扣，其余款项照付。

    二、依法依约应当免除的，可在合同页面申请违约豁免，经办人核实后报分管领导审批。

    三、未提出异议和申请的，违约金在付款节点结算时扣减；扣减不足的，依法追缴。
mail-breach-noted-subject = 违约处理：{ $clause }——{ $subject }，违约金 { $charged } 元（合同 { $number }）
mail-breach-noted-body =
    { $name }：合同《{ $title }》（{ $number }）自{ $since }起违约情形成立：{ $breach }，涉及“{ $subject }”，适用条款“{ $clause }”。承接主体已同时收到通知，请核对事实和金额。

    违约金：截至{ $on }为 { $charged } 元{ $accruing ->
        [true] ，仍按日累计
       *[other] ，在相应付款节点结算时扣减
    }。

    计算过程：{ $steps }

    承接主体可以提出异议，由未参与原认定的人员在 { $answer_days } 个工作日内答复。依法依约应当免除的，请在合同页面提出违约豁免申请，报分管领导审批；需要书面送达的，可在合同页面打印违约通知书和送达回证。
mail-recovery-changed-subject = { $state ->
    [demanded] 追缴通知：{ $amount } 元，请于{ $on }前缴纳
    [received] 已收到追缴款：{ $amount } 元
   *[written-off] 追缴款已核销：{ $amount } 元
 }（合同 { $number }）
mail-recovery-changed-body =
    { $name }：合同《{ $title }》（{ $number }）{ $state ->
        [demanded] 结束后，应付款项不足以扣减的违约金 { $amount } 元予以追缴，请承接主体于{ $on }前缴纳
        [received] 的追缴款 { $amount } 元已于{ $on }收到
       *[written-off] 的追缴款 { $amount } 元经财政部门审批予以核销，不再追缴
    }。

    说明：{ $reason }
mail-write-off-refused-subject = 核销未获同意：{ $amount } 元（合同 { $number }）
mail-write-off-refused-body =
    { $name }：合同《{ $title }》（{ $number }）核销追缴款 { $amount } 元的申请未获财政部门同意，请继续追缴。理由：{ $reason }
mail-suspension-approved-subject = { $state ->
    [resumption] 合同已恢复履行
   *[other] 合同已中止履行
 }（合同 { $number }）
mail-suspension-approved-body =
    { $name }：合同《{ $title }》（{ $number }）{ $state ->
        [resumption] 经分管领导批准，自{ $on }起恢复履行
        [force_majeure] 因不可抗力，经分管领导批准，自{ $on }起中止履行
       *[public_interest] 因公共利益需要，经分管领导批准，自{ $on }起中止履行
    }。交付和付款的期限不因此改变；需要顺延的，请另行申请延期或者变更合同。

    说明：{ $reason }
mail-suspension-refused-subject = { $state ->
    [resumption] 恢复履行未获批准
   *[other] 中止履行未获批准
 }（合同 { $number }）
mail-suspension-refused-body =
    { $name }：合同《{ $title }》（{ $number }）自{ $on }起{ $state ->
        [resumption] 恢复履行
       *[other] 中止履行
    }的提请未获批准。理由：{ $reason }
mail-guarantee-called-subject = 履约保证金索赔：{ $amount } 元（合同 { $number }）
mail-guarantee-called-body =
    { $name }：合同《{ $title }》（{ $number }）的履约保证金索赔 { $amount } 元已获分管领导批准，由保函出具人支付。

    理由：{ $reason }
mail-guarantee-call-refused-subject = 履约保证金索赔未获批准：{ $amount } 元（合同 { $number }）
mail-guarantee-call-refused-body =
    { $name }：合同《{ $title }》（{ $number }）的履约保证金索赔 { $amount } 元未获批准。理由：{ $reason }
mail-interest-waived-subject = 已放弃逾期利息：{ $subject } { $amount } 元（合同 { $number }）
mail-interest-waived-body =
    { $name }：承接主体已书面放弃合同《{ $title }》（{ $number }）付款节点“{ $subject }”的逾期利息 { $amount } 元，该笔利息不再支付。

    说明：{ $reason }
mail-task-waiting-subject = 新的待办：{ $task }（合同 { $number }）
mail-task-waiting-body =
    { $name }：合同《{ $title }》（{ $number }）有新的待办事项：{ $task_in_full }，请于{ $due }前办结。

    { $hint }
mail-proposal-waiting-subject = 待批准：{ $register ->
    [accounts] 收款账户
    [appropriations] 预算指标
    [budget-changes] 预算指标变更
    [approval-rules] 审批规则
    [approval-chains] 审批流程
    [loan-rates] 一年期 LPR
    [calendar-imports] 工作日历导入
   *[statute-settings] 法定规则的调整
 }
mail-proposal-waiting-body =
    { $name }：有一项{ $register ->
        [accounts] 收款账户变更
        [appropriations] 预算指标
        [budget-changes] 预算指标变更
        [approval-rules] 审批规则
        [approval-chains] 审批流程
        [loan-rates] 一年期 LPR
        [calendar-imports] 工作日历导入
       *[statute-settings] 法定规则的调整
    }已经提出，请您审阅后批准或者不批准。提出人不能批准自己提出的事项。
mail-payment-waiting-subject = 待办：{ $task }，付款期限{ $due }（合同 { $number }）
mail-payment-waiting-body =
    { $name }：合同《{ $title }》（{ $number }）的付款申请已到您处，请{ $task_in_full }，付款期限为{ $due }。

    { $hint }
mail-amendment-waiting-subject = 待办：{ $task }，请于{ $due }前办理（合同 { $number }）
mail-amendment-waiting-body =
    { $name }：合同《{ $title }》（{ $number }）有一份补充协议等待办理，请{ $task_in_full }，办理期限为{ $due }。

    { $hint }
mail-amendment-ended-subject = 补充协议{ $state ->
    [agreed] 已达成
    [withdrawn] 已撤回
   *[refused] 未获同意
 }（合同 { $number }）
mail-amendment-ended-body =
    { $name }：合同《{ $title }》（{ $number }）的补充协议{ $state ->
        [agreed] 已达成，自{ $on }起执行新条款
        [withdrawn] 已由购买主体撤回，合同按现行条款继续履行
       *[refused] 未获同意，合同按现行条款继续履行
    }。

    变更内容和各方意见见合同页面。
mail-objection-waiting-subject = 待办：{ $task }，请于{ $due }前答复（合同 { $number }）
mail-objection-waiting-body =
    { $name }：承接主体对合同《{ $title }》（{ $number }）提出异议，请{ $task_in_full }，答复期限为{ $due }。

    { $hint }
mail-objection-answered-subject = 异议{ $state ->
    [upheld] 成立
   *[rejected] 不成立
 }：{ $subject }（合同 { $number }）
mail-objection-answered-body =
    { $name }：承接主体就“{ $subject }”对合同《{ $title }》（{ $number }）提出的异议已答复：{ $state ->
        [upheld] 异议成立
       *[rejected] 异议不成立
    }。理由：{ $reason }

    { $state ->
        [upheld] 答复本身不改变金额和日期。请经办人申请豁免或者作废原记录，办结后按更正结果结算。
       *[rejected] 原认定维持不变。
    }
mail-application-waiting-subject = 待办：{ $task }，请于{ $due }前办理（合同 { $number }）
mail-application-waiting-body =
    { $name }：承接主体就合同《{ $title }》（{ $number }）提出申请，请{ $task_in_full }，办理期限为{ $due }。

    { $hint }
mail-application-decided-subject = { $state ->
    [granted] 已同意
   *[refused] 未同意
 }：{ $change_request }（合同 { $number }）
mail-application-decided-body =
    { $name }：承接主体就合同《{ $title }》（{ $number }）提出的{ $change_request }{ $state ->
        [granted] 已获同意，立即生效
       *[refused] 未获同意
    }。意见：{ $reason }

    { $state ->
        [granted] 提交期限、违约金和应付金额已按此重新计算，见合同页面。
       *[refused] 提交期限和违约金维持不变。对认定有异议的，可以在合同页面提出异议（陈述申辩）。
    }
mail-message-received-subject = 新留言：{ $sender }（合同 { $number }）
mail-message-received-body =
    { $name }：{ $sender }就合同《{ $title }》（{ $number }）给您留言，请登录系统查看和回复。

    留言内容不随邮件发送。您阅读之前，本合同再有新留言不另发邮件。
mail-records-refused-subject = 服务记录不予确认：{ $count } 条（合同 { $number }）
mail-records-refused-body =
    { $name }：司法所对合同《{ $title }》（{ $number }）的 { $count } 条服务记录不予确认。理由：{ $reason }

    请核对，更正后可以重新登记。
mail-certificate-lapsing-subject = 服务人员证书{ $state ->
        [lapsed] 已到期
       *[lapsing] 即将到期
    }：{ $subject }（合同 { $number }）
mail-certificate-lapsing-body =
    { $name }：合同《{ $title }》（{ $number }）名册上 { $subject } 的证书（{ $certificate }）{ $state ->
        [lapsed] 已于 { $on } 到期，不再计入在岗人数
       *[lapsing] 将于 { $on } 到期
    }。

    请承接主体及时换发，并按替换本人提出换发后的证书；不能换发的，提出替换人员。
mail-payment-at-finance-subject = 付款申请已转财政：{ $milestone } { $amount } 元（合同 { $number }）
mail-payment-at-finance-body =
    { $name }：合同《{ $title }》（{ $number }）付款节点“{ $milestone }”的付款申请（{ $amount } 元）已由购买主体确认，转财政部门审核。

    您无需办理。审批通过、支付或者退回时，系统将另行通知。
mail-payment-approved-subject = 付款已批准：{ $milestone } { $amount } 元（合同 { $number }）
mail-payment-approved-body =
    { $name }：合同《{ $title }》（{ $number }）付款节点“{ $milestone }”的款项 { $amount } 元已批准，即将支付。

    款项付至审批时的收款账户。账户已有变动的，请立即告知财政部门。
mail-deliverable-submitted-subject = 成果已提交：{ $subject }（合同 { $number }）
mail-deliverable-submitted-body =
    { $name }：合同《{ $title }》（{ $number }）的成果“{ $subject }”已于{ $on }提交，数量 { $quantity }，请在验收期限内组织履约验收。
mail-score-recorded-subject = 绩效得分：{ $subject } { $score } 分（合同 { $number }）
mail-score-recorded-body =
    { $name }：合同《{ $title }》（{ $number }）付款节点“{ $subject }”的绩效得分为 { $score } 分。

    说明：{ $note }

    得分对付款金额的影响见合同页面。承接主体有异议的，可以在合同页面提出异议（陈述申辩）。
mail-change-granted-subject = 已同意：{ $change_request }（合同 { $number }）
mail-change-granted-body =
    { $name }：合同《{ $title }》（{ $number }）的{ $change_request }已获批准，立即生效。意见：{ $reason }

    提交期限、违约金和应付金额已按此重新计算，见合同页面。
mail-change-refused-subject = 未同意：{ $change_request }（合同 { $number }）
mail-change-refused-body =
    { $name }：合同《{ $title }》（{ $number }）的{ $change_request }未获批准。理由：{ $reason }

    各项期限和金额维持不变。
mail-contract-funded-subject = 资金已落实：《{ $title }》（合同 { $number }）
mail-contract-funded-body =
    { $name }：合同《{ $title }》（{ $number }）的资金已由财政部门从预算中安排落实，可以签订合同；签订后请分管领导在系统中登记签订日期，使合同生效。
mail-contract-returned-subject = 合同登记已退回：《{ $title }》（合同 { $number }）
mail-contract-returned-body =
    { $name }：合同《{ $title }》（{ $number }）的登记已退回，请修改后重新提交。退回原因：{ $reason }
mail-contract-state-subject = { $state ->
    [active] 合同已生效
    [completed] 合同已履行完毕
    [terminated] 合同已终止
   *[closed] 合同已办结
 }：《{ $title }》（合同 { $number }）
mail-contract-state-body =
    { $name }：合同《{ $title }》（{ $number }）{ $state ->
        [active] 已生效，各项期限和付款安排见合同页面
        [completed] 已履行完毕，应当提交的成果和应付款项均已办结
        [terminated] 已提前终止，终止前已认可的部分据实结算，尚应支付的款项见合同页面
       *[closed] 已办结，合同页面可以继续查阅，不再登记新的事项
    }。

    说明：{ $reason }
mail-account-changed-subject = 收款账户{ $state ->
    [proposed] 拟变更
    [approved] 已变更
   *[refused] 变更未获批准
 }
mail-account-changed-body =
    { $name }：{ $state ->
        [proposed] 贵单位的收款账户拟变更为 { $account }（{ $bank }），待财政部门审核
        [approved] 贵单位的收款账户已变更为 { $account }（{ $bank }），此后款项付至该账户
       *[refused] 贵单位的收款账户变更为 { $account }（{ $bank }）的申请未获批准。理由：{ $reason }
    }。

    如贵单位未提出此项变更，请立即告知财政部门。
mail-payment-paid-subject = 已支付：{ $milestone } { $amount } 元（合同 { $number }）
mail-payment-paid-body =
    { $name }：合同《{ $title }》（{ $number }）付款节点“{ $milestone }”的款项 { $amount } 元已支付，请核对到账情况。

    支付日期：{ $on }；支付凭证号：{ $voucher }。
mail-payment-returned-subject = 付款申请已退回：{ $milestone } { $amount } 元（合同 { $number }）
mail-payment-returned-body =
    { $name }：合同《{ $title }》（{ $number }）付款节点“{ $milestone }”的付款申请（{ $amount } 元）已退回，请承接主体修改后尽快重新申请。退回原因：{ $reason }

    付款期限不因退回而顺延。
mail-deliverable-accepted-subject = 履约验收{ $decision ->
    [partial] 部分通过
   *[other] 通过
 }：{ $subject }（合同 { $number }）
mail-deliverable-accepted-body =
    { $name }：合同《{ $title }》（{ $number }）的成果“{ $subject }”{ $decision ->
        [partial] 部分通过
       *[other] 已通过
    }履约验收，认可数量 { $quantity }，达到付款条件后请及时提交发票和付款申请。

    验收说明：{ $note }
mail-deliverable-returned-subject = 成果已退回：{ $subject }（合同 { $number }）
mail-deliverable-returned-body =
    { $name }：合同《{ $title }》（{ $number }）的成果“{ $subject }”未通过履约验收，已退回，{ $cure ->
        [agreed] 请整改后于{ $until }前重新提交
       *[none] 请整改后尽快重新提交
    }。退回原因：{ $reason }

    { $cure ->
        [agreed] 整改期至{ $until }，期内重新提交的，整改期内不计逾期；期满仍未提交的，按合同约定计算逾期天数
       *[none] 逾期天数按合同约定计算
    }。

mail-password-link-subject = 请设置登录密码
mail-password-link-body =
    { $name }：系统管理员向您发送了设置登录密码的链接，72 小时内有效，限用一次；此前的链接已失效。

    如非预期收到本邮件，请勿使用链接，并告知系统管理员。
mail-password-forgotten-subject = 请设置新密码
mail-password-forgotten-body =
    { $name }：有人以您的用户名申请设置新密码。链接一小时内有效，限用一次；此前的链接已失效。

    如非本人操作，请忽略本邮件，您的密码不变。
mail-password-changed-subject = 您的登录密码已修改
mail-password-changed-body =
    { $name }：您的账户已设置新密码。其他登录会话已结束，此前的设置密码链接均已失效。

    如非本人操作，请立即告知系统管理员。
mail-seal-made-subject = { $on }数据封存凭证
mail-seal-made-body =
    { $name }：截至{ $on }的全部记录已封存。请将本邮件保存在系统之外；今后如有人删除或者篡改记录，可凭此发现。

    { $seal }

    需要核对时，请将本邮件另存为文件，由运维人员执行：luyue check --seal 文件
mail-codes-reset-subject = 您的动态验证码已被解除
mail-codes-reset-body =
    { $name }：因报告手机遗失，管理员已解除您账号的动态验证码，您在各处的登录均已退出。

    请使用密码登录，并尽快在“动态验证码”页面重新启用。

    如非您本人申请，请立即联系管理员：可能有人试图冒用您的账号登录。
mail-codes-on-subject = 您的账号已启用动态验证码
mail-codes-on-body =
    { $name }：您的账号已启用动态验证码，今后登录须输入验证码。您的其他登录会话已结束。

    如非本人操作，请立即告知系统管理员：可能有人将自己的手机绑定到您的账号。
mail-codes-off-subject = 您的账号已停用动态验证码
mail-codes-off-body =
    { $name }：已凭您的密码和验证码停用账号的动态验证码。您的其他登录会话已结束。

    如非本人操作，请立即修改密码，在“动态验证码”页面重新启用，并告知系统管理员。
mail-identity-bound-subject = 您的账号已绑定统一身份认证
mail-identity-bound-body =
    { $name }：统一身份认证平台的一个身份已绑定到您的账号。使用该身份在平台登录的人，即以您的名义登录本系统。

    您未通过统一身份认证登录，且不了解此事的，请立即告知系统管理员。
mail-identity-unbound-subject = 您的身份绑定已解除
mail-identity-unbound-body =
    { $name }：统一身份认证平台的身份已与您的账号解除绑定，您在各处的登录均已退出。

    不清楚原因的，请询问系统管理员。
mail-recovery-code-used-subject = 您的恢复码已被使用
mail-recovery-code-used-body =
    { $name }：您的账户使用了一个恢复码代替动态验证码，该恢复码已失效。未使用的恢复码还有 { $codes } 个。

    如非本人操作，请立即修改密码，在“动态验证码”页面重新生成恢复码，并告知系统管理员。

# What is to be done, within a sentence and a subject line
mail-task-in-full-submit = 完善合同草稿并提交审核
mail-task-in-full-sign = 与承接主体在线下签订合同
mail-task-in-full-sign_off = 审签已提交的合同
mail-task-in-full-fund = 审核合同并落实预算
mail-task-in-full-activate = 登记合同签订日期，使合同生效
mail-task-in-full-publish = 公告合同并登记公告日期
mail-task-in-full-deliver = 提交成果“{ $subject }”
mail-task-in-full-inspect = 对成果“{ $subject }”履约验收
mail-task-in-full-score = 对“{ $subject }”绩效评价
mail-task-in-full-invoice = 提交“{ $subject }”的发票
mail-task-in-full-request_payment = 提交“{ $subject }”的付款申请
mail-task-in-full-confirm_payment = 确认“{ $subject }”的付款申请（{ $amount } 元）
mail-task-in-full-review_payment = 审核“{ $subject }”的付款申请（{ $amount } 元）
mail-task-in-full-approve_payment = 审批“{ $subject }”的付款申请（{ $amount } 元）
mail-task-in-full-pay_payment = 支付“{ $subject }”的款项（{ $amount } 元）
mail-task-in-full-allow_payment = 核定“{ $subject }”的支付日期（{ $amount } 元）
mail-task-in-full-request_interest = 申请或放弃“{ $subject }”的逾期利息
mail-task-in-full-decide = 审批{ $change_request }
mail-task-in-full-endorse = 核实{ $change_request }
mail-task-in-full-consent = 审核提前终止合同的申请
mail-task-in-full-consent_amendment = 核对补充协议，决定是否同意
mail-task-in-full-approve_amendment = 审批补充协议
mail-task-in-full-fund_amendment = 落实补充协议增加的预算
mail-task-in-full-answer_objection = 答复承接主体对“{ $subject }”的异议
mail-task-in-full-correct_objection = 更正异议成立的“{ $subject }”
mail-task-in-full-confirm_records = 确认本所待确认的服务记录
mail-task-in-full-decide_publication = 审批合同向社会公开
mail-task-in-full-end_contract = 在解除权消灭前决定是否解除合同
mail-task-in-full-decide_suspension = 审批合同的中止或者恢复
mail-task-in-full-complete = 确认合同履行完毕
mail-task-in-full-close = 办理结算和归档

# 邮件标题中的简短说法
mail-task-submit = 提交合同草稿
mail-task-sign = 签订合同
mail-task-fund = 落实合同预算
mail-task-sign_off = 审签合同
mail-task-activate = 登记签订，使合同生效
mail-task-publish = 公告合同
mail-task-deliver = 提交成果“{ $subject }”
mail-task-inspect = 对成果“{ $subject }”履约验收
mail-task-score = 对“{ $subject }”绩效评价
mail-task-invoice = 提交“{ $subject }”的发票
mail-task-request_payment = 提交“{ $subject }”的付款申请
mail-task-confirm_payment = 确认“{ $subject }”的付款申请
mail-task-review_payment = 审核“{ $subject }”的付款申请
mail-task-approve_payment = 审批“{ $subject }”的付款申请
mail-task-pay_payment = 支付“{ $subject }”的款项
mail-task-allow_payment = 核定“{ $subject }”的支付日期
mail-task-request_interest = 申请“{ $subject }”的逾期利息
mail-task-decide = 审批{ $change_request }
mail-task-endorse = 核实{ $change_request }
mail-task-consent = 审核提前终止申请
mail-task-consent_amendment = 核对补充协议
mail-task-approve_amendment = 审批补充协议
mail-task-fund_amendment = 落实补充协议预算
mail-task-answer_objection = 答复对“{ $subject }”的异议
mail-task-correct_objection = 更正“{ $subject }”
mail-task-confirm_records = 确认服务记录
mail-task-decide_publication = 审批合同向社会公开
mail-task-end_contract = 决定是否解除合同
mail-task-decide_suspension = 审批合同的中止或者恢复
mail-task-complete = 确认合同履行完毕
mail-task-close = 办理结算和归档

# How to do it, and what follows from being late
mail-hint-submit = 请登录系统补全合同条款，经核对后提交财政部门审核。
mail-hint-sign = 采购合同应当自中标、成交通知书发出之日起三十日内签订（政府采购法第四十六条）。
mail-hint-sign_off = 请核对合同条款和资金来源，同意的予以审签；有问题的说明原因并退回。
mail-hint-fund = 请核对合同与预算指标，通过的落实预算，不通过的说明原因并退回。
mail-hint-activate = 请核对合同并登记签订日期；有问题的说明原因并退回。
mail-hint-publish = 政府采购合同应当自签订之日起两个工作日内公告（政府采购法实施条例第五十条），公告后请在系统中登记公告日期。
mail-hint-deliver = 请在系统中填报数量、上传佐证材料并提交。确需延期的，请在提交期限届满前与经办人协商；逾期提交的，按合同约定承担违约责任。
mail-hint-inspect = 请逐项核对数量和质量要求，作出通过、部分通过或者退回整改的验收结论，并填写说明。
mail-hint-score = 系统已按考核指标给出建议分，请据此评价。绩效得分是付款的前提，请勿影响付款期限。
mail-hint-invoice = 请开具发票并在系统中上传，付款期限自收到合格发票之日起计算。
mail-hint-request_payment = 已达到付款条件，请在系统中核对应付金额并提交付款申请。
mail-hint-confirm_payment = 请核对验收结论、扣减金额和发票；有问题的说明原因并退回。逾期支付的，按合同约定支付逾期利息。
mail-hint-review_payment = 请核对预算、应付金额和收款账户；有问题的说明原因并退回。逾期支付的，按合同约定支付逾期利息。
mail-hint-approve_payment = 请审批；不同意的说明原因并退回。逾期支付的，按合同约定支付逾期利息。
mail-hint-pay_payment = 请办理支付，并登记支付凭证号和支付日期。逾期支付的，按合同约定支付逾期利息。
mail-hint-allow_payment = 国库支付岗登记了较早的支付日期，请核对银行回单后决定是否同意。
mail-hint-request_interest = 该节点逾期支付，产生逾期利息。请申请支付，或者在合同页面书面放弃；办结前合同不能归档。
mail-hint-decide = 请查看申请理由和对结算的影响，作出同意或者不同意的决定。
mail-hint-endorse = 请核对申请理由和佐证材料：属实的，核实并报分管领导审批；不属实的，说明理由不予同意。
mail-hint-consent = 请核对终止理由、已完成的工作量和应结算的款项，决定是否同意。
mail-hint-consent_amendment = 请逐条核对变更前后的条款及其对付款、期限和违约金的影响，同意或者说明理由不同意。
mail-hint-approve_amendment = 请逐条核对变更前后的条款及其影响，批准或者说明理由不同意。
mail-hint-fund_amendment = 请核对增加的金额与预算指标，通过的落实预算，不通过的说明理由。
mail-hint-answer_objection = 请核对事实和理由，认定异议是否成立，并写明理由。参与原认定的人员不得答复。
mail-hint-correct_objection = 异议已认定成立。请在合同页面申请违约豁免或者作废原记录，由分管领导审批。
mail-hint-confirm_records = 请与本乡镇（街道）实际情况核对，属实的予以确认，不属实的说明理由、不予确认。
mail-hint-decide_publication = 请核对保密审查意见和官方公告，同意后合同即对外公开；不同意的，请写明理由。
mail-hint-end_contract = 解除合同的条件已经成就。解除权自知道或者应当知道之日起一年内不行使的，消灭（民法典第五百六十四条）。解除的，请提出并说明事由；不解除的，无须办理。
mail-hint-decide_suspension = 请核对中止或者恢复的事由和起始日期。批准后各项期限照常计算；不同意的，请写明理由。
mail-hint-complete = 全部款项已经支付，请核对后确认合同履行完毕。
mail-hint-close = 请核对账目，结清后归档。

mail-change-request-extension = “{ $subject }”延期 { $more_days } 天的申请
mail-change-request-waiver = “{ $subject }”的违约豁免申请（{ $clause }）
mail-change-request-termination = 提前终止合同的申请
mail-change-request-incident = 违约事件“{ $subject }”（{ $clause }）
mail-change-request-reversal =
    { $reversed ->
        [payment] 作废“{ $subject }”支付记录的申请（{ $amount } 元，第 { $seq } 号记录）
        [interest] 作废“{ $subject }”逾期利息支付记录的申请（{ $amount } 元，第 { $seq } 号记录）
        [none] 作废第 { $seq } 号记录的申请
       *[other] 作废“{ $what }”（第 { $seq } 号记录）的申请
    }

mail-breach-late_delivery = 成果逾期提交
mail-breach-non_delivery = 成果未提交
mail-breach-quantity_shortfall = 数量不足
mail-breach-quality_shortfall = 质量未达标
mail-breach-low_score = 绩效得分偏低
mail-breach-staffing = 人员配备不足
mail-breach-incident = 发生约定的违约事件

mail-left = { $count ->
    [none] 今天到期
   *[other] 还有 { $days } 天
 }
mail-late = { $count ->
    [none] 今天到期
   *[other] 已逾期 { $days } 天
 }
mail-late-payment = { $count ->
    [none] 今天到期
   *[other] 付款已逾期 { $days } 天
 }
mail-provisional = 该期限为暂定：{ $provisional } 年放假安排公布后，如遇休息日将相应调整。
mail-none = 无
mail-open = 在系统中查看：
mail-set-password = 请点击以下链接设置密码：
mail-open-task = 立即办理：
mail-object = 提出异议（陈述申辩）：
mail-open-work = 查看全部待办：
mail-open-notices = 查看全部通知：
mail-digest-subject = 待办提醒：您有 { $count } 项待办事项{ $late ->
    [none] {""}
   *[other] ，其中 { $overdue } 项已逾期
 }
mail-digest-body = { $name }：您有以下 { $count } 项待办事项，请在各自期限前办结，点击链接可直接办理。
mail-daily-subject = 每日通知：{ $count } 条
mail-daily-body = { $name }：以下是您选择每日汇总的 { $count } 条通知，点击链接可直接查看或者办理。
mail-footer = 本邮件由履约系统自动发送，请勿直接回复。
