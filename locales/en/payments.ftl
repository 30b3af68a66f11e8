## Payments
payment-not-satisfied = The conditions for payment of “{ $milestone }” are not met yet
payment-needs-deliverable = “{ $milestone }” cannot be paid yet: the deliverable “{ $deliverable }” has not been accepted
payment-needs-day = “{ $milestone }” cannot be paid yet: its earliest payment date is { $day }
payment-needs-score = “{ $milestone }” cannot be paid yet: the leader has to record its score first
payment-account-missing = The contractor has no approved payee account. The contractor proposes one and a finance reviewer approves it; then payment can be requested.
payment-not-within-payable = { $payable } yuan is payable, { $paid } yuan is paid and { $open } yuan is already requested, so { $left } yuan is left. Request no more than that, or return a payment request that is still open.
interest-not-left = { $sum } yuan of interest on late payment has accrued, { $paid } yuan is paid, { $waived } yuan is waived and { $open } yuan is already requested, so { $left } yuan is left. Request or waive no more than that, or return a payment request that is still open.
payment-return-elsewhere = The payment request is not at your step now; it may just have been taken on. It can be returned at the step for which it waits.
payment-other-turn = By the local approval chain, this step is taken by: { $role }
payment-wrong-state = The payment request is { $state ->
    [requested] awaiting confirmation
    [confirmed] awaiting finance review
    [reviewed] awaiting finance approval
    [approved] awaiting payment
    [backdated] awaiting consent to its payment date
    [paid] paid
    [returned] returned
   *[other] { $state }
}, so this step cannot be taken now
payment-no-excuse = “{ $ground }” is not a reason to withhold or delay a payment. Nor is a change of the person in charge, internal procedures, or an audit that the contract does not name (State Council Decree 802, arts. 12 and 14). Give a reason based on the contract.

## Requests that another grants
change-request-decided = This request has already been { $state ->
    [granted] granted
    [refused] refused
   *[other] decided
}
cashier-reverses-payments = A cashier can only request to reverse a payment. Ask the officer to request other reversals.

## Words that are entered
text-length = Use at most { $most } characters
text-hidden = Character { $place } ({ $character }) is invisible or changes the order in which text is shown. Delete it and enter the text again.
line-given = Enter 1 to { $most } characters on one line
voucher-known = Voucher { $voucher } of { $year } is already used for a payment of contract { $contract }. Check the number on the bank’s receipt.
voucher-known-elsewhere = Voucher { $voucher } of { $year } is already used for a payment of a contract that you cannot see. Check the number on the bank’s receipt.
payment-unlike-approved = The amount or the payee account is not the one that was approved. Nothing was paid. Return the payment request with a reason, and ask the operators to run “luyue check”: someone changed the database.
payment-before-approval = The bank’s date cannot be before the approval ({ $approved })

## The payments desk
nav-payments = Payments
payments-title = Payment requests
payments-stage = Stage
payments-open = All in progress
payments-bureau = Purchaser
payments-contractor = Contractor
payments-month = Month
payments-sort = Sort by
payments-sort-oldest = Oldest first
payments-sort-newest = Newest first
payments-sort-amount = Largest amount first
payments-all = Show all payments in progress
payments-none = No payment requests match
payments-summary = { $count } found: { $amount } yuan, of which { $interest } yuan is interest on late payment
payments-requested = Requested
payments-due = Pay by
payments-age = Days since: { $days }
payments-age-today = Today

## Batches
payment-batch-lines = Choose 1 to { $most } payment requests
voucher-in-batch = Payment no. { $line } in this batch has the same voucher number; check the bank’s receipt
payment-batch-twice = Each payment request can be listed only once
payment-batch-reason = A check on this payment failed, so a reason is needed
payment-batch-unseen = A check on this payment failed after the page was shown; look at it again and give a reason
