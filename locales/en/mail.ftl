# Letters. A body's first line says what happened, to which contract, and what to do by when.
mail-due-7-subject = To do: { $task }, { $left } ({ $number })
mail-due-7-body =
    { $name }: contract “{ $title }” ({ $number }) waits for you to { $duty } by { $due }, { $left }.

    { $hint }
mail-due-3-subject = Due soon: { $task }, { $left } ({ $number })
mail-due-3-body =
    { $name }: contract “{ $title }” ({ $number }) waits for you to { $duty } by { $due }, { $left }.

    { $hint }
mail-due-1-subject = Due now: { $task }, { $left } ({ $number })
mail-due-1-body =
    { $name }: contract “{ $title }” ({ $number }) waits for you to { $duty } no later than { $due }, { $left }.

    { $hint }
mail-overdue-subject = Overdue: { $task }, { $late } ({ $number })
mail-overdue-body =
    { $name }: contract “{ $title }” ({ $number }) still waits for you to { $duty }: it was due by { $due } and is { $late }; please do it at once.

    { $hint }
mail-breach-found-subject = Breach since { $since }: { $clause }, { $subject } ({ $number })
mail-breach-found-body =
    { $name }: contract “{ $title }” ({ $number }) has been in breach since { $since }: { $breach }, concerning “{ $subject }”, under clause “{ $clause }”. Please check it as soon as you can.

    { $accruing ->
        [true] The penalty grows by the day; the amount is what the system shows on the day.
       *[other] The clause charges { $charged } yuan, which is deducted when the payment milestone is settled.
    }

    A contractor who disputes the facts or the amount should tell the purchaser without delay; where the breach is to be excused, the officer asks for a waiver in the system and the leader decides.
mail-payment-waiting-subject = By { $due }: { $task } ({ $number })
mail-payment-waiting-body =
    { $name }: contract “{ $title }” ({ $number }) has a payment request waiting for you: please { $duty }; it is payable by { $due }.

    { $hint }
mail-payment-paid-subject = Paid: { $milestone }, { $amount } yuan ({ $number })
mail-payment-paid-body =
    { $name }: contract “{ $title }” ({ $number }): { $amount } yuan for milestone “{ $milestone }” have been paid; please check that they have arrived.

    Paid on: { $on }; voucher: { $voucher }.
mail-payment-returned-subject = Payment returned: { $milestone }, { $amount } yuan ({ $number })
mail-payment-returned-body =
    { $name }: contract “{ $title }” ({ $number }): the payment request for milestone “{ $milestone }” ({ $amount } yuan) was returned; please mend it and ask again soon.

    Reason: { $reason }

    The time for payment runs on meanwhile.
mail-deliverable-accepted-subject = Accepted{ $decision ->
    [partial] {" "}in part
   *[other] {""}
 }: { $subject } ({ $number })
mail-deliverable-accepted-body =
    { $name }: contract “{ $title }” ({ $number }): deliverable “{ $subject }” was accepted{ $decision ->
        [partial] {" "}in part
       *[other] {""}
    } (quantity { $quantity }); please send invoice and payment request once its milestone is payable.

    Remarks: { $note }
mail-deliverable-returned-subject = Returned: { $subject } ({ $number })
mail-deliverable-returned-body =
    { $name }: contract “{ $title }” ({ $number }): deliverable “{ $subject }” was not accepted; please mend it and submit it again soon.

    Reason: { $reason }

    Where the contract gives time to mend, that time is not counted as delay; after it the days late are counted.

mail-codes-reset-subject = Your one-time codes were taken off
mail-codes-reset-body =
    { $name }: an administrator took the one-time codes off your account, because it was said that your phone is lost; you were signed out everywhere.

    Sign in with your password and switch them on again at once, under “One-time codes”.

    Did you not ask for this? Tell your administrator without delay: somebody may be trying to sign in as you.

