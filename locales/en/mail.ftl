# Letters. A body's first line says what happened, to which contract, and what to do by when.
mail-due-10-subject = To do: { $task }, { $left } ({ $number })
mail-due-10-body =
    { $name }: contract “{ $title }” ({ $number }) waits for you to { $task_in_full } by { $due }, { $left }.

    { $hint }
mail-due-5-subject = Due soon: { $task }, { $left } ({ $number })
mail-due-5-body =
    { $name }: contract “{ $title }” ({ $number }) waits for you to { $task_in_full } by { $due }, { $left }.

    { $hint }
mail-due-7-subject = To do: { $task }, { $left } ({ $number })
mail-due-7-body =
    { $name }: contract “{ $title }” ({ $number }) waits for you to { $task_in_full } by { $due }, { $left }.

    { $hint }
mail-due-3-subject = Due soon: { $task }, { $left } ({ $number })
mail-due-3-body =
    { $name }: contract “{ $title }” ({ $number }) waits for you to { $task_in_full } by { $due }, { $left }.

    { $hint }
mail-due-1-subject = Due now: { $task }, { $left } ({ $number })
mail-due-1-body =
    { $name }: contract “{ $title }” ({ $number }) waits for you to { $task_in_full } no later than { $due }, { $left }.

    { $hint }
mail-overdue-subject = Overdue: { $task }, { $late } ({ $number })
mail-overdue-body =
    { $name }: contract “{ $title }” ({ $number }) still waits for you to { $task_in_full }: it was due by { $due } and is { $late }. Please do it at once.

    { $hint }
mail-breach-found-subject = Notice of breach: { $clause } – { $subject }, penalty { $charged } yuan ({ $number })
mail-breach-found-body =
    { $name }: contract “{ $title }” ({ $number }): { $breach } of “{ $subject }” was recorded as a breach under clause “{ $clause }”, from { $since } on. Please check it. If you disagree, object through the link below.

    Penalty: { $charged } yuan as of { $on }{ $accruing ->
        [true] ; it still grows from day to day, so please put things right at once
       *[other] , to be deducted when the milestone is settled
    }.

    Calculation: { $steps }

    1. Object: state facts and reasons, with evidence if you have any. People who did not take part in the finding answer within { $answer_days } working days. Until then the disputed penalty is held and the rest is paid.

    2. If the law or the contract excuses it, request a waiver on the contract’s page. The officer endorses it and the leader decides.

    3. Without an objection or a request, the penalty is deducted when the milestone is settled. A rest that deductions cannot bear is recovered.
mail-breach-noted-subject = Breach: { $clause } – { $subject }, penalty { $charged } yuan ({ $number })
mail-breach-noted-body =
    { $name }: contract “{ $title }” ({ $number }): { $breach } of “{ $subject }” was recorded as a breach under clause “{ $clause }”, from { $since } on. The contractor was notified too. Please check facts and amount.

    Penalty: { $charged } yuan as of { $on }{ $accruing ->
        [true] , still growing from day to day
       *[other] , to be deducted when the milestone is settled
    }.

    Calculation: { $steps }

    The contractor may object; people who did not take part in the finding answer within { $answer_days } working days. If the law or the contract excuses the breach, request a waiver on the contract’s page for the leader to decide. To serve it on paper, print the notice with its receipt from the contract’s page.
mail-recovery-changed-subject = { $state ->
    [demanded] Recovery of penalties: please pay { $amount } yuan by { $on }
    [received] Recovered penalties received: { $amount } yuan
   *[written-off] Penalties written off: { $amount } yuan
 } ({ $number })
mail-recovery-changed-body =
    { $name }: contract “{ $title }” ({ $number }): { $state ->
        [demanded] penalties of { $amount } yuan that deductions could not bear are to be paid back by the contractor by { $on }
        [received] { $amount } yuan of recovered penalties were received on { $on }
       *[written-off] with the finance bureau’s consent, penalties of { $amount } yuan were written off and are no longer recovered
    }.

    Note: { $reason }
