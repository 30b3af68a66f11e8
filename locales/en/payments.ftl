## Payments
payment-not-satisfied = “{ $milestone }” is not payable yet: its deliverables, its day or its score are wanting.
payment-account-missing = The contractor has no approved account to be paid to. Please let the contractor propose one; a finance reviewer approves it, and then the payment can be asked for.
payment-not-within-payable = { $payable } yuan are payable, { $paid } are paid, { $open } are asked for and on their way: { $left } yuan are left. Please ask for no more, or return a request that is on its way.
payment-wrong-state = The payment is { $state ->
    [requested] requested, to be confirmed next
    [confirmed] confirmed, to be reviewed next
    [reviewed] reviewed, to be approved next
    [approved] approved, to be paid next
    [paid] paid
    [returned] returned
   *[other] { $state }
}; this step is not next.
payment-no-excuse = A payment may not wait for “{ $ground }”: not for a change of the person in charge, an internal procedure, or an audit that was not agreed (decree 802, arts. 12 and 14). Please give a reason that lies in the contract.

## Requests that another grants
ask-decided = This was { $state ->
    [granted] granted
    [refused] refused
   *[other] decided
} already.
cashier-reverses-payments = A cashier can ask to reverse payments alone. Please let the officer ask.

## Words that are entered
text-length = At most { $most } characters, without control characters.
line-given = Please enter 1 to { $most } characters on one line.
