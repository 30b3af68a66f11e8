## 付款
payment-not-satisfied = “{ $milestone }”尚不具备付款条件：所需交付成果、约定日期或考核评分尚有欠缺。
payment-account-missing = 承接单位尚无已核准的收款账户。请承接单位登记收款账户，经财政审核人核准后再申请付款。
payment-not-within-payable = 应付 { $payable } 元，已付 { $paid } 元，在途申请 { $open } 元，可申请 { $left } 元。请勿超出可申请金额，或先退回在途申请。
payment-wrong-state = 该笔付款{ $state ->
    [requested] 待经办确认
    [confirmed] 待财政审核
    [reviewed] 待审批
    [approved] 待支付
    [paid] 已支付
    [returned] 已退回
   *[other] 状态为 { $state }
}，尚不能办理此环节。
payment-no-excuse = 不得以“{ $ground }”为由拒付或者拖延付款：负责人变更、内部付款流程、合同未约定的审计均不构成理由（《保障中小企业款项支付条例》第十二条、第十四条）。请填写合同上的理由。

## 申请与批准
ask-decided = 该申请已{ $state ->
    [granted] 批准
    [refused] 驳回
   *[other] 办结
}。
cashier-reverses-payments = 出纳只能申请冲销付款记录，其他记录请由经办人申请。

## 填写内容
text-length = 最多 { $most } 字，不得含有控制字符。
line-given = 请填写 1 至 { $most } 字，不换行。
