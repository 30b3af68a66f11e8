# Recovery
contract-recoveries = Recovery
recovery-kind-demand = Demand
recovery-kind-receipt = Amount received
recovery-kind-write_off = Write-off
recovery-state-recorded = Recorded
recovery-state-proposed = Awaiting finance
recovery-state-granted = Granted
recovery-state-refused = Refused
recovery-rest = Still to be recovered (yuan)
recovery-amount = Amount to be written off (yuan)
recovery-reason = Reason for the write-off
recovery-by = Entered by
recovery-decided-by = Decided by
recovery-due-on = To be paid by
recovery-receipt = Receipt number
recovery-received-on = Received on

## Acts
act-recovery = Demand payment
act-recovery-says = Demand that the contractor pay the penalties that deductions could not bear, and set the last day to pay.
act-recovery-receipt = Record an amount received
act-recovery-receipt-says = Record what the contractor has paid, with the number of the receipt.
act-recovery-write-off = Propose a write-off
act-recovery-write-off-says = The finance approver decides on amounts that cannot be recovered. Give the reason and what was done to recover them.
act-recovery-grant = Grant the write-off
act-recovery-grant-says = The amount is then no longer to be recovered. Check amount and reason first.
act-recovery-refuse = Refuse the write-off
act-recovery-refuse-says = Give the reason; the parties of the contract see it.
done-recovery = The demand has been recorded.
done-recovery-receipt = The amount received has been recorded.
done-recovery-write-off = The write-off has been proposed.
done-recovery-grant = The write-off has been granted.
done-recovery-refuse = The write-off has been refused.
event-recoveries-demand = Recovery demanded
event-recoveries-receive = Amount recovered
event-recoveries-write_off = Write-off proposed
event-recoveries-grant = Write-off granted
event-recoveries-refuse = Write-off refused
said-recovery = Recovery
said-receipt = Receipt number
said-due_on = To be paid by

## Refusals
recovery-over-rest = At most { $left } yuan is still to be recovered
recovery-due-in-the-past = The day to pay by must not be before today ({ $today })
recovery-demanded = Payment by { $day } has already been demanded. You can demand it again once that day has passed.
receipt-known = This receipt is recorded in contract { $contract }
receipt-known-elsewhere = This receipt is recorded in another contract
write-off-waiting = A write-off is already waiting for finance. It must be decided on first.
write-off-not-waiting = This write-off is not waiting for a decision

## Settlement and tasks
open-recovery = { $amount } yuan of penalties is still to be recovered; collect it, call it from a guarantee or propose to write it off
open-write-off = A write-off of { $amount } yuan awaits finance
settlement-kind-recovery = Recovery
settlement-claimed = of these, called from guarantees
settlement-recovered = of these, received
settlement-written-off = of these, written off
settlement-to-recover = Still to be recovered
mail-task-in-full-recover = recover penalties that deductions could not bear
mail-task-in-full-decide_write_off = decide on a write-off
mail-task-recover = recover penalties not deducted
mail-task-decide_write_off = decide on a write-off
mail-hint-recover = The contract has ended, and deductions could not bear all penalties. Demand them from the contractor, call them from a guarantee, or propose a write-off.
mail-hint-decide_write_off = Check the amount, the reason and what was done to recover it. If you do not agree, say why.
