## Batches
batch-tick = Choose
batch-tick-all = Choose every payment request on this page that waits for me
batch-do = Chosen payment requests: { $step }
batch-title = Decide several payment requests
batch-says = Check each payment request and decide on it. Each is decided on its own: one that cannot be decided does not stop the others.
batch-summary = { $count } chosen; { $open } can be decided, { $amount } yuan in all
batch-decision = Decision
batch-leave = Leave for now
batch-reason-hint = Required to return the payment request.
batch-reason-needed = A check failed, so a reason is required.
batch-barred = This one cannot be decided here: { $reason }
batch-look = Show on the contract’s page
batch-none = Decide on at least one payment request
batch-submit = Submit the decisions
batch-result = Payment requests decided
batch-done = Done: { $count }
batch-refused = Not done: { $count }
batch-reason = Reason
batch-back = Back to the payment requests

## Vouchers from the treasury
treasury-title = Import treasury vouchers
treasury-says = Upload the list of vouchers from the treasury’s system. Approved payment requests are found by amount, payee account and, if given, contract number. Payments are recorded only once you have checked and submitted them. You can upload the same list again: no voucher is recorded twice.
treasury-file = List of vouchers
treasury-file-hint = An xlsx or csv file of up to { $limit } MB and { $rows } rows, with a row of headings.
treasury-rows-hint = You can also paste rows from a spreadsheet. Order of the columns: { $columns }. With headings they can be in any order.
treasury-check = Check the vouchers
treasury-voucher = Voucher number
treasury-amount = Amount
treasury-account = Payee account number
treasury-on = Date of payment
treasury-contract = Contract number
treasury-note = Remark
treasury-row = Row
treasury-others = Vouchers that cannot be recorded now: { $count }
treasury-recorded = This voucher is already recorded
treasury-headings = The list lacks these columns: { $columns }. If it has them under other headings, change the headings, or ask the operators to set which heading belongs to which column.
treasury-empty = The list is empty
treasury-too-many = The list has more than { $most } rows; upload it in parts
treasury-next = At most { $most } payments are recorded at once; upload the list again afterwards
treasury-cell = { $column }: { $reason }
treasury-no-amount = No approved payment request has this amount
treasury-no-account = A payment request has this amount, but another payee account; check both
treasury-no-contract = A payment request has this amount and payee account, but another contract number; check both
treasury-several = { $count } payment requests have this amount and payee account; enter the contract number in the list, or record them one by one
treasury-voucher-other = This voucher is used for another payment of { $amount } yuan; check the number
treasury-voucher-twice = Row { $row } has the same voucher number; check both
treasury-payment-twice = Row { $row } fits the same payment request; record them one by one

## Inspecting many at once
decisions-title = Inspect several
decisions-says = Check each submission that waits. Each is decided by itself: one that cannot be accepted does not stop the others, and what you typed for it stays on this page. To accept in part or to return, use the page of that deliverable.
decisions-count = { $count ->
    [one] { $count } submission waits
   *[other] { $count } submissions wait
}
decisions-nothing = No submission of this contract waits to be inspected.
decisions-short = Less than agreed was submitted: better inspect it by itself.
decisions-shared = For all of them
decisions-submit = Submit the decisions
decisions-done = { $count ->
    [one] { $count } deliverable accepted
   *[other] { $count } deliverables accepted
}
decisions-none = Choose at least one deliverable to accept