mail-write-off-refused-subject = Write-off refused: { $amount } yuan ({ $number })
mail-write-off-refused-body =
    { $name }: contract “{ $title }” ({ $number }): the finance bureau refused to write off { $amount } yuan. Please go on recovering them. Reason: { $reason }
mail-suspension-approved-subject = { $state ->
    [resumption] Contract resumed
   *[other] Contract suspended
 } ({ $number })
mail-suspension-approved-body =
    { $name }: contract “{ $title }” ({ $number }): { $state ->
        [resumption] with the leader’s approval, it is resumed from { $on }
        [force_majeure] with the leader’s approval, it is suspended from { $on } for force majeure
       *[public_interest] with the leader’s approval, it is suspended from { $on } in the public interest
    }. Due days of deliveries and payments stay as they are. To move them, please request an extension or an amendment.

    Note: { $reason }
mail-suspension-refused-subject = { $state ->
    [resumption] Resumption refused
   *[other] Suspension refused
 } ({ $number })
mail-suspension-refused-body =
    { $name }: contract “{ $title }” ({ $number }): the leader did not approve { $state ->
        [resumption] its resumption
       *[other] its suspension
    } from { $on }. Reason: { $reason }
mail-guarantee-called-subject = Call on the guarantee: { $amount } yuan ({ $number })
mail-guarantee-called-body =
    { $name }: contract “{ $title }” ({ $number }): the leader granted a call of { $amount } yuan on the guarantee. Its issuer pays.

    Reason: { $reason }
mail-guarantee-call-refused-subject = Call on the guarantee refused: { $amount } yuan ({ $number })
mail-guarantee-call-refused-body =
    { $name }: contract “{ $title }” ({ $number }): the call of { $amount } yuan on the guarantee was refused. Reason: { $reason }
mail-interest-waived-subject = Interest waived: { $subject }, { $amount } yuan ({ $number })
mail-interest-waived-body =
    { $name }: contract “{ $title }” ({ $number }): the contractor waived { $amount } yuan of interest on late payment of “{ $subject }” in writing. It is no longer paid.

    Note: { $reason }
mail-task-waiting-subject = New task: { $task } ({ $number })
mail-task-waiting-body =
    { $name }: contract “{ $title }” ({ $number }) has a new task for you: { $task_in_full }, by { $due }.

    { $hint }
mail-proposal-waiting-subject = For your decision: { $register ->
    [accounts] payee account
    [appropriations] appropriation
    [budget-changes] budget change
    [approval-rules] approval rule
    [approval-chains] approval chain
    [loan-rates] one-year loan prime rate
    [calendar-imports] year of the working calendar
   *[statute-settings] change of a statute
 }
mail-proposal-waiting-body =
    { $name }: a proposal waits for you to approve or refuse it: { $register ->
        [accounts] payee account
        [appropriations] appropriation
        [budget-changes] budget change
        [approval-rules] approval rule
        [approval-chains] approval chain
        [loan-rates] one-year loan prime rate
        [calendar-imports] year of the working calendar
       *[statute-settings] change of a statute
    }. People do not decide on what they proposed.
mail-payment-waiting-subject = By { $due }: { $task } ({ $number })
mail-payment-waiting-body =
    { $name }: contract “{ $title }” ({ $number }) has a payment request waiting for you: please { $task_in_full }. It must be paid by { $due }.

    { $hint }
mail-amendment-waiting-subject = By { $due }: { $task } ({ $number })
mail-amendment-waiting-body =
    { $name }: contract “{ $title }” ({ $number }) has an amendment waiting for you: please { $task_in_full } by { $due }.

    { $hint }
mail-amendment-ended-subject = Amendment { $state ->
    [agreed] agreed
    [withdrawn] withdrawn
   *[refused] refused
 } ({ $number })
mail-amendment-ended-body =
    { $name }: the amendment of contract “{ $title }” ({ $number }) { $state ->
        [agreed] has been agreed. The new terms are in force from { $on } on
        [withdrawn] has been withdrawn by the purchaser. The contract goes on under the terms in force
       *[refused] has been refused. The contract goes on under the terms in force
    }.

    The contract’s page shows what would change and what each side said.
