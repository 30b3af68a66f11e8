## 期间绩效评价
contract-evaluations = 期间绩效评价
evaluation-state-draft = 自评中
evaluation-state-proposed = 征求意见中
evaluation-state-final = 已审定
evaluation-state-withdrawn = 已撤销
evaluation-step-open = 发起评价
evaluation-step-assess = 自评
evaluation-step-propose = 提出评价结果
evaluation-step-comment = 反馈意见
evaluation-step-finalise = 审定
evaluation-step-withdraw = 撤销
evaluation-period = 评价期间
evaluation-measured-on = 指标数据截至
evaluation-result = 评价结果
evaluation-from-to = { $from } 至 { $to }
evaluation-computed = 系统计算 { $score } 分，权重 { $weight }
evaluation-deliverables = 依据 { $count } 项成果
evaluation-breaches = 违约 { $count } 项
evaluation-surveys = 依据 { $count } 次满意度调查
evaluation-own = 自评 { $score } 分
evaluation-adjusted = 调整为 { $score } 分：{ $reason }
evaluation-nothing = 没有数据，不评定等次

field-evaluation-from = 评价期间起
field-evaluation-to = 评价期间止
field-evaluation-to-hint = 指标按该日的履约情况计算；该日尚未到来的，按今天计算。
field-evaluation-assess-by = 承接主体自评截止日期
field-evaluation-assessment = 自评
field-evaluation-assessment-hint = 请写明完成情况、存在的问题和改进措施，不超过 2,000 字。
field-evaluation-own = { $measure }：自评得分（选填）
field-evaluation-adjusted = { $measure }：评价分
field-evaluation-adjusted-hint = 系统计算 { $score } 分，上下调整不超过 10 分。
field-evaluation-why = { $measure }：调整理由（不调整的无须填写）
field-evaluation-comment = 意见
field-evaluation-comment-hint = 没有意见的，请填写“无意见”。
field-score-evaluated-hint = 0 至 100 分。已填入 { $from } 至 { $to } 期间绩效评价审定的结果，可以调整。

act-evaluation = 发起期间绩效评价
act-evaluation-says = 系统按考核指标计算六项得分，承接主体自评后由您提出评价结果，再由分管领导审定。同一合同的评价期间不能重叠。
act-evaluation-assess = 自评
act-evaluation-assess-says = 请对照各项指标自评。经办人据此提出评价结果，提出之前可以重新自评。
act-evaluation-propose = 提出评价结果
act-evaluation-propose-says = 每项指标可以上下调整不超过 10 分，须写明理由。提出后承接主体有 14 天反馈意见，期满或者收到意见后由分管领导审定。
act-evaluation-comment = 反馈意见
act-evaluation-comment-says = 请对评价结果反馈意见。分管领导审定前会看到您的意见。
act-evaluation-finalise = 审定评价结果
act-evaluation-finalise-says = 审定后评价结果连同指标、权重和计算方法一并固定，不能修改，并作为付款节点绩效得分的建议分。
act-evaluation-withdraw = 撤销评价
act-evaluation-withdraw-says = 请写明理由，合同各方会看到。撤销后可以重新发起。
done-evaluation = 期间绩效评价已发起，等待承接主体自评。
done-evaluation-assess = 自评已提交。
done-evaluation-propose = 评价结果已提出，等待承接主体反馈意见。
done-evaluation-comment = 意见已反馈。
done-evaluation-finalise = 评价结果已审定。
done-evaluation-withdraw = 评价已撤销。

event-evaluations-open = 发起期间绩效评价
event-evaluations-assess = 承接主体自评
event-evaluations-propose = 提出评价结果
event-evaluations-comment = 反馈对评价结果的意见
event-evaluations-finalise = 审定评价结果
event-evaluations-withdraw = 撤销期间绩效评价
said-evaluation = 期间绩效评价
said-from = 期间起
said-to = 期间止
said-measured_on = 指标数据截至
said-assess_by = 自评截止日期
said-measures = 指标
said-measure = 指标
said-weight = 权重
said-count = 依据数量
said-scores = 自评得分
said-views = 自评得分
said-adjustments = 调整
said-outcome = 评价结果
said-formula = 计算方法
said-rating = 等次