# What is to be done, within a sentence and a subject line
mail-duty-submit = complete the draft and submit it
mail-duty-sign = sign the contract
mail-duty-fund = review the contract and commit the budget
mail-duty-activate = sign and activate the contract
mail-duty-publish = announce the contract
mail-duty-deliver = submit deliverable “{ $subject }”
mail-duty-inspect = inspect deliverable “{ $subject }”
mail-duty-score = score “{ $subject }”
mail-duty-invoice = send the invoice for “{ $subject }”
mail-duty-request_payment = request the payment for “{ $subject }”
mail-duty-confirm_payment = confirm the payment request for “{ $subject }” ({ $amount } yuan)
mail-duty-review_payment = review the payment request for “{ $subject }” ({ $amount } yuan)
mail-duty-approve_payment = approve the payment request for “{ $subject }” ({ $amount } yuan)
mail-duty-pay_payment = pay for “{ $subject }” ({ $amount } yuan)
mail-duty-decide = decide on { $ask }
mail-duty-consent = decide on the request to end the contract early
mail-duty-complete = confirm that the contract is performed
mail-duty-close = settle and close the contract

# The same in a subject line, as short as it can be said
mail-task-submit = submit the draft
mail-task-sign = sign the contract
mail-task-fund = commit the budget
mail-task-activate = activate the contract
mail-task-publish = announce the contract
mail-task-deliver = submit “{ $subject }”
mail-task-inspect = inspect “{ $subject }”
mail-task-score = score “{ $subject }”
mail-task-invoice = invoice “{ $subject }”
mail-task-request_payment = request payment of “{ $subject }”
mail-task-confirm_payment = confirm payment of “{ $subject }”
mail-task-review_payment = review payment of “{ $subject }”
mail-task-approve_payment = approve payment of “{ $subject }”
mail-task-pay_payment = pay “{ $subject }”
mail-task-decide = decide on { $ask }
mail-task-consent = decide on ending it early
mail-task-complete = confirm performance
mail-task-close = settle and close it

# How to do it, and what follows from being late
mail-hint-submit = Complete the terms in the system, check them and submit them to the finance bureau.
mail-hint-sign = A procurement contract is signed within thirty days of the award notice (Government Procurement Law, art. 46).
mail-hint-fund = Check the contract against the budget; commit the budget, or return the contract with a reason.
mail-hint-activate = Check the contract and record the day of signing, or return it with a reason.
mail-hint-publish = A procurement contract is announced within two working days of signing (Implementing Regulations, art. 50); record the day of the announcement in the system.
mail-hint-deliver = Enter the quantity, upload the evidence and submit. If more time is needed, agree on it with the officer before the due day; what comes late has the consequences that the contract names.
mail-hint-inspect = Check quantity and quality line by line, decide (accept, accept in part or return) and give your remarks.
mail-hint-score = The system proposes a score from the measures; payment waits for it, so please leave time to pay.
mail-hint-invoice = Issue the invoice and upload it; the time for payment runs from the day a valid invoice is received.
mail-hint-request_payment = The conditions for payment are met: check the payable amount and request the payment.
mail-hint-confirm_payment = Check the acceptance, the deductions and the invoice, or return the request with a reason. Late payment bears interest as the contract says.
mail-hint-review_payment = Check the budget, the payable amount and the payee’s account, or return the request with a reason. Late payment bears interest as the contract says.
mail-hint-approve_payment = Approve the request, or return it with a reason. Late payment bears interest as the contract says.
mail-hint-pay_payment = Pay, and record the voucher and the day of payment. Late payment bears interest as the contract says.
mail-hint-decide = Look at the reason and at what it changes in the settlement, then grant or refuse it.
mail-hint-consent = Check the reason, the work done and what is to be settled, then consent or refuse.
mail-hint-complete = Everything is paid: please check and confirm.
mail-hint-close = Check the accounts; close the contract once they are settled.

mail-ask-extension = the request for an extension
mail-ask-waiver = the request for a waiver
mail-ask-termination = the request to end the contract early
mail-ask-reversal = the request to correct a record

mail-breach-late_delivery = a deliverable is late
mail-breach-non_delivery = a deliverable was not delivered
mail-breach-quantity_shortfall = less was accepted than planned
mail-breach-quality_shortfall = a quality indicator was missed
mail-breach-low_score = the score is low
mail-breach-staffing = too few workers
mail-breach-incident = an incident that the contract names

mail-left = { $count ->
    [none] due today
    [one] { $days } day left
   *[other] { $days } days left
 }
mail-late = { $count ->
    [none] due today
    [one] { $days } day overdue
   *[other] { $days } days overdue
 }
mail-none = none
mail-open = Open the contract in the system:
mail-footer = This letter was sent by the system Luyue; please do not reply to it.