mail-objection-waiting-subject = By { $due }: { $task } ({ $number })
mail-objection-waiting-body =
    { $name }: the contractor of “{ $title }” ({ $number }) has raised an objection: please { $task_in_full } by { $due }.

    { $hint }
mail-objection-answered-subject = Objection { $state ->
    [upheld] upheld
   *[rejected] rejected
 }: { $subject } ({ $number })
mail-objection-answered-body =
    { $name }: the contractor’s objection about “{ $subject }” of contract “{ $title }” ({ $number }) has been { $state ->
        [upheld] upheld
       *[rejected] rejected
    }. Reason: { $reason }

    { $state ->
        [upheld] The answer alone changes no amount and no date. The officer now requests a waiver, or the reversal of the record; figures change once that is granted.
       *[rejected] What was decided stays as it is.
    }
mail-application-waiting-subject = By { $due }: { $task } ({ $number })
mail-application-waiting-body =
    { $name }: the contractor of “{ $title }” ({ $number }) has made a request: please { $task_in_full } by { $due }.

    { $hint }
mail-application-decided-subject = { $state ->
    [granted] Granted
   *[refused] Refused
 }: { $change_request } ({ $number })
mail-application-decided-body =
    { $name }: on contract “{ $title }” ({ $number }), { $change_request } has been { $state ->
        [granted] granted and takes effect at once
       *[refused] refused
    }. Reason: { $reason }

    { $state ->
        [granted] Due dates, penalties and the payable amount have been recalculated. See the contract’s page.
       *[refused] Due dates and penalties stay as they are. A contractor who disputes a breach can raise an objection on the contract’s page.
    }
mail-message-received-subject = New message from { $sender } ({ $number })
mail-message-received-body =
    { $name }: { $sender } has written to you about contract “{ $title }” ({ $number }). Please sign in to read and answer it.

    The text of the message is not sent by email. Until you have read it, further messages on this contract send no email.
mail-records-refused-subject = Service records refused: { $count } ({ $number })
mail-records-refused-body =
    { $name }: the justice station has refused service records of contract “{ $title }” ({ $number }). Number of records: { $count }. Reason: { $reason }

    Please check them. You can enter them again once they are right.
mail-certificate-lapsing-subject = Certificate { $state ->
        [lapsed] has lapsed
       *[lapsing] is about to lapse
    }: { $subject } ({ $number })
mail-certificate-lapsing-body =
    { $name }: contract “{ $title }” ({ $number }): the certificate of { $subject } on the roster ({ $certificate }) { $state ->
        [lapsed] lapsed on { $on }, and the worker is no longer counted
       *[lapsing] lapses on { $on }
    }.

    The contractor has it renewed and enters the new one as a replacement of the same person, or proposes another worker.
mail-payment-at-finance-subject = Payment at finance: { $milestone }, { $amount } yuan ({ $number })
mail-payment-at-finance-body =
    { $name }: contract “{ $title }” ({ $number }): the purchaser has confirmed the payment request for milestone “{ $milestone }” ({ $amount } yuan). Finance reviews it next.

    You need not do anything. You will be told when it is approved, paid or returned.
mail-payment-approved-subject = Payment approved: { $milestone }, { $amount } yuan ({ $number })
mail-payment-approved-body =
    { $name }: contract “{ $title }” ({ $number }): the payment of { $amount } yuan for milestone “{ $milestone }” has been approved. The cashier pays it next.

    The money goes to the account of the approval. If that account is no longer right, tell finance at once.
mail-deliverable-submitted-subject = Submitted: { $subject } ({ $number })
mail-deliverable-submitted-body =
    { $name }: contract “{ $title }” ({ $number }): deliverable “{ $subject }” was submitted on { $on } (quantity { $quantity }). Please inspect it before the inspection period ends.
