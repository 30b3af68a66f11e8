# 追缴
contract-recoveries = 追缴
recovery-kind-demand = 追缴通知
recovery-kind-receipt = 收到款项
recovery-kind-write_off = 核销
recovery-state-recorded = 已登记
recovery-state-proposed = 待审批
recovery-state-granted = 已同意
recovery-state-refused = 不同意
recovery-rest = 尚待追缴（元）
recovery-amount = 核销金额（元）
recovery-reason = 核销理由
recovery-by = 经手人
recovery-decided-by = 审批人
recovery-due-on = 缴纳期限
recovery-receipt = 收款凭证号
recovery-received-on = 收款日期

## 办理
act-recovery = 通知追缴
act-recovery-says = 扣减不足的违约金，通知承接主体在期限内缴纳。
act-recovery-receipt = 登记追缴收款
act-recovery-receipt-says = 收到承接主体缴纳的款项后登记，须填写收款凭证号。
act-recovery-write-off = 提请核销
act-recovery-write-off-says = 确实无法追缴的，由财政审批人员审批。请写明理由和已采取的追缴措施。
act-recovery-grant = 同意核销
act-recovery-grant-says = 同意后该金额不再追缴。请核对金额和理由。
act-recovery-refuse = 不同意核销
act-recovery-refuse-says = 请写明理由，合同各方会看到。
done-recovery = 追缴通知已登记。
done-recovery-receipt = 追缴收款已登记。
done-recovery-write-off = 已提请核销，等待财政审批。
done-recovery-grant = 已同意核销。
done-recovery-refuse = 已登记：不同意核销。
event-recoveries-demand = 通知追缴
event-recoveries-receive = 登记追缴收款
event-recoveries-write_off = 提请核销
event-recoveries-grant = 同意核销
event-recoveries-refuse = 不同意核销
said-recovery = 追缴
said-receipt = 收款凭证号
said-due_on = 缴纳期限

## 不能办理的原因
recovery-over-rest = 金额不得超过尚待追缴的 { $left } 元
recovery-due-in-the-past = 缴纳期限不能早于今天（{ $today }）
recovery-demanded = 已通知在 { $day } 前缴纳，期满后才能再次通知
receipt-known = 该收款凭证号已登记在合同 { $contract } 中
receipt-known-elsewhere = 该收款凭证号已登记在另一份合同中
write-off-waiting = 已有一项核销正在等待财政审批，请先办结
write-off-not-waiting = 该核销不在待审批状态

## 结算和待办
open-recovery = 尚有 { $amount } 元违约金待追缴，请追缴收款、向履约保证金索赔或者提请核销
open-write-off = 核销 { $amount } 元正在等待财政审批
settlement-kind-recovery = 追缴
settlement-claimed = 其中：已向保证金索赔
settlement-recovered = 其中：已收缴
settlement-written-off = 其中：已核销
settlement-to-recover = 尚待追缴
mail-task-in-full-recover = 追缴未能扣减的违约金
mail-task-in-full-decide_write_off = 审批追缴款项的核销
mail-task-recover = 追缴未能扣减的违约金
mail-task-decide_write_off = 审批追缴款项的核销
mail-hint-recover = 合同已经结束，仍有违约金未能扣减。请通知承接主体缴纳；有履约保证金的，可以索赔；确实无法追缴的，提请核销。
mail-hint-decide_write_off = 请核对核销金额、理由和已采取的追缴措施；不同意的，请写明理由。
