## 付款
payment-not-satisfied = “{ $milestone }”尚未达到付款条件
payment-needs-deliverable = “{ $milestone }”尚不能付款：成果“{ $deliverable }”尚未验收通过
payment-needs-day = “{ $milestone }”尚不能付款：约定的最早付款日期为 { $day }
payment-needs-score = “{ $milestone }”尚不能付款：须先由分管领导进行绩效评价
payment-account-missing = 承接主体尚无已批准的收款账户。请承接主体登记收款账户，经财政审核人批准后再申请付款。
payment-not-within-payable = 应付 { $payable } 元，已付 { $paid } 元，在途申请 { $open } 元，可申请 { $left } 元。请勿超出可申请金额，或先退回在途申请。
interest-not-left = 逾期利息应计 { $sum } 元，已付 { $paid } 元，已放弃 { $waived } 元，在途申请 { $open } 元，剩余 { $left } 元。请勿超出剩余金额，或先退回在途申请。
payment-return-elsewhere = 该付款申请目前不在您办理的环节，可能刚由他人办理。如需退回，由当前环节的岗位办理。
payment-other-turn = 按本地的审批流程，这一环节由{ $role }办理
payment-wrong-state = 该付款申请{ $state ->
    [requested] 待确认
    [confirmed] 待财政审核
    [reviewed] 待财政审批
    [approved] 待支付
    [backdated] 待同意支付日期
    [paid] 已支付
    [returned] 已退回
   *[other] 状态为 { $state }
}，现在不能办理此环节
payment-no-excuse = 不得以“{ $ground }”为由拒付或者拖延付款：负责人变更、内部付款流程、合同未约定的审计均不构成理由（《保障中小企业款项支付条例》第十二条、第十四条）。请填写合同上的理由。

## 申请与批准
change-request-decided = 该申请已有决定：{ $state ->
    [granted] 同意
    [refused] 不同意
   *[other] 办结
}
cashier-reverses-payments = 国库支付人员只能申请作废支付记录，其他记录请由经办人申请

## 填写内容
text-length = 最多 { $most } 字
text-hidden = 第 { $place } 个字符（{ $character }）看不见或会改变文字的显示顺序，请删除后重新填写
line-given = 请填写 1 至 { $most } 字，不换行
voucher-known = { $year } 年的支付凭证号 { $voucher } 已用于合同 { $contract } 的付款，请核对银行回单
voucher-known-elsewhere = { $year } 年的支付凭证号 { $voucher } 已用于您无权查看的合同，请核对银行回单
payment-unlike-approved = 本次付款的金额或者收款账户与审批时不一致，未支付。请注明原因退回该付款申请，并请运维人员执行“luyue check”核查：数据库可能被人改动。
payment-before-approval = 支付日期不能早于审批日期（{ $approved }）

## 付款申请列表
nav-payments = 付款
payments-title = 付款申请
payments-stage = 环节
payments-open = 全部在办
payments-bureau = 购买主体
payments-contractor = 承接主体
payments-month = 月份
payments-sort = 排序
payments-sort-oldest = 先申请的在前
payments-sort-newest = 后申请的在前
payments-sort-amount = 金额大的在前
payments-all = 查看全部在办付款
payments-none = 没有符合条件的付款申请
payments-summary = 共 { $count } 笔，合计 { $amount } 元，其中逾期利息 { $interest } 元
payments-requested = 申请时间
payments-due = 付款期限
payments-age = 已 { $days } 天
payments-age-today = 今天申请

## 批量办理
payment-batch-lines = 请选择 1 至 { $most } 笔付款申请
voucher-in-batch = 该支付凭证号与本次第 { $line } 笔相同，请核对银行回单
payment-batch-twice = 同一笔付款申请只能列一次
payment-batch-reason = 这笔付款有未通过的核对项，请填写办理理由
payment-batch-unseen = 页面显示后，这笔付款又有核对项未通过，请重新核对并填写办理理由