mail-score-recorded-subject = Score: { $subject }, { $score } ({ $number })
mail-score-recorded-body =
    { $name }: contract “{ $title }” ({ $number }): the leader has scored milestone “{ $subject }”: { $score }.

    Note: { $note }

    What the score changes in the payment is shown on the contract’s page. A contractor who disputes it can raise an objection there.
mail-change-granted-subject = Granted: { $change_request } ({ $number })
mail-change-granted-body =
    { $name }: on contract “{ $title }” ({ $number }), { $change_request } has been granted and takes effect at once. Note: { $reason }

    Due dates, penalties and the payable amount have been recalculated. See the contract’s page.
mail-change-refused-subject = Refused: { $change_request } ({ $number })
mail-change-refused-body =
    { $name }: on contract “{ $title }” ({ $number }), { $change_request } has been refused. Reason: { $reason }

    Nothing changes.
mail-contract-funded-subject = Funded: “{ $title }” ({ $number })
mail-contract-funded-body =
    { $name }: finance has committed the amount of contract “{ $title }” ({ $number }) to its appropriation. The parties can sign; the leader then records the day of signing, so that the contract comes into force.
mail-contract-returned-subject = Registration returned: “{ $title }” ({ $number })
mail-contract-returned-body =
    { $name }: the registration of contract “{ $title }” ({ $number }) was returned to you. Please change it and submit it again. Reason: { $reason }
mail-contract-state-subject = { $state ->
    [active] In force
    [completed] Completed
    [terminated] Terminated
   *[closed] Closed
 }: “{ $title }” ({ $number })
mail-contract-state-body =
    { $name }: contract “{ $title }” ({ $number }) { $state ->
        [active] is in force. Its due dates and payments are on its page
        [completed] is completed: all that was due has been delivered and paid
        [terminated] has ended early. What was accepted until then is settled; what is still payable is on its page
       *[closed] is closed. Its page stays readable, and nothing can be recorded any more
    }.

    Reason or note: { $reason }
mail-account-changed-subject = Payee account { $state ->
    [proposed] to be changed
    [approved] changed
   *[refused] not changed
 }
mail-account-changed-body =
    { $name }: { $state ->
        [proposed] a change of your organisation’s payee account to { $account } ({ $bank }) has been proposed and waits for finance
        [approved] your organisation’s payee account is now { $account } ({ $bank }). Payments go there from now on
       *[refused] the change of your organisation’s payee account to { $account } ({ $bank }) was refused. Reason: { $reason }
    }.

    If your organisation did not propose this, tell the finance bureau at once.
mail-payment-paid-subject = Paid: { $milestone }, { $amount } yuan ({ $number })
mail-payment-paid-body =
    { $name }: contract “{ $title }” ({ $number }): { $amount } yuan for milestone “{ $milestone }” has been paid. Please check that it has arrived.

    Paid on: { $on }; voucher number: { $voucher }.
mail-payment-returned-subject = Payment request returned: { $milestone }, { $amount } yuan ({ $number })
mail-payment-returned-body =
    { $name }: contract “{ $title }” ({ $number }): the payment request for milestone “{ $milestone }” ({ $amount } yuan) was returned. The contractor changes it and requests payment again soon. Reason: { $reason }

    The payment’s due date stays the same.
mail-deliverable-accepted-subject = Accepted{ $decision ->
    [partial] {" "}in part
   *[other] {""}
 }: { $subject } ({ $number })
mail-deliverable-accepted-body =
    { $name }: contract “{ $title }” ({ $number }): deliverable “{ $subject }” was accepted{ $decision ->
        [partial] {" "}in part
       *[other] {""}
    } (quantity { $quantity }). Please submit the invoice and request payment once the conditions for payment are met.

    Note: { $note }
mail-deliverable-returned-subject = Returned: { $subject } ({ $number })
mail-deliverable-returned-body =
    { $name }: contract “{ $title }” ({ $number }): deliverable “{ $subject }” was not accepted. Please put it right and submit it again { $cure ->
        [agreed] by { $until }
       *[none] soon
    }. Reason: { $reason }

    { $cure ->
        [agreed] If it is submitted again by { $until }, the time to put it right does not count as late. After that day, the days late are counted
       *[none] The days late are counted as the contract says
    }.