email-kind-evaluation-waiting = 期间绩效评价待办
email-kind-evaluation-ended = 期间绩效评价办结
mail-evaluation-waiting-subject = 待办：{ $task }，请于{ $due }前办理（合同 { $number }）
mail-evaluation-waiting-body =
    { $name }：合同《{ $title }》（{ $number }）正在进行期间绩效评价，请{ $task_in_full }，办理期限为{ $due }。

    { $hint }
mail-evaluation-ended-subject = 期间绩效评价{ $state ->
    [final] 已审定
   *[withdrawn] 已撤销
 }（合同 { $number }）
mail-evaluation-ended-body =
    { $name }：合同《{ $title }》（{ $number }）的期间绩效评价{ $state ->
        [final] 已审定
       *[withdrawn] 已撤销
    }。说明：{ $reason }

    评价结果请登录系统查看。
mail-task-in-full-assess_evaluation = 对照指标自评
mail-task-in-full-propose_evaluation = 提出评价结果
mail-task-in-full-comment_evaluation = 对评价结果反馈意见
mail-task-in-full-finalise_evaluation = 审定评价结果
mail-task-assess_evaluation = 期间绩效评价自评
mail-task-propose_evaluation = 提出期间绩效评价结果
mail-task-comment_evaluation = 反馈对评价结果的意见
mail-task-finalise_evaluation = 审定期间绩效评价结果
mail-hint-assess_evaluation = 逾期未自评的，经办人可以直接提出评价结果。
mail-hint-propose_evaluation = 请核对系统计算的指标和承接主体的自评，需要调整的写明理由，提出评价结果。
mail-hint-comment_evaluation = 逾期未反馈意见的，分管领导可以直接审定。
mail-hint-finalise_evaluation = 请核对指标、调整理由和承接主体的意见，予以审定；需要重新评价的，写明理由予以撤销。

evaluation-before-contract = 评价期间不能早于合同开始日期 { $first }
evaluation-ends-before = 评价期间的止日不能早于起日 { $from }
evaluation-after-contract = 评价期间的止日不能晚于 { $last }
evaluation-day-over = 自评截止日期不能早于今天（{ $today }）
evaluation-overlaps = 该期间与已有的评价（{ $from } 至 { $to }）重叠。请改定期间，或者先撤销该评价。
evaluation-not-heard = 承接主体还没有答复。收到答复之后，或者 { $day } 以后，方可办理。
evaluation-not-over = 评价期间到 { $last } 才结束，期间结束后方可审定。
evaluation-changed = 评价在您打开页面之后有变动。请重新打开页面，核对后再审定。
evaluation-no-data = 该项指标没有数据，不能评价
evaluation-out-of-reach = 系统计算 { $computed } 分，上下调整不能超过 { $most } 分
evaluation-reason-missing = 请写明调整这项指标的理由
evaluation-text-missing = 请填写内容
evaluation-step-repeated = 相同的内容已经提交，不必再次提交
evaluation-state-is = 该评价现为“{ $state ->
    [draft] 自评中
    [proposed] 征求意见中
    [final] 已审定
   *[withdrawn] 已撤销
 }”，不能办理此项

## 承接主体的评价记录
record-title = 评价记录
record-empty = 还没有审定的期间绩效评价。由购买主体经办人在合同页面发起评价，审定后在此列出。
record-sum = 审定的期间绩效评价 { $count } 次，平均 { $mean } 分。
record-trend-rising = 最近一年较上一年上升。
record-trend-level = 最近一年与上一年持平。
record-trend-falling = 最近一年较上一年下降。
record-years = 年度
record-services = 服务项目
record-counties = 县（市、区）
record-column-name = 名称
record-column-count = 评价次数
record-column-mean = 平均分
record-evaluations = 各次评价
record-hint = 该承接主体已有 { $count } 次审定的期间绩效评价，最近一次为 { $last }。
record-hint-no-score = 已有 { $count } 次审定的期间绩效评价，都没有得分。
record-warning = 请注意：最近一次评价低于 60 分。
record-see = 查看评价记录
