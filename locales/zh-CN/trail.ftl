# How a figure came about, one sentence a step; a list inside a step has a sentence a row (…-row)
trail-days_late = 应于{ $due_on }提交，计至{ $stop }，其中不计入承接主体的延误 { $held } 天，逾期 { $result } 天
trail-late_delivery = 逾期 { $days_late } 天，减去宽限 { $grace_days } 天，计 { $days } 天；按{ trail-base } { $base_amount } 元、每日 { $daily_rate } 计{ $cap ->
    [none] {""}
   *[other] ，以 { $cap } 即 { $most } 元为限
 }，违约金 { $result } 元
trail-non_delivery = 逾期 { $days_late } 天，超过 { $after_days } 天，视为未提交；按{ trail-base } { $base_amount } 元的 { $rate } 计，违约金 { $result } 元
trail-quantity_shortfall = 约定 { $planned }，验收 { $accepted }，不足 { $short }，超过允许的 { $tolerance }；按不足部分单价 { $unit_price } 元的 { $rate } 计，违约金 { $result } 元
trail-quality_shortfall = 指标 { $indicator } 实测 { $measured }，{ $direction ->
    [at_least] 低于
   *[at_most] 高于
 } { $limit }，按{ trail-base } { $base_amount } 元的 { $rate } 计，违约金 { $result } 元（约定分档：{ $tiers }）
trail-quality_shortfall-row = { $beyond }：{ $rate }
trail-low_score = 绩效得分 { $score }，低于 { $limit } 分，按应得 { $gross } 元的 { $rate } 计，违约金 { $result } 元（约定分档：{ $tiers }）
trail-low_score-row = { $below } 分以下：{ $rate }
trail-staffing = 服务对象 { $clients } 人，每 { $clients_per_worker } 人须配一名工作人员，在岗 { $workers } 人，缺 { $short } 人；每缺一人 { $amount_per_worker } 元，违约金 { $result } 元
trail-incident = 发生一次，约定违约金 { $amount } 元，计 { $result } 元
trail-incident_rate = 发生一次，按合同金额 { $contract } 元的 { $rate } 计，违约金 { $result } 元
trail-charge = 违约金 { $amount } 元，{ $outside_cap ->
    [yes] 不受违约金上限约束
   *[no] { $room ->
        [none] 合同未定违约金上限
       *[other] 上限之内尚余 { $room } 元
    }
 }，{ $satisfied_on ->
    [none] 尚未结算
   *[other] { $satisfied_on }结算
 }{ $waived_on ->
    [none] {""}
   *[other] ，{ $waived_on }起豁免
 }，扣 { $result } 元
trail-gross = 本节点约定金额 { $amount } 元，即为应得金额
trail-gross_by_quantity = 按验收数量结算（{ $deliverables }），应得 { $result } 元
trail-gross_by_quantity-row = { $deliverable }：验收 { $accepted }，以约定 { $planned } 为限，单价 { $unit_price } 元
trail-unsatisfied = 本节点尚未达到付款条件，暂计 { $result } 元
trail-deductions = 本节点承担的违约金（{ $charges ->
    [none] 无
   *[other] { $charges }
 }），上一节点转入 { $carried } 元，以应得 { $gross } 元为限，扣减 { $result } 元
trail-deductions-row = { $clause }·{ $subject } { $charged } 元
trail-payable = 应得 { $gross } 元，扣减 { $deductions } 元，应付 { $result } 元
trail-due_on = { $clock ->
    [none] 未收到发票，付款期限尚未起算
   *[other] 自{ $clock }起 { $payment_days } 日内付款，遇休息日顺延，至{ $result }止
 }
trail-late_interest = 逾期未付（{ $overdue ->
    [none] 无
   *[other] { $overdue }
 }），每日 { $daily_rate }，逾期利息 { $result } 元
trail-late_interest-row = { $from }至{ $to }共 { $days } 天，每日 { $owed } 元
trail-quantity = 数量完成：{ $deliverables }；得 { $result }
trail-quantity-row = { $deliverable } 验收 { $accepted }／约定 { $planned }，单价 { $unit_price } 元
trail-timeliness = 提交及时：每逾期一天扣 { $points_per_late_day } 分，取平均（{ $deliverables }）；得 { $result }
trail-timeliness-row = { $deliverable } 逾期 { $days_late } 天
trail-first_pass = 一次通过：已有结论的 { $decided } 项中 { $passed } 项首次提交即通过；得 { $result }
trail-quality = 质量达标，取平均（{ $indicators }）；得 { $result }
trail-quality-row = { $deliverable }·{ $indicator } 实测 { $measured }，要求{ $direction ->
    [at_least] 不低于
   *[at_most] 不高于
 } { $target }
trail-compliance = 履约合规，自 100 分起扣（{ $breaches }）；得 { $result }
trail-compliance-row = { $severity ->
    [minor] 一般
    [major] 较重
   *[critical] 严重
 }违约 { $count } 次，每次 { $points } 分
trail-satisfaction = 服务满意度：历次调查 { $surveys } 的平均；得 { $result }
trail-score = { $result ->
    [none] 尚无可评价的数据，不计综合得分
   *[other] 按权重加权平均（{ $measures }）；综合得分 { $result }
 }
trail-score-row = { $measure ->
    [quantity] 数量完成
    [timeliness] 提交及时
    [first_pass] 一次通过
    [quality] 质量达标
    [compliance] 履约合规
   *[satisfaction] 服务满意度
 } { $value } × { $weight }
trail-rating = 综合得分 { $score }，评为{ $result ->
    [excellent] 优
    [good] 良
    [adequate] 中
   *[poor] 差
 }
trail-base = { $base ->
    [deliverable] 该成果价款
    [milestone] 该付款节点金额
   *[contract] 合同金额
 }