mail-password-link-subject = Set your password
mail-password-link-body =
    { $name }: an administrator sent you a link to set your password. It is valid for 72 hours and works once. Earlier links no longer work.

    If you did not expect this, do not use the link, and tell your administrator.
mail-password-forgotten-subject = Set a new password
mail-password-forgotten-body =
    { $name }: someone asked for a new password with your username. The link is valid for one hour and works once. Earlier links no longer work.

    If it was not you, do nothing: your password stays as it is.
mail-password-changed-subject = Your password was changed
mail-password-changed-body =
    { $name }: a new password was set for your account. Your other sessions have ended, and links for setting a password no longer work.

    If it was not you, tell your administrator at once.
mail-seal-made-subject = Seal of the records of { $on }
mail-seal-made-body =
    { $name }: all records up to { $on } were sealed. Keep this email outside the system. If anyone deletes or rewrites records later, it shows that.

    { $seal }

    To compare it with the database, save this email as a file. The operators then run: luyue check --seal FILE
mail-codes-reset-subject = Your one-time codes were removed
mail-codes-reset-body =
    { $name }: an administrator removed the one-time codes from your account, because your phone was reported lost. You have been signed out everywhere.

    Sign in with your password and switch them on again as soon as you can, under “One-time codes”.

    If you did not ask for this, tell your administrator at once: someone may be trying to sign in as you.
mail-codes-on-subject = One-time codes were switched on
mail-codes-on-body =
    { $name }: one-time codes were switched on for your account. From now on signing in needs a code. Your other sessions have ended.

    If it was not you, tell your administrator at once: someone else may have connected their phone to your account.
mail-codes-off-subject = One-time codes were switched off
mail-codes-off-body =
    { $name }: one-time codes were switched off for your account, with your password and a code. Your other sessions have ended.

    If it was not you, change your password at once, switch the codes on again under “One-time codes”, and tell your administrator.
mail-identity-bound-subject = You can now sign in through the identity provider
mail-identity-bound-body =
    { $name }: an identity at the bureau’s identity provider was bound to your account. A person who signs in there with it signs in here as you.

    If you did not sign in through the identity provider and do not expect this, tell your administrator at once.
mail-identity-unbound-subject = Your identity was unbound
mail-identity-unbound-body =
    { $name }: the identity at the bureau’s identity provider no longer belongs to your account, and you have been signed out everywhere.

    If you do not know why, ask your administrator.
mail-recovery-code-used-subject = A recovery code was used to sign in
mail-recovery-code-used-body =
    { $name }: a recovery code was used on your account in place of a one-time code. It does not work again. Unused recovery codes: { $codes }.

    If it was not you, change your password at once, generate new recovery codes under “One-time codes”, and tell your administrator.

# What is to be done, within a sentence and a subject line
mail-task-in-full-submit = complete the draft and submit it
mail-task-in-full-sign = sign the contract with the contractor (on paper)
mail-task-in-full-sign_off = sign off the submitted contract
mail-task-in-full-fund = review the contract and commit the budget
mail-task-in-full-activate = record the signing and start the contract
mail-task-in-full-publish = announce the contract and record the date
mail-task-in-full-deliver = submit deliverable “{ $subject }”
mail-task-in-full-inspect = inspect deliverable “{ $subject }”
mail-task-in-full-score = score milestone “{ $subject }”
mail-task-in-full-invoice = submit the invoice for “{ $subject }”
mail-task-in-full-request_payment = request payment for “{ $subject }”
mail-task-in-full-confirm_payment = confirm the payment request for “{ $subject }” ({ $amount } yuan)
mail-task-in-full-review_payment = review the payment request for “{ $subject }” ({ $amount } yuan)
mail-task-in-full-approve_payment = approve the payment request for “{ $subject }” ({ $amount } yuan)
mail-task-in-full-pay_payment = pay for “{ $subject }” ({ $amount } yuan)
mail-task-in-full-allow_payment = agree to the payment date for “{ $subject }” ({ $amount } yuan)
mail-task-in-full-request_interest = request or waive the interest on late payment of “{ $subject }”
mail-task-in-full-decide = decide on { $change_request }
mail-task-in-full-endorse = check { $change_request } and endorse or refuse it
mail-task-in-full-consent = decide on the request for early termination
mail-task-in-full-consent_amendment = check the amendment and consent or refuse
mail-task-in-full-approve_amendment = decide on the amendment
mail-task-in-full-fund_amendment = commit the added budget of the amendment
mail-task-in-full-answer_objection = answer the objection about “{ $subject }”
mail-task-in-full-correct_objection = correct what was objected to about “{ $subject }”
mail-task-in-full-confirm_records = confirm the service records that await your station
mail-task-in-full-decide_publication = decide on the publication of the contract
mail-task-in-full-end_contract = decide whether to end the contract, before the right to do so lapses
mail-task-in-full-decide_suspension = decide on a suspension or resumption of the contract
mail-task-in-full-complete = confirm completion of the contract
mail-task-in-full-close = settle and close the contract

# The same in a subject line, as short as it can be said
mail-task-submit = submit the draft
mail-task-sign = sign the contract
mail-task-fund = commit the budget
mail-task-sign_off = sign off the contract
mail-task-activate = record the signing
mail-task-publish = announce the contract
mail-task-deliver = submit “{ $subject }”
mail-task-inspect = inspect “{ $subject }”
mail-task-score = score “{ $subject }”
mail-task-invoice = submit invoice for “{ $subject }”
mail-task-request_payment = request payment for “{ $subject }”
mail-task-confirm_payment = confirm payment for “{ $subject }”
mail-task-review_payment = review payment for “{ $subject }”
mail-task-approve_payment = approve payment for “{ $subject }”
mail-task-pay_payment = pay for “{ $subject }”
mail-task-allow_payment = agree to payment date of “{ $subject }”
mail-task-request_interest = request interest for “{ $subject }”
mail-task-decide = decide on { $change_request }
mail-task-endorse = check { $change_request }
mail-task-consent = decide on early termination
mail-task-consent_amendment = check the amendment
mail-task-approve_amendment = decide on the amendment
mail-task-fund_amendment = commit the budget of the amendment
mail-task-answer_objection = answer the objection about “{ $subject }”
mail-task-correct_objection = correct “{ $subject }”
mail-task-confirm_records = confirm service records
mail-task-decide_publication = decide on the publication of the contract
mail-task-end_contract = decide whether to end the contract
mail-task-decide_suspension = decide on a suspension
mail-task-complete = confirm completion
mail-task-close = settle and close the contract

# How to do it, and what follows from being late
mail-hint-submit = Complete the terms in the system, check them and submit them to the finance bureau.
mail-hint-sign = A procurement contract must be signed within thirty days of the award notice (Government Procurement Law, art. 46).
mail-hint-sign_off = Check the terms and where the money comes from. Sign the contract off, or return it with a reason.
mail-hint-fund = Check the contract against the appropriation. Commit the budget, or return the contract with a reason.
mail-hint-activate = Check the contract and record the date of signing, or return it with a reason.
mail-hint-publish = A procurement contract must be announced within two working days of signing (Regulation on the Government Procurement Law, art. 50). Record the date of the announcement in the system.
mail-hint-deliver = Enter the quantity, upload the evidence and submit. If you need an extension, agree it with the officer before the due date. A late submission has the consequences that the contract states.
mail-hint-inspect = Check quantity and quality line by line, decide (accept, accept in part or return) and write a note.
mail-hint-score = A score worked out from the measures is filled in for you. Payment depends on it, so please leave enough time to pay.
mail-hint-invoice = Issue the invoice and upload it. The time for payment runs from the day a valid invoice is received.
mail-hint-request_payment = The conditions for payment are met. Check the amount payable and request payment.
mail-hint-confirm_payment = Check the inspection, the deductions and the invoice, or return the payment request with a reason. Interest on late payment is due as the contract says.
mail-hint-review_payment = Check the budget, the amount payable and the payee account, or return the payment request with a reason. Interest on late payment is due as the contract says.
mail-hint-approve_payment = Approve the payment request, or return it with a reason. Interest on late payment is due as the contract says.
mail-hint-pay_payment = Pay, then record the voucher number and the date of payment. Interest on late payment is due as the contract says.
mail-hint-allow_payment = The cashier recorded a payment of an earlier date. Compare it with the bank’s receipt, then agree or not.
mail-hint-request_interest = The milestone was paid late, so interest is owed. Request it or, on the contract’s page, waive it in writing; until then the contract cannot be closed.
mail-hint-decide = Look at the reason and at how it changes the settlement, then grant or refuse it.
mail-hint-endorse = Check the reason and the proof. Endorse it for the leader to decide, or refuse it and say why.
mail-hint-consent = Check the reason, the work done and what is to be settled, then decide whether to consent.
mail-hint-consent_amendment = Compare the terms before and after and what they move in payments, dates and penalties. Then consent, or refuse and say why.
mail-hint-approve_amendment = Compare the terms before and after and what they move. Then approve, or refuse and say why.
mail-hint-fund_amendment = Check the increase against the appropriation. Then commit it, or refuse and say why.
mail-hint-answer_objection = Check the facts and grounds, uphold or reject the objection, and say why. No one answers about what they decided themselves.
mail-hint-correct_objection = The objection was upheld. On the contract’s page, request a waiver of the breach or the reversal of the record; the leader decides.
mail-hint-confirm_records = Compare the records with what happened in your township. Confirm those that are right, and refuse the others with a reason.
mail-hint-decide_publication = Compare the secrecy review and the official notice. If you agree, the contract is public at once; if not, say why.
mail-hint-end_contract = A condition for ending the contract is met. The right lapses a year after it is known (Civil Code, art. 564). If you end the contract, say why; if not, there is nothing to do.
mail-hint-decide_suspension = Check the ground and the day. If you agree, no due day moves; if not, say why.
mail-hint-complete = Everything has been paid. Check and confirm completion.
mail-hint-close = Check the accounts, and close the contract once they are settled.

mail-change-request-extension = the request for { $more_days } more days for “{ $subject }”
mail-change-request-waiver = the request for a waiver for “{ $subject }” ({ $clause })
mail-change-request-termination = the request for early termination
mail-change-request-incident = the proposed incident “{ $subject }” ({ $clause })
mail-change-request-reversal =
    { $reversed ->
        [payment] the request to reverse the payment of “{ $subject }” ({ $amount } yuan, record { $seq })
        [interest] the request to reverse the payment of interest on “{ $subject }” ({ $amount } yuan, record { $seq })
        [none] the request to reverse record { $seq }
       *[other] the request to reverse the record “{ $what }” (no. { $seq })
    }

mail-breach-late_delivery = late submission of a deliverable
mail-breach-non_delivery = a deliverable not submitted
mail-breach-quantity_shortfall = quantity shortfall
mail-breach-quality_shortfall = quality shortfall
mail-breach-low_score = low score
mail-breach-staffing = understaffing
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
mail-late-payment = { $count ->
    [none] due today
    [one] { $days } day late
   *[other] { $days } days late
 }
mail-provisional = This date is provisional. It may move once the public holidays of { $provisional } are announced.
mail-none = none
mail-open = Open it in the system:
mail-set-password = Set your password here:
mail-open-task = Do it now:
mail-object = Object to it:
mail-open-work = See all your tasks:
mail-open-notices = See all your notices:
mail-digest-subject = To do: { $count } tasks{ $late ->
    [none] {""}
   *[other] {""}, { $overdue } of them overdue
 }
mail-digest-body = { $name }: these { $count } tasks wait for you. Please do each by its due date; its link opens the form.
mail-daily-subject = Notices of the day: { $count }
mail-daily-body = { $name }: these { $count } notices are of the kinds that you chose to get once a day. Each link opens what it is about.
mail-footer = This email was sent by Luyue. Please do not reply to it.
